"""Terraform addresses are a public contract: one that changes by accident destroys what stands there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parents[1] / "golden"
Json = dict[str, Any]


def addresses(stack: Json) -> str:
    found = [f"{kind}.{name}" for kind, named in stack["resource"].items() for name in named]
    return "\n".join(sorted(found)) + "\n"


def test_addresses_are_as_pinned(stacks: dict[str, Json], golden: Callable[[Path, str], None]) -> None:
    for name, stack in stacks.items():
        golden(GOLDEN / f"{name}.txt", addresses(stack))
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(stacks)


def test_an_address_never_holds_its_environment(stacks: dict[str, Json]) -> None:
    environments = {"dev", "staging", "prod", "production"}
    for stack in stacks.values():
        words = set(addresses(stack).replace("\n", ".").replace("_", ".").replace("-", ".").split("."))
        assert not words & environments
