"""Terraform addresses are a public contract: one that changes by accident destroys what stands there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"
Json = dict[str, Any]


def addresses(stack: Json) -> str:
    found = [f"{kind}.{name}" for kind, named in stack["resource"].items() for name in named]
    return "\n".join(sorted(found)) + "\n"


def test_addresses_are_as_pinned(stacks: dict[str, Json], golden: Callable[[Path, str], None]) -> None:
    for name, stack in stacks.items():
        golden(GOLDEN / f"{name}.txt", addresses(stack))
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(stacks)


@pytest.mark.parametrize("names", [("ohi-staging", "ohi-prod"), ("webapp-staging", "webapp-production")])
def test_an_address_is_the_same_in_every_environment(names: tuple[str, str], stacks: dict[str, Json]) -> None:
    """What prod has and dev has not may differ; the name of the environment is never part of an address."""
    # Subscriptions are known by the e-mail address, and each environment tells its own people.
    staging, prod = (
        {one for one in addresses(stacks[name]).split() if "_subscription." not in one} for name in names
    )
    assert staging <= prod
