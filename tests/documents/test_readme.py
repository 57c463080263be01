"""What README.md says of versions, stacks and commands, and the output that it shows, are the code's own."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from modules.errors import ProblemsError
from modules.networking.subnet_plan import overlap_problems
from operations.cli import GROUPS
from operations.versions import needed
from stacks.catalogue import catalogue
from stacks.ohi.settings import PROD
from tests.documents.fences import PROJECT, fences

README = (PROJECT / "README.md").read_text()
SANDBOX = PROJECT / "tests/operations/sandbox/test_command.py"


def shown(beginning: str) -> list[str]:
    """The lines of the one example that begins so, each up to its ellipsis."""
    found = [one.body for one in fences("README.md", README) if one.body.startswith(beginning)]
    assert len(found) == 1, f"README.md shows {len(found)} examples that begin with {beginning!r}"
    return [line.partition("…")[0] for line in found[0].splitlines()]


def test_the_versions_are_those_that_are_needed() -> None:
    python, node, terraform = (
        re.search(pattern, README)
        for pattern in (
            r"Python 3\.(\d+) to 3\.(\d+)",
            r"Node (\d+) to (\d+)",
            r"Terraform ([\d.]+) or newer",
        )
    )
    assert python
    assert node
    assert terraform
    versions = needed(PROJECT)
    assert str(versions.python) == f">=3.{python[1]},<3.{int(python[2]) + 1}"
    assert re.fullmatch(rf">={node[1]}(\.\d+)? <{int(node[2]) + 1}", str(versions.node))
    assert str(versions.terraform) == f">={terraform[1]}.0"


def test_every_stack_that_is_named_exists() -> None:
    """A product that `infra new` wrote need not be named."""
    rows = [line for line in README.splitlines() if line.startswith("| [")]
    named = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)}
    assert named
    assert named <= set(catalogue())


def test_every_command_of_infra_has_a_row_in_its_group() -> None:
    """In the groups and in the order of `infra --help`."""
    rows = re.findall(r"^\| (?:\*\*(.+)\*\*|`infra ([\w-]+))", README, re.MULTILINE)
    assert rows == [
        row for title, group in GROUPS.items() for row in [(title, ""), *(("", name) for name in group)]
    ]


def test_the_sandbox_says_what_is_shown() -> None:
    """Its own test asserts these words; which figures come, the code knows."""
    said = SANDBOX.read_text()
    for line in shown("✓"):
        words = line.removeprefix("✓ ")
        assert f'"{words}"' in said, f"{SANDBOX.name} does not assert {words!r}"


@pytest.mark.parametrize("place", [0, 1])
def test_the_refusals_shown_are_the_code_s(place: int) -> None:
    with pytest.raises(ProblemsError) as refused:
        replace(PROD.database, backup_days=0)
    network = IPv4Network("10.10.0.0/16")
    overlaps = overlap_problems({"ohi-prod": network, "ohi-dev": network})
    lines = [str(refused.value), *map(str, overlaps)]
    assert lines[place].startswith(shown("PostgresqlSettings")[place])


def test_the_licence_of_the_icons_is_named() -> None:
    (path,) = re.findall(r"\[[^\]]*\]\(([^)]*icons/LICENSE)\)", README)
    assert "AWS Architecture Icons" in (PROJECT / path).read_text()
    assert "Apache License" in (PROJECT / "LICENSE").read_text()


def test_no_figure_is_typed_that_the_code_knows() -> None:
    """Counts of resources and seconds age; `make` and `make bench` tell those of the day."""
    assert not re.findall(r"\d[\d,]* (?:changes|resources|seconds|services|to add)", README)
