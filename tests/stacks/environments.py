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
        for settings in _settings_of(product)
    }


def recoveries() -> dict[str, EnvironmentSettings]:
    """Those of the stacks that take over from another, in a second region."""
    return {name: settings for name, settings in environments().items() if settings.primary}


def _settings_of(product: str) -> tuple[EnvironmentSettings, ...]:
    module = import_module(f"stacks.{product}.settings")
    return (*module.ENVIRONMENTS, *getattr(module, "RECOVERIES", ()))
