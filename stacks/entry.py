"""A stack of the catalogue, and what it takes that no other stack may have. Pure until it is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from backend import BackendSettings
from modules.tagging import TagPolicy
from stacks.environment import EnvironmentSettings

if TYPE_CHECKING:
    # Importing it starts Node; names and settings do not need it.
    from constructs import Construct


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One stack: its name, what builds it, how it is tagged, the networks and public names it takes."""

    name: str
    build: Callable[[Construct, BackendSettings], object]
    tag_policy: TagPolicy
    networks: tuple[IPv4Network, ...]
    domains: tuple[str, ...]


def environment_entry(settings: EnvironmentSettings, stack: str) -> Entry:
    """The stack of one environment of a product, of the class `stack`: `stacks.shop.stack:ShopStack`.

    The class is imported when the stack is built: `ShopStack(scope, name, settings=…, state=…)`.
    """
    name = settings.environment.naming.base

    def build(scope: Construct, state: BackendSettings) -> object:
        return resolve_name(stack)(scope, name, settings=settings, state=state)

    return Entry(
        name=name,
        build=build,
        tag_policy=settings.environment.tags.policy,
        networks=(settings.network.cidr,),
        domains=settings.hosts,
    )
