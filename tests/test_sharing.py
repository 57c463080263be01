"""Tests are shared out as `sharing` says, by the versions of pytest and xdist that are installed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sharing import APART, FIRST, LONGEST, STACK, TOGETHER, in_order, scope_of, stand_back
from tests.stacks.environments import environments

PROJECT = Path(__file__).parent.parent


def test_a_worker_runs_a_file_whole() -> None:
    """Against xdist itself: what it does not understand, it ignores."""
    files = ["tests/modules/test_tagging.py", "tests/stacks/test_catalogue.py"]
    command = [sys.executable, "-m", "pytest", "--verbose", "-p", "no:cacheprovider", "-n", "2", *files]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    ran = re.findall(r"^\[(gw\d)\].* PASSED ([^:\s]+)", run.stdout, re.MULTILINE)
    assert len(ran) > 20
    assert len({*ran}) == len(files)
    assert {worker for worker, _ in ran} == {"gw0", "gw1"}


@pytest.mark.parametrize(
    ("test", "scope"),
    [
        ("tests/modules/test_naming.py::test_a[b::c]", "tests/modules/test_naming.py"),
        ("tests/terraform/test_plans.py::test_a", "tests/terraform/"),
        (STACK.format("a"), STACK.format("a")),
    ],
)
def test_what_one_worker_runs(test: str, scope: str) -> None:
    assert scope_of(test) == scope


def test_long_ones_start_first_and_the_short_ones_are_evenly_between_the_rest() -> None:
    short = [f"tests/test_{letter}.py::test_it" for letter in "abcdef"]
    long = [
        STACK.format("a"),
        "tests/emulator/test_state_bootstrap.py::test_it",
        "tests/modules/databases/test_redis_applied.py::test_it",
        "tests/terraform/test_a.py::test_it",
    ]
    shared = in_order([*short, *reversed(long)], workers=4)
    assert shared == [*long[:2], *short[:2], long[2], *short[2:4], long[3], *short[4:]]


def test_tests_of_one_scope_stay_in_their_order() -> None:
    tests = [f"tests/{file}.py::test_{number}" for number in "21" for file in "ab"]
    assert in_order(tests, workers=4) == [
        f"tests/{file}.py::test_{number}" for file in "ab" for number in "21"
    ]


@pytest.mark.parametrize("path", [*TOGETHER, *APART, *LONGEST])
def test_what_is_named_exists(path: str) -> None:
    file, _, function = path.partition("::")
    found = PROJECT / file
    assert found.exists()
    assert not function or f"def {function.partition('[')[0]}" in found.read_text()


@pytest.mark.parametrize(
    ("test", "nice"), [(FIRST, 0), (STACK.format("a"), 10), ("tests/test_a.py::test_b", 10)]
)
def test_the_others_stand_back_for_the_longest(test: str, nice: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process gets no priority back, so this one keeps its own."""
    now = [0]
    monkeypatch.setattr(os, "getpriority", lambda *_: now[-1])
    monkeypatch.setattr(os, "nice", lambda more: now.append(now[-1] + more))
    for _ in range(2):
        stand_back(test)
    assert now[-1] == nice


def test_the_longest_is_of_a_stack() -> None:
    assert FIRST in map(STACK.format, environments())
