"""Synthesis writes its output whole or not at all, and narrowing orphans nothing."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stacks.catalogue import catalogue
from tests.running import MAIN, run_main

ONE, OTHER, *_ = catalogue()


def contents(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*.json")}


def test_synthesizing_again_writes_the_same_bytes(output: Path, tmp_path: Path) -> None:
    assert run_main(tmp_path).returncode == 0
    assert contents(tmp_path) == contents(output)


def test_nothing_is_said_when_all_is_well(tmp_path: Path) -> None:
    run = run_main(tmp_path, INFRA_STACKS="state-backend")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_narrowing_rewrites_one_stack_and_keeps_the_others(output: Path, tmp_path: Path) -> None:
    before = contents(output)
    for name, content in before.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    one, other = (f"stacks/{name}/cdk.tf.json" for name in (ONE, OTHER))
    (tmp_path / one).write_text("{}")
    (tmp_path / other).write_text("{}")
    assert run_main(tmp_path, INFRA_STACKS=ONE).returncode == 0
    after = contents(tmp_path)
    assert after[one] == before[one]
    assert after[other] == b"{}"
    assert json.loads(after["manifest.json"]) == json.loads(before["manifest.json"])


def test_two_syntheses_at_once_keep_each_other_in_the_manifest(output: Path, tmp_path: Path) -> None:
    stacks = json.loads((output / "manifest.json").read_text())["stacks"]
    directory = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(directory, fcntl.LOCK_EX)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(run_main, tmp_path, INFRA_STACKS=ONE)
        try:
            time.sleep(4)  # by then it has read the manifest, if it does not wait
            assert not waiting.done()
            (tmp_path / "manifest.json").write_text(json.dumps({"stacks": {OTHER: stacks[OTHER]}}))
        finally:
            os.close(directory)
        assert waiting.result().returncode == 0
    after = json.loads((tmp_path / "manifest.json").read_text())["stacks"]
    assert after == {name: stacks[name] for name in (ONE, OTHER)}


def test_the_cdktf_command_line_never_deploys_what_an_earlier_synthesis_left(
    output: Path, tmp_path: Path
) -> None:
    # The variables that its command line sets for the program: cdktf-cli, synth-stack.js.
    cdktf = {"CDKTF_CONTEXT_JSON": "{}", "CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS": "true"}
    left = tmp_path / f"stacks/{OTHER}/cdk.tf.json"
    left.parent.mkdir(parents=True)
    left.write_text("{}")
    assert run_main(tmp_path, INFRA_STACKS=ONE, **cdktf).returncode == 0
    assert contents(tmp_path) == contents(output)


def test_what_terraform_left_beside_the_output_stays(tmp_path: Path) -> None:
    kept = tmp_path / "stacks/state-backend/.terraform/kept"
    kept.parent.mkdir(parents=True)
    kept.write_text("kept")
    assert run_main(tmp_path, INFRA_STACKS="state-backend").returncode == 0
    assert kept.read_text() == "kept"


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"INFRA_STACKS": "ohi-test"}, f"INFRA_STACKS: got 'ohi-test'; allowed: {', '.join(catalogue())}"),
        ({"INFRA_STACKS": " , ohi-test"}, "INFRA_STACKS: got 'ohi-test'; allowed: "),
        ({"CDKTF_OUTDIR": " elsewhere"}, "CDKTF_OUTDIR: got ' elsewhere'; allowed: a directory, without"),
        ({"INFRA_BACKEND": "s3 "}, "INFRA_BACKEND: got 's3 '; allowed: s3, cloud, local"),
        ({"INFRA_BACKEND": "ftp"}, "INFRA_BACKEND: got 'ftp'; allowed: s3, cloud, local"),
        (
            {"FAST_SYNTHESIS_WITHOUT": "mesages"},
            "FAST_SYNTHESIS_WITHOUT: got 'mesages'; allowed: arguments, ",
        ),
    ],
)
def test_bad_input_is_a_sentence_exit_code_2_and_nothing_written(
    environment: dict[str, str], message: str, tmp_path: Path
) -> None:
    run = run_main(tmp_path, **environment)
    assert run.returncode == 2
    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert not list(tmp_path.iterdir())


NOWHERE = "/proc/none"  # a place that not even root can write to


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no directory that nobody can write to")
@pytest.mark.parametrize(
    ("variable", "message"),
    [
        ("TMPDIR", f"TMPDIR: got '{NOWHERE}'; allowed: a directory that can be written; make it, or unset"),
        ("CDKTF_OUTDIR", f"output {NOWHERE}: got {NOWHERE}"),
    ],
)
def test_a_directory_that_can_not_be_written_is_a_sentence(
    variable: str, message: str, tmp_path: Path
) -> None:
    run = run_main(tmp_path, INFRA_STACKS="state-backend", **{variable: NOWHERE})
    assert (run.returncode, "Traceback" in run.stderr) == (2, False)
    assert run.stderr.startswith(message)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no directory that nobody can write to")
def test_a_home_that_can_not_be_written_is_no_obstacle(output: Path, tmp_path: Path) -> None:
    """As in a container: jsii's cache is there. Without this it waits for ever for a lock in the cache."""
    run = run_main(tmp_path, INFRA_STACKS="state-backend", HOME=NOWHERE, XDG_CACHE_HOME=NOWHERE)
    assert (run.returncode, run.stderr) == (0, "")
    document = "stacks/state-backend/cdk.tf.json"
    assert (tmp_path / document).read_bytes() == (output / document).read_bytes()


def test_an_output_directory_that_is_a_file_is_a_sentence_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "output"
    file.write_text("kept")
    run = run_main(file, INFRA_STACKS="state-backend")
    assert (run.returncode, "Traceback" in run.stderr) == (2, False)
    assert run.stderr.startswith(f"output {file}: got {file / 'manifest.json'}: Not a directory")
    assert file.read_text() == "kept"


@pytest.mark.parametrize("manifest", ["[]", "{", '{"stacks": []}', '{"stacks": 1}', "null"])
def test_a_manifest_that_is_broken_is_written_anew(manifest: str, output: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    run = run_main(tmp_path, INFRA_STACKS="state-backend")
    assert (run.returncode, run.stderr) == (0, "")
    written = json.loads((tmp_path / "manifest.json").read_text())["stacks"]
    assert written == {
        "state-backend": json.loads((output / "manifest.json").read_text())["stacks"]["state-backend"]
    }


def test_the_problems_of_all_stacks_are_told_at_once_and_so_is_a_full_disk(tmp_path: Path) -> None:
    """In a process of its own, where Node fails as it does on a full disk."""
    script = """
import sys
sys.argv[0] = sys.path[0] = sys.argv[1]
import cdktf_fast_synthesis
cdktf_fast_synthesis.install()
import backend
from dataclasses import replace
from pathlib import Path
from cdktf import App
from modules.errors import Problem, ProblemsError
from modules.settings import refuse
from stacks.catalogue import catalogue
from stacks.synthesis import synthesize
def broken(name):
    def build(scope, state):
        refuse(Problem(where=name, what="needs a newer provider"))
        raise ProblemsError.one(name, "is too long")
    return build
def attempt(entries):
    try:
        synthesize(entries, state=backend.load(), output=Path(sys.argv[2]), known=None)
    except ProblemsError as error:
        print(error)
one, other, *_ = catalogue().values()
attempt([replace(one, build=broken("one")), replace(other, build=broken("other"))])
def full(self):
    raise RuntimeError("Error: ENOSPC: no space left on device, write")
App.synth = full
attempt([])
"""
    run = subprocess.run(
        [sys.executable, "-c", script, str(MAIN.parent), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    *problems, disk = run.stdout.splitlines()
    assert problems == [
        f"{name}: {what}" for name in ("one", "other") for what in ("needs a newer provider", "is too long")
    ]
    assert disk.startswith("temporary directory ")
    assert disk.endswith("got no space left; allowed: some MB; free the disk, or set TMPDIR to another")


def test_a_synthesis_that_fails_half_way_leaves_the_earlier_output(output: Path, tmp_path: Path) -> None:
    """The second stack breaks after the first was built: neither may be written."""
    (tmp_path / "manifest.json").write_bytes((output / "manifest.json").read_bytes())
    before = contents(tmp_path)
    script = """
import sys
sys.argv[0] = sys.path[0] = sys.argv[1]
import cdktf_fast_synthesis
cdktf_fast_synthesis.install()
import backend
from dataclasses import replace
from pathlib import Path
from stacks.catalogue import catalogue
from stacks.synthesis import synthesize
def broken(scope, state):
    raise RuntimeError("broken")
stacks = catalogue()
one, other, *_ = stacks.values()
entries = [one, replace(other, build=broken)]
synthesize(entries, state=backend.load(), output=Path(sys.argv[2]), known=stacks)
"""
    run = subprocess.run(
        [sys.executable, "-c", script, str(MAIN.parent), str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert "RuntimeError: broken" in run.stderr
    assert contents(tmp_path) == before
