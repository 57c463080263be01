"""READMEs: every Python example runs, tables of settings are in step, each folder of modules/ has a page."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from tests.documents.settings_tables import BEGIN, settings_classes, with_tables

PROJECT = Path(__file__).parents[2]
MODULES = PROJECT / "modules"
FENCE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# Examples of these run where a package is tested by itself.
PACKAGES = "packages/"


def readmes() -> list[str]:
    """Every README of the project."""
    command = [
        "git",
        "-C",
        str(PROJECT),
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "*README.md",
    ]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert "README.md" in listed
    return [name for name in listed if (PROJECT / name).exists()]


def folders() -> list[str]:
    """Every folder of modules/ that has Python in it."""
    found = [path.parent for path in MODULES.rglob("__init__.py")]
    assert found
    return sorted(str(folder.relative_to(PROJECT)) for folder in found)


EXAMPLES = [
    pytest.param(name, code, id=f"{name}-{place}")
    for name in readmes()
    if not name.startswith(PACKAGES)
    for place, code in enumerate(FENCE.findall((PROJECT / name).read_text()))
]


@pytest.mark.parametrize(("name", "code"), EXAMPLES)
def test_an_example_runs(name: str, code: str, tmp_path: Path) -> None:
    # jsii's kernel runs already, in the directory where the tests were started.
    makes_an_app = "App(" in code
    assert not makes_an_app or ("App()" in code and "app.synth()" in code), f"{name}: it synthesizes nothing"
    code = code.replace("App()", f"App(outdir={str(tmp_path)!r})")
    exec(compile(code, name, "exec"), {"__name__": "__main__"})  # noqa: S102 - the project's own examples
    if makes_an_app:
        (document,) = tmp_path.glob("stacks/*/cdk.tf.json")
        assert json.loads(document.read_text())["resource"]


def test_examples_are_there() -> None:
    assert len(EXAMPLES) > 10


def test_a_vpc_with_postgresql_takes_less_than_thirty_lines_and_three_imports() -> None:
    code, *_ = FENCE.findall((MODULES / "README.md").read_text())
    lines = [line for line in code.splitlines() if line]
    assert len(lines) < 30
    assert len([line for line in lines if line.startswith("from modules")]) <= 3


@pytest.mark.parametrize("folder", folders())
def test_a_folder_of_the_library_has_a_page(folder: str) -> None:
    page = PROJECT / folder / "README.md"
    assert page.exists(), f"{folder} has no README.md"
    text = page.read_text()
    assert text.startswith("# ")
    # An index of the folders below has no example of its own, nor have functions, which nobody imports.
    below = [one for one in folders() if one.startswith(f"{folder}/")]
    listed = bool(below) and all(f"]({one.removeprefix(f'{folder}/')}/README.md)" in text for one in below)
    assert "```python" in text or listed or folder == "modules/functions", f"{folder} has no example"


def test_every_folder_stands_in_the_library_s_table() -> None:
    text = (MODULES / "README.md").read_text()
    first = [one.removeprefix("modules/") for one in folders() if one.count("/") == 1]
    assert first
    assert not [one for one in first if f"]({one}/README.md)" not in text]


@pytest.mark.parametrize("folder", [one for one in folders() if (PROJECT / one / "__init__.pyi").exists()])
def test_tables_of_settings_are_in_step(folder: str, golden: Callable[[Path, str], None]) -> None:
    face = import_module(folder.replace("/", "."))
    classes = settings_classes({name: getattr(face, name) for name in face.__all__})
    page = PROJECT / folder / "README.md"
    own = [cls for cls in classes if cls.__module__.rpartition(".")[0] == folder.replace("/", ".")]
    if own:
        assert BEGIN in page.read_text(), f"{folder}/README.md has no marks for its settings"
        golden(page, with_tables(page.read_text(), own))
