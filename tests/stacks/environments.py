"""The environments of every product, as the catalogue has them: a new one is tested without an edit here."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from stacks.catalogue import PRODUCTS
from stacks.environment import EnvironmentSettings


@cache
def environments(*products: str) -> dict[str, EnvironmentSettings]:
    """The settings of every environment by the name of its stack, of some products or of all."""
    return {
        settings.environment.naming.base: settings
        for product in products or PRODUCTS
        for settings in import_module(f"stacks.{product}.settings").ENVIRONMENTS
    }
