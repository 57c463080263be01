"""Entries of the catalogue: a stack with its networks and domains. Pure until it is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from backend import BackendSettings
from modules.assumed_role import AssumedRole
from modules.compute.repository.upstream_image import UpstreamImage
from modules.resilience.recovery.settings import Recovery
from modules.tagging import TagPolicy
from stacks.environment import EnvironmentSettings

if TYPE_CHECKING:
    # Importing it starts Node.js, which names and settings don't need.
    from constructs import Construct


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A stack: name, builder, tag policy; and networks and domains, which no other stack may have.

    `role`: what its requests to AWS are made as. `upstream_images`: published images that are copied into its
    repositories, by the container that runs each. `account_id`: the only account that may have it; None for
    any. `regions`: those of its providers, its own first. `recovery`: where it comes up again when its region
    is lost; `recovery_of`: the name of the stack that this one takes over from. `permissions_boundary`: the
    policy that bounds its roles. `governs`: whether it is the stack of its account in its region, of which
    there is one.
    """

    name: str
    build: Callable[[Construct, BackendSettings], object]
    tag_policy: TagPolicy
    networks: tuple[IPv4Network, ...]
    domains: tuple[str, ...]
    role: AssumedRole | None = None
    upstream_images: Mapping[str, UpstreamImage] = field(default_factory=dict)
    account_id: str | None = None
    regions: tuple[str, ...] = ()
    product: str = ""
    recovery: Recovery | None = None
    recovery_of: str | None = None
    permissions_boundary: str | None = None
    governs: bool = False


def environment_entry(
    settings: EnvironmentSettings, stack: str, upstream_images: Mapping[str, UpstreamImage] | None = None
) -> Entry:
    """The entry of a product's environment; `stack` is the path of its class: `stacks.shop.stack:ShopStack`.

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
        # Those of a recovery are its primary's.
        domains=() if settings.primary else settings.hosts,
        role=settings.environment.role,
        upstream_images=upstream_images or {},
        account_id=settings.environment.allowed_account_id,
        regions=settings.environment.regions,
        product=settings.environment.naming.product,
        recovery=settings.recovery,
        recovery_of=settings.primary.naming.base if settings.primary else None,
        permissions_boundary=settings.environment.permissions_boundary,
    )
