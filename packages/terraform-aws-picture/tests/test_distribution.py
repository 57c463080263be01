"""The example of the README, run by a stranger: with the installed package, and with the wheel."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

Json = dict[str, Any]
PACKAGE = Path(__file__).parents[1]
SOURCE = PACKAGE / "src/terraform_aws_picture"


@pytest.fixture(scope="module")
def example() -> str:
    """The one Python example of the README."""
    examples = re.findall(
        r"^```python\n(.*?)^```$", (PACKAGE / "README.md").read_text(), re.MULTILINE | re.DOTALL
    )
    assert len(examples) == 1
    assert sum("draw" in line or "png" in line for line in examples[0].splitlines()) == 3
    return str(examples[0])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline from a copy of what is committed."""
    folder = tmp_path_factory.mktemp("wheel")
    ignored = shutil.ignore_patterns("*.egg-info", "__pycache__", "build", "tests")
    shutil.copytree(PACKAGE, folder / "package", ignore=ignored)
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(folder), str(folder / "package"))
    return next(folder.glob("*.whl"))


def pip(command: str, *arguments: str) -> None:
    """Run pip without a registry."""
    offline = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    run = [sys.executable, "-m", "pip", command, *offline, *arguments]
    ran = subprocess.run(run, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def pictures(folder: Path, code: str, content: Json, *options: str) -> str:
    """Run code beside a document in a process of its own; what it printed."""
    (folder / "cdk.tf.json").write_text(json.dumps(content))
    run = [sys.executable, *options, "-c", code]
    ran = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (folder / "shop.svg").read_text().startswith("<svg ")
    assert (folder / "shop.png").read_bytes().startswith(b"\x89PNG")
    return ran.stdout


def test_the_example_draws(example: str, large: Json, tmp_path: Path) -> None:
    pytest.importorskip("resvg_py", reason="the extra `png` is not installed")
    assert pictures(tmp_path, example, large) == ""


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    names = {name for name in ZipFile(wheel).namelist() if name.startswith("terraform_aws_picture/")}
    files = [path for path in SOURCE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert names == {str(path.relative_to(SOURCE.parent)) for path in files}
    assert {"terraform_aws_picture/icons/LICENSE", "terraform_aws_picture/py.typed"} < names
    assert sum(name.endswith(".svg") for name in names) > 30


def test_the_example_draws_from_the_wheel(example: str, wheel: Path, large: Json, tmp_path: Path) -> None:
    pytest.importorskip("resvg_py", reason="the extra `png` is not installed")
    target = tmp_path / "another place"
    pip("install", "--target", str(target), str(wheel))
    first = f"import sys; sys.path.insert(0, {str(target)!r})\n"
    shown = "import terraform_aws_picture; print(terraform_aws_picture.__file__)"
    printed = pictures(tmp_path, f"{first}{example}\n{shown}", large)
    assert printed.strip() == str(target / "terraform_aws_picture/__init__.py")


def test_it_imports_nothing_but_the_standard_library() -> None:
    imported = {
        found[1]
        for path in SOURCE.rglob("*.py")
        for found in re.finditer(r"^\s*(?:from|import) (\w+)", path.read_text(), re.MULTILINE)
    }
    assert imported - set(sys.stdlib_module_names) == {"resvg_py"}
