"""Environments in regions that none ships in: their Terraform, written once a session for each region."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from stacks.catalogue import PRODUCTS
from stacks.entry import Entry
from stacks.environment import PRODUCTION, EnvironmentSettings
from tests.stacks.environments import environments

# One like those that ship, and the one in which everything global is too.
REGIONS = ("eu-west-2", "us-east-1")


def smallest(product: str) -> str:
    """The stack of a product's first environment, which is for development."""
    return next(iter(environments(product)))


def chosen(product: str) -> Iterator[EnvironmentSettings]:
    """The settings of a product's smallest environment and of its production, as they ship."""
    for name, settings in environments(product).items():
        if name == smallest(product) or settings.environment.naming.environment in PRODUCTION:
            yield settings


def in_region(once: Callable[..., Path], region: str) -> Path:
    """The output of these environments in a region, as main.py would write it."""
    return once(f"in-{region}", partial(_write, region=region))


def _write(directory: Path, *, region: str) -> None:
    import backend
    from stacks.synthesis import synthesize

    entries = [entry for product in PRODUCTS for entry in _entries(product, region)]
    synthesize(entries, state=backend.load(), output=directory, known=[entry.name for entry in entries])


def _entries(product: str, region: str) -> list[Entry]:
    """The product's own entries, as if its settings named the region."""

    def moved(settings: Any) -> Any:
        return replace(settings, environment=replace(settings.environment, region=region))

    with pytest.MonkeyPatch.context() as patch:
        settings = import_module(f"stacks.{product}.settings")
        patch.setattr(settings, "ENVIRONMENTS", tuple(map(moved, chosen(product))))
        # They are in a region that their primaries' settings name.
        patch.setattr(settings, "RECOVERIES", (), raising=False)
        found: list[Entry] = import_module(f"stacks.{product}").entries()
    return found
