"""Terraform addresses are a public contract: one that changes by accident destroys what stands there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stacks.catalogue import PRODUCTS
from tests.stacks.environments import environments

GOLDEN = Path(__file__).parents[1] / "golden"
Json = dict[str, Any]


def addresses(stack: Json) -> str:
    found = [f"{kind}.{name}" for kind, named in stack["resource"].items() for name in named]
    return "\n".join(sorted(found)) + "\n"


def test_addresses_are_as_pinned(stacks: dict[str, Json], golden: Callable[[Path, str], None]) -> None:
    for name, stack in stacks.items():
        golden(GOLDEN / f"{name}.txt", addresses(stack))
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(stacks)


@pytest.mark.parametrize("product", PRODUCTS)
def test_an_address_is_the_same_in_every_environment(product: str, stacks: dict[str, Json]) -> None:
    """An environment may lack what the largest has; no address contains an environment's name."""
    # Subscriptions are known by the e-mail address, and each environment tells its own people. A pause stops
    # databases that have no replicas, which are those of the smaller environments.
    own = ("_subscription.", ".pause_", "_alarms_pause_")
    found = [
        {one for one in addresses(stacks[name]).split() if not any(part in one for part in own)}
        for name in environments(product)
    ]
    largest = max(found, key=len)
    assert largest
    assert not [one - largest for one in found if not one <= largest]
