"""The README: its examples run, and its table is the code's."""

from __future__ import annotations

import inspect
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from aws_emulator.moto_patches import all_patches
from aws_emulator.strict.additional_rules import RULES
from aws_emulator.strict.conflicts import CONFLICTS

README = Path(__file__).parents[1] / "README.md"
PLACES = {
    name: re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)
    for name in ("patches", "rules", "conflicts")
}


def examples(language: str) -> list[str]:
    """The fenced blocks of a language."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(), re.DOTALL | re.MULTILINE)
    assert found, f"the README has no example in {language}"
    return [str(one) for one in found]


def rules() -> str:
    """What is refused beyond the models, and where AWS says so."""
    rows = sorted({(rule.service, ", ".join(rule.operations), rule.source) for rule in RULES})
    head = "| service | calls | source |\n| --- | --- | --- |\n"
    return head + "".join(f"| {service} | {calls} | {source} |\n" for service, calls, source in rows)


def conflicts() -> str:
    """What is refused because of what exists, and where AWS says so."""
    rows = sorted((each.service, each.operation, each.code, each.source) for each in CONFLICTS)
    head = "| service | call | answer | source |\n| --- | --- | --- | --- |\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def table() -> str:
    """What each patch says of itself, by service."""
    rows = sorted(
        (patch.of.__module__.split(".")[1], patch.__name__, " ".join((inspect.getdoc(patch) or "").split()))
        for patch in all_patches()
    )
    head = "| service | patch | what AWS does, and moto does not |\n| --- | --- | --- |\n"
    return head + "".join(f"| {service} | `{name}` | {text} |\n" for service, name, text in rows)


@pytest.mark.emulator
def test_the_python_examples_run(tmp_path: Path) -> None:
    for example in examples("python"):
        subprocess.run([sys.executable, "-W", "error", "-c", example], cwd=tmp_path, check=True)


@pytest.mark.emulator
def test_the_command_says_what_the_readme_says() -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    for example in examples("console"):
        command, _, said = example.replace("5000", port).removeprefix("$ python ").partition("\n")
        run = subprocess.run(
            [sys.executable, *shlex.split(command)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout == said


@pytest.mark.parametrize(
    ("name", "content"), [("patches", table), ("rules", rules), ("conflicts", conflicts)]
)
def test_tables_are_in_step(name: str, content: Callable[[], str], request: pytest.FixtureRequest) -> None:
    readme, place = README.read_text(), PLACES[name]
    expected = place.sub(lambda _: content(), readme)
    if request.config.getoption("--update", default=False):
        README.write_text(expected)
        readme = expected
    assert place.search(readme), f"the README has no place for the table of {name}"
    assert readme == expected, f"the table of {name} is out of step; write it anew: make golden"
