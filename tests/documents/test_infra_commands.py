"""Every command of `infra` is run by tests of its own, and every option that a document shows exists.

That a line which a document shows is parsed, is in test_commands.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import typer

from operations import cli
from tests.documents.fences import PROJECT

TESTS = PROJECT / "tests"
# Commands whose tests stand elsewhere than beside those of their module.
ELSEWHERE = {
    "prewarm": ["tests/operations/test_benchmark.py"],
    "workflows": ["tests/github/test_workflows.py"],
}


def files_of(command: str) -> list[Path]:
    """The test files of a command: those of its module in `tests/operations`."""
    name = cli.COMMANDS[command][0].split(".")[1]
    folder = TESTS / "operations" / name
    found = [*folder.rglob("*.py"), folder.with_name(f"test_{folder.name}.py")]
    return [
        path for path in [*found, *(PROJECT / one for one in ELSEWHERE.get(command, []))] if path.is_file()
    ]


def subcommands(command: str) -> list[str]:
    """The subcommands of a command, if it has any."""
    module, attribute = cli.COMMANDS[command]
    found = getattr(import_module(module), attribute)
    return sorted(typer.main.get_group(found).commands) if isinstance(found, typer.Typer) else []


def unrun(command: str) -> Iterator[str]:
    """What of a command no test of its own names."""
    text = "".join(path.read_text() for path in files_of(command))
    if "def test_" not in text:
        yield f"infra {command}: no test in tests/operations is named after its module"
    for name in subcommands(command):
        if f'"{name}"' not in text and name.replace("-", "_") not in text:
            yield f"infra {command} {name}: its tests don't name it"


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_is_run_by_tests_of_its_own(command: str) -> None:
    assert not list(unrun(command))


def test_a_command_without_tests_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cli.COMMANDS, "project", ("operations.project", "synthesize"))
    assert list(unrun("project"))


def test_no_exception_is_idle() -> None:
    assert all(command in cli.COMMANDS for command in ELSEWHERE)
    assert all((PROJECT / path).is_file() for paths in ELSEWHERE.values() for path in paths)
