"""The example of the README, run by a stranger: with the installed package, and with the wheel."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from zipfile import ZipFile

import pytest

import cdktf_fast_synthesis
from cdktf_fast_synthesis.parts import PARTS

RunPython = Callable[..., CompletedProcess[str]]
PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text()
SOURCE = PROJECT / "src/cdktf_fast_synthesis"


@pytest.fixture(scope="module")
def example() -> str:
    """The one Python example of the README."""
    examples = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert len(examples) == 1
    assert sum("cdktf_fast_synthesis" in line for line in examples[0].splitlines()) == 4
    return str(examples[0])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline from a copy of what is committed."""
    folder = tmp_path_factory.mktemp("wheel")
    ignored = shutil.ignore_patterns("*.egg-info", "__pycache__", "build", "tests")
    shutil.copytree(PROJECT, folder / "package", ignore=ignored)
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(folder), str(folder / "package"))
    return next(folder.glob("*.whl"))


def pip(command: str, *arguments: str) -> None:
    offline = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    ran = subprocess.run(
        [sys.executable, "-m", "pip", command, *offline, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def vpc(folder: Path) -> object:
    written = json.loads((folder / "cdktf.out/stacks/shop/cdk.tf.json").read_text())
    return written["resource"]["aws_vpc"]["vpc"]["cidr_block"]


def test_the_example_synthesizes(example: str, run_python: RunPython, tmp_path: Path) -> None:
    ran = run_python(tmp_path, example)
    assert (ran.stdout, ran.stderr) == ("", "")
    assert vpc(tmp_path) == "10.0.0.0/16"


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    names = {name for name in ZipFile(wheel).namelist() if name.startswith("cdktf_fast_synthesis/")}
    files = [path for path in SOURCE.rglob("*") if path.suffix in (".py", ".cjs") or path.name == "py.typed"]
    assert names == {str(path.relative_to(SOURCE.parent)) for path in files}
    assert sum(name.endswith(".cjs") for name in names) >= 5


def test_the_example_runs_from_the_wheel(
    example: str, wheel: Path, run_python: RunPython, tmp_path: Path
) -> None:
    target = tmp_path / "another place"
    pip("install", "--target", str(target), str(wheel))
    shown = "import sys, os; print(cdktf_fast_synthesis.__file__, os.environ['NODE_OPTIONS'])"
    ran = run_python(
        tmp_path, example.replace("app.synth()", f"app.synth()\n{shown}"), PYTHONPATH=str(target)
    )
    package = target / "cdktf_fast_synthesis"
    assert ran.stdout.startswith(f"{package / '__init__.py'} ")
    assert str(package / "kernel_hook.cjs") in ran.stdout
    assert vpc(tmp_path) == "10.0.0.0/16"


def test_the_wheel_carries_the_types(wheel: Path, tmp_path: Path) -> None:
    pip("install", "--target", str(tmp_path), str(wheel))
    (tmp_path / "typed.py").write_text(
        "import cdktf_fast_synthesis\nreveal_type(cdktf_fast_synthesis.is_on())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", os.devnull, "typed.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 'Revealed type is "bool"' in ran.stdout, ran.stdout


def test_the_readme_lists_every_part_and_every_name() -> None:
    parts = README.split("## What `install()` puts in place")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", parts, re.MULTILINE)) == PARTS
    names = README.split("## Names")[1]
    listed = {
        name
        for row in re.findall(r"^\| (`.*?) \|", names, re.MULTILINE)
        for name in re.findall(r"`(\w+)", row)
    }
    assert listed == {*cdktf_fast_synthesis.__all__}


def test_each_exported_name_is_there() -> None:
    assert all(getattr(cdktf_fast_synthesis, name) is not None for name in cdktf_fast_synthesis.__all__)
    with pytest.raises(AttributeError, match="module 'cdktf_fast_synthesis' has no attribute 'instal'"):
        cdktf_fast_synthesis.__getattr__("instal")
