"""Fixtures of all tiers: everything is synthesized once a session, and tests read the JSON that ships."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from modules import fast_synthesis, guard

fast_synthesis.install()
guard.install()

# How long an example takes is the machine's affair, and never a failure.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")

PROJECT = Path(__file__).parent.parent
Json = dict[str, Any]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write golden files and generated documents anew")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Workers share out whole files, whose fixtures are dear; a test that names a group goes its own way."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


@pytest.fixture(scope="session")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that `python main.py` wrote, every stack in it."""
    directory = tmp_path_factory.mktemp("output")
    run_main(directory)
    return directory


@pytest.fixture(scope="session")
def stacks(output: Path) -> dict[str, Json]:
    """The Terraform JSON of every stack, by name."""
    found = {path.parent.name: json.loads(path.read_text()) for path in output.glob("stacks/*/cdk.tf.json")}
    assert found, "main.py synthesized no stack"
    return found


def run_main(directory: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python main.py` into a directory, as a person would; its failure is the test's."""
    return subprocess.run(
        [sys.executable, PROJECT / "main.py"],
        env={**os.environ, "CDKTF_OUTDIR": str(directory), **environment},
        check=True,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with the file that pins it; `--update` writes the file instead."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        pinned = path.read_text() if path.exists() else ""
        assert text == pinned, (
            f"{path.relative_to(PROJECT)} is out of step. If the change is meant (a moved address needs a "
            f"`moved` block), write it anew: make golden"
        )

    return compare


def resources(stack: Json, kind: str) -> Iterator[Json]:
    """The resources of one type."""
    yield from stack.get("resource", {}).get(kind, {}).values()
