"""Terraform addresses are a public contract: one that changes by accident destroys what stands there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stacks.catalogue import PRODUCTS
from tests.stacks.environments import environments

GOLDEN = Path(__file__).parents[1] / "golden"
Json = dict[str, Any]
# Known by what is an environment's own: who is told of alarms, hosts of a zone, the endpoints that one
# without NAT gateways has instead. A pause stops databases without replicas, those of smaller environments.
# How far a recovery's database is behind its primary's; whether the recovery serves; what RDS manages where
# Aurora is in one region.
OWN = re.compile(
    r"_subscription\.|aws_route53_record\.zone_|\.endpoints_|vpc-endpoints|\.pause_|_alarms_pause_"
    r"|_recovery-lag_|\.database_secret-key_|\.database_rotation_|\.recovery-as-deployed"
)


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
    found = {
        name: {one for one in addresses(stacks[name]).split() if not OWN.search(one)}
        for name in environments(product)
    }
    largest = max(found.values(), key=len)
    assert largest
    assert not {name: own for name, one in found.items() if (own := one - largest)}
