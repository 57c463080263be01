"""Other versions of Python and Node than those that run the tests write the same, byte for byte."""

from __future__ import annotations

import filecmp
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import MAIN, PROJECT

VERSIONS = PROJECT / ".versions"
PYTHONS = ("3.11", "3.12", "3.13")
NODES = ("24",)
THIS = f"{sys.version_info.major}.{sys.version_info.minor}"
INSTALL = "make versions installs it, where it can be had"


def same(output: Path, written: Path) -> None:
    """Compare two directories that `main.py` wrote."""
    documents = [str(path.relative_to(output)) for path in output.rglob("*") if path.is_file()]
    assert any(name.endswith("cdk.tf.json") for name in documents)
    assert sorted(documents) == sorted(
        str(path.relative_to(written)) for path in written.rglob("*") if path.is_file()
    )
    _, different, unreadable = filecmp.cmpfiles(output, written, documents, shallow=False)
    assert (different, unreadable) == ([], [])


def synthesized(directory: Path, python: str | Path = sys.executable, **environment: str) -> Path:
    """Synthesize every stack with another program."""
    ran = subprocess.run(
        [python, MAIN],
        env={**os.environ, "CDKTF_OUTDIR": str(directory), "PYTHONPATH": _sources(), **environment},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return directory


def _sources() -> str:
    return os.pathsep.join(map(str, sorted(PROJECT.glob("packages/*/src"))))


@pytest.mark.parametrize("version", [one for one in PYTHONS if one != THIS])
def test_another_python_writes_the_same(version: str, output: Path, tmp_path: Path) -> None:
    python = VERSIONS / f"python-{version}/bin/python"
    if not python.is_file():
        pytest.skip(f"no Python {version}; {INSTALL}")
    said = subprocess.run([python, "--version"], check=True, capture_output=True, text=True).stdout
    assert said.startswith(f"Python {version}.")
    same(output, synthesized(tmp_path, python))


@pytest.mark.parametrize("version", NODES)
def test_another_node_writes_the_same(version: str, output: Path, tmp_path: Path) -> None:
    node = VERSIONS / f"node-{version}/node_modules/.bin/node"
    if not node.is_file():
        pytest.skip(f"no Node {version}; {INSTALL}")
    said = subprocess.run([node, "--version"], check=True, capture_output=True, text=True).stdout
    assert said.startswith(f"v{version}.")
    same(output, synthesized(tmp_path, JSII_NODE=str(node)))


def test_every_version_that_is_allowed_is_tried() -> None:
    """The ranges of pyproject.toml and package.json have no version at their ends that nobody has tried."""
    from operations.versions import needed

    allowed = needed(PROJECT)
    pinned = json.loads((PROJECT / "package.json").read_text())["optionalDependencies"].values()
    assert [minor for minor in range(20) if f"3.{minor}.0" in allowed.python] == [
        int(version.partition(".")[2]) for version in PYTHONS
    ]
    newest = max(major for major in range(100) if f"{major}.9.0" in allowed.node)
    assert str(newest) in {*NODES, *(version.partition(".")[0] for version in pinned)}
