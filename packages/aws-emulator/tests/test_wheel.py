"""The wheel that `pip install` makes, started from where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.emulator
PACKAGE = Path(__file__).parents[1]
PIP = [sys.executable, "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check"]
PROGRAM = """
import aws_emulator
from aws_emulator import ACCOUNT, running_emulator

with running_emulator(log="aws.log") as emulator:
    vpc = emulator.client("ec2", "eu-west-1").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]
    assert vpc["OwnerId"] == ACCOUNT, vpc
    # A call that only the patches know.
    policy = {"Name": "assets", "MinTTL": 1}
    emulator.client("cloudfront", "us-east-1").create_cache_policy(CachePolicyConfig=policy)
print(aws_emulator.__file__)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without a network from a copy, so that nothing of an earlier build is in it."""
    directory = tmp_path_factory.mktemp("wheel")
    ignored = shutil.ignore_patterns("build", "*.egg-info", "__pycache__", "tests")
    source = shutil.copytree(PACKAGE, directory / "source", ignore=ignored)
    command = ["wheel", "--no-build-isolation", "--no-deps", "--no-index", f"--wheel-dir={directory}"]
    subprocess.run([*PIP, *command, source], check=True)
    (built,) = directory.glob("*.whl")
    return built


def test_it_holds_every_source_and_that_it_is_typed(wheel: Path) -> None:
    source = PACKAGE / "src"
    wanted = {str(path.relative_to(source)) for path in source.glob("aws_emulator/**/*.py")}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == {*wanted, "aws_emulator/py.typed"}


def test_it_works_from_where_it_is_installed(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    subprocess.run([*PIP, "install", "--no-deps", "--no-index", "--target", target, wheel], check=True)
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert Path(run.stdout.strip()).is_relative_to(target)
