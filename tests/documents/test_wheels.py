"""The wheels that `pip install` makes of the project and of its library, used from another place."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
FENCE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INFRA = "from operations.cli import main; main()"
IGNORED = shutil.ignore_patterns("*.egg-info", "__pycache__", "build")


def pip(command: str, *arguments: str) -> None:
    """A command of pip that asks no registry."""
    offline = ["--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    run(Path.cwd(), "-m", "pip", command, *offline, *arguments)


def started(directory: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A program of this environment, run to its end."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=directory,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def run(directory: Path, *words: str, **environment: str) -> str:
    """What a program of this environment prints; it must succeed."""
    done = started(directory, *words, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def installed(source: Path, directory: Path) -> Path:
    """The wheel of a source directory, built and installed below a directory."""
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(directory), str(source))
    (wheel,) = directory.glob("*.whl")
    pip("install", "--target", str(directory / "installed"), str(wheel))
    return directory / "installed"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the library is installed."""
    directory = tmp_path_factory.mktemp("library")
    shutil.copytree(PROJECT / "modules", directory / "source", ignore=IGNORED)
    return installed(directory / "source", directory)


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the whole project is installed."""
    directory = tmp_path_factory.mktemp("application")
    source = directory / "source"
    source.mkdir()
    for file in ("main.py", "pyproject.toml", "README.md"):
        shutil.copy(PROJECT / file, source)
    for folder in ("backend", "modules", "operations", "packages", "stacks"):
        shutil.copytree(PROJECT / folder, source / folder, ignore=IGNORED)
    return installed(source, directory)


def test_the_library_lists_every_folder() -> None:
    listed = tomllib.loads((PROJECT / "modules/pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = [
        path.parent.relative_to(PROJECT / "modules") for path in (PROJECT / "modules").rglob("__init__.py")
    ]
    assert sorted(listed) == sorted(".".join(("cdktf_aws_modules", *folder.parts)) for folder in folders)


def test_the_library_takes_one_name_of_its_own(library: Path) -> None:
    names = {path.name for path in library.iterdir() if not path.name.endswith(".dist-info")}
    assert names == {"cdktf_aws_modules"}
    assert (library / "cdktf_aws_modules/py.typed").exists()
    assert (library / "cdktf_aws_modules/networking/__init__.pyi").exists()


def test_the_library_imports_nothing_but_what_it_requires(library: Path, tmp_path: Path) -> None:
    code = """
import importlib, pkgutil, sys
import cdktf_fast_synthesis
cdktf_fast_synthesis.install()
ABSENT = {"backend", "boto3", "hcl2", "modules", "operations", "rich", "stacks", "typer"}
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ImportError(f"{name} is not a requirement of the library")
sys.meta_path.insert(0, Absent())
import cdktf_aws_modules
names = [one.name for one in pkgutil.walk_packages(cdktf_aws_modules.__path__, "cdktf_aws_modules.")]
for name in names:
    importlib.import_module(name)
print(len(names) > 50)
"""
    assert run(tmp_path, "-c", code, PYTHONPATH=str(library)).strip() == "True"


def test_the_example_of_the_library_runs_under_its_own_name(library: Path, tmp_path: Path) -> None:
    example, *_ = FENCE.findall((PROJECT / "modules/README.md").read_text())
    code = re.sub(r"\bfrom modules\b", "from cdktf_aws_modules", example)
    fast = "import cdktf_fast_synthesis\ncdktf_fast_synthesis.install()\n"
    run(tmp_path, "-c", fast + code, PYTHONPATH=str(library))
    document = json.loads((tmp_path / "cdktf.out/stacks/shop-dev/cdk.tf.json").read_text())
    assert set(document["resource"]) >= {"aws_vpc", "aws_db_instance", "aws_security_group"}
    (database,) = document["resource"]["aws_db_instance"].values()
    assert database["manage_master_user_password"] is True


def test_the_project_synthesizes_from_its_wheel(application: Path, output: Path, tmp_path: Path) -> None:
    shown = run(
        tmp_path, str(application / "main.py"), PYTHONPATH=str(application), INFRA_STACKS="webapp-dev"
    )
    assert shown == ""
    written = (tmp_path / "cdktf.out/stacks/webapp-dev/cdk.tf.json").read_bytes()
    assert written == (output / "stacks/webapp-dev/cdk.tf.json").read_bytes()


def test_the_project_draws_from_its_wheel(application: Path, tmp_path: Path) -> None:
    picture = tmp_path / "picture.svg"
    words = ("picture", "state-backend", "--output", str(picture))
    run(tmp_path, "-c", INFRA, *words, PYTHONPATH=str(application))
    assert picture.read_text().startswith("<svg")


def test_infra_reads_what_it_synthesized_from_its_wheel(application: Path, tmp_path: Path) -> None:
    # The stack with the fewest resources, for the plan of one shows what that of another would.
    run(tmp_path, "-c", INFRA, "sandbox", "state-backend", "--dry-run", PYTHONPATH=str(application))
    assert (tmp_path / "cdktf.out/stacks/state-backend/cdk.tf.json").exists()
    assert not (application / "cdktf.out").exists()


def test_what_changes_the_project_is_refused_in_its_wheel(application: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in application.rglob("*.py")}
    done = started(tmp_path, "-c", INFRA, "new", "books", PYTHONPATH=str(application))
    assert done.returncode == 2
    assert done.stderr.startswith(f"infra new: got an installed wheel, in {application}; allowed: a checkout")
    assert "Traceback" not in done.stderr
    assert before == {path: path.stat().st_mtime_ns for path in application.rglob("*.py")}
