"""The benchmark measures what it says, refuses what would mislead, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from cdktf_fast_synthesis import SynthesisError
from cdktf_fast_synthesis.benchmark.comparison import CPU, OF_FEW, Comparison, Spread
from cdktf_fast_synthesis.benchmark.report import SYNTHETIC
from cdktf_fast_synthesis.benchmark.runs import Run, run_program
from cdktf_fast_synthesis.benchmark.table import table

RUN = Run(
    cpu=10.0,
    wall=11.0,
    python_mb=600,
    node_mb=650,
    python_files=2214,
    node_files=2230,
    messages={"create": 500, "get": 800},
    digests={"manifest.json": "a1", "stacks/shop/cdk.tf.json": "b2"},
    resources=450,
    stacks=4,
)
FAST = replace(RUN, cpu=1.0, wall=1.1, python_mb=60, node_mb=190, python_files=30, messages={"create": 500})


def test_ratios_are_of_the_timed_pairs() -> None:
    counting = (replace(RUN, cpu=99.0), FAST)
    compared = Comparison.of(
        [counting, (RUN, FAST), (replace(RUN, cpu=20.0), FAST), (RUN, replace(FAST, cpu=2.0))]
    )
    assert compared.measures[CPU].ratio == Spread(median=0.1, least=0.05, most=0.2)
    assert (compared.measures[CPU].stock, compared.measures[CPU].fast) == (10.0, 1.0)
    assert compared.opened == {"Python": (2214, 30), "Node": (2230, 2230)}
    assert compared.messages == {"create": (500, 500), "get": (800, 0)}
    assert compared.missed == []


def test_each_missed_goal_is_said() -> None:
    slow = replace(FAST, cpu=1.3, wall=1.32, python_mb=85, node_mb=200)
    assert Comparison.of([(RUN, slow)] * 2).missed == [
        "450 resources, CPU: 0.130 of stock, the goal is 0.12 or less",
        "450 resources, wall: 0.120 of stock, the goal is 0.1 or less",
        "450 resources, Python: 85 MB at its peak, the goal is less than 85",
        "450 resources, Node: 200 MB at its peak, the goal is less than 200",
    ]
    assert Comparison.of([(RUN, FAST)] * 2, OF_FEW).missed == [
        "450 resources, CPU: 0.100 of stock, the goal is 0.045 or less"
    ]


def test_the_floor_stands_beside_what_was_measured() -> None:
    floor = [replace(FAST, cpu=seconds) for seconds in (0.1, 0.2, 0.9)]
    compared = Comparison.of([(RUN, FAST)] * 2, floor=floor)
    assert compared.measures[CPU].floor == 0.2
    assert "0.20" in table("main.py", compared, with_counts=False)


@pytest.mark.parametrize(
    "digests",
    [
        {**RUN.digests, "stacks/shop/cdk.tf.json": "other"},
        {"manifest.json": "a1"},
        {**RUN.digests, "stacks/more/cdk.tf.json": "c3"},
    ],
    ids=["differs", "missing", "more"],
)
def test_different_output_of_any_run_is_refused(digests: dict[str, str]) -> None:
    other = replace(FAST, digests=digests)
    with pytest.raises(SynthesisError, match=r"cdk\.tf\.json: two runs wrote it differently") as refused:
        Comparison.of([(RUN, FAST), (RUN, FAST), (RUN, other)])
    assert "manifest.json" not in str(refused.value)


def test_the_table_shows_every_measure() -> None:
    shown = table("main.py", Comparison.of([(RUN, FAST)] * 2), with_counts=True)
    for part in (
        "450 resources in 4 stacks",
        "0.100 (0.100-0.100)",
        "ratio ≤ 0.12",
        "2 files",
        "2214",
    ):
        assert part in shown


PROVIDER = "cdktf_cdktf_provider_aws"


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("JSII_RUNTIME_PACKAGE_CACHE_ROOT", f"jsii's index of {PROVIDER}: absent; write it with"),
        ("PYTHONPYCACHEPREFIX", f"compiled code of {PROVIDER}: absent; compile it with"),
    ],
)
def test_the_command_refuses_to_measure_without_the_caches(
    missing: str, sentence: str, tmp_path: Path
) -> None:
    ran = command(**{missing: str(tmp_path)})
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(sentence)
    assert ran.stderr.count("\n") == 1


def test_the_command_measures_a_program(tmp_path: Path) -> None:
    program = tmp_path / "small.py"
    program.write_text(
        "import cdktf_fast_synthesis; cdktf_fast_synthesis.install()\n"
        "from cdktf import App, LocalBackend, TerraformStack\n"
        "app = App()\n"
        "LocalBackend(TerraformStack(app, 'shop'), path='shop.tfstate')\n"
        "app.synth()\n"
    )
    ran = command(str(program), "--pairs", "1", "--resources", "0", "--check")
    assert ran.stdout.startswith(f"{program}: 0 resources in 1 stacks\n")
    assert "2 files written, of equal SHA-256 in all runs." in ran.stdout
    assert ran.stderr.splitlines()[0] == f"1/5 {program}, stock"
    assert ran.stderr.splitlines()[-1].startswith("missed: 0 resources, wall: ")  # as it uses no provider
    assert ran.returncode == 1


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cdktf_fast_synthesis.benchmark", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_counts_what_a_program_does() -> None:
    found = run_program(SYNTHETIC, "40", counting=True)
    assert (found.resources, found.stacks) == (40, 4)
    # The application, four times a stack, its provider and its backend, and the resources.
    assert found.messages["create"] == 1 + 4 * 3 + 40
    assert found.messages["load"] == 3
    assert 10 < found.python_files < 30
    assert 10 < found.node_files < 30
    assert set(found.digests) == {"manifest.json", *(f"stacks/synthetic-{n}/cdk.tf.json" for n in range(4))}
    assert found.cpu > 0.1
    assert 20 < found.python_mb < 80
    assert 50 < found.node_mb < 250


def test_a_program_that_fails_is_a_problem_with_its_last_words(tmp_path: Path) -> None:
    program = tmp_path / "failing.py"
    program.write_text("import sys; sys.exit('first\\nthe disk is full')")
    with pytest.raises(SynthesisError, match=r"failing\.py: ended with 1; its last words: the disk is full$"):
        run_program(program)


def test_a_program_that_synthesizes_nothing_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "idle.py").touch()
    with pytest.raises(SynthesisError, match=r"idle\.py: got no stack in CDKTF_OUTDIR; allowed: one or more"):
        run_program(tmp_path / "idle.py")


def test_an_interrupt_leaves_neither_process_nor_file(tmp_path: Path) -> None:
    program = tmp_path / "waiting.py"
    program.write_text(
        "import os, pathlib, time; pathlib.Path(os.environ['TMPDIR'], 'left').touch();"
        "pathlib.Path(__file__).with_name('process').write_text(str(os.getpid())); time.sleep(60)"
    )
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    script = (
        "from pathlib import Path; from cdktf_fast_synthesis import run_program;"
        f"run_program(Path({str(program)!r}))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], env={**os.environ, "TMPDIR": str(temporary)}, stderr=subprocess.PIPE
    ) as measuring:
        process = tmp_path / "process"
        while not (process.exists() and process.read_text()):
            assert measuring.poll() is None
            time.sleep(0.02)
        measuring.send_signal(signal.SIGINT)
        _, said = measuring.communicate(timeout=20)
    assert said.decode().splitlines()[-1] == "KeyboardInterrupt"
    assert list(temporary.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(process.read_text()), 0)
