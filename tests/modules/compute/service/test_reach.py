"""A service is given no access to what its security groups may not connect to."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from modules.errors import ProblemsError

PORTS = {"redis": 6379}


@pytest.fixture
def built(shop: Callable[..., Any], tmp_path: Path) -> Callable[..., None]:
    """`built(connect)` builds the service web with access to a cache; `connect` declares connections."""

    def build(
        connect: Callable[[Any, Any, Any], None], *, own_group: bool = False, volume: bool = False
    ) -> None:
        from cdktf import App, TerraformStack
        from cdktf_cdktf_provider_aws.security_group import SecurityGroup

        from modules.compute.service.container_settings import ContainerSettings
        from modules.compute.service.settings import ServiceSettings
        from modules.context import Context
        from modules.iam.client_access import ClientAccess
        from modules.networking.connections import Connections
        from modules.networking.reach import peer_of
        from modules.networking.security_groups import SecurityGroups
        from modules.storage.file_system.file_system import FileSystem
        from modules.storage.file_system.settings import FileSystemSettings

        stack = TerraformStack(App(outdir=str(tmp_path)), "shop")
        context = Context.of(stack, product="shop", environment="dev", region="eu-west-1")
        made = shop(stack, context)
        connections = Connections()
        web, cache = connections.group("web"), connections.group("cache", PORTS)
        connect(connections, web, cache)
        groups = SecurityGroups(
            stack, "groups", context=context, network=made.network, connections=connections
        )
        clients = [groups.group("web")]
        if own_group:
            clients.append(SecurityGroup(stack, "own", vpc_id=made.network.vpc_id))
        references: dict[str, Any] = {"access": [ClientAccess(server=peer_of(groups.group("cache")))]}
        if volume:
            files = FileSystem(
                stack,
                "files",
                context=context,
                network=made.network,
                security_group=groups.group("cache"),
                key=made.key,
                service="web",
                settings=FileSystemSettings(user_id=1000, group_id=1000, protected=False),
            )
            references = {"volumes": {"/files": files}}
        from modules.compute.service.service import Service

        Service(
            stack,
            "web",
            context=context,
            network=made.network,
            cluster=made.cluster,
            security_groups=clients,
            image=made.image("web"),
            settings=ServiceSettings(
                name="web", cpu=256, memory=512, container=ContainerSettings(ports={"http": 8080})
            ),
            **references,
        )

    return build


def nothing(connections: Any, web: Any, cache: Any) -> None:
    """No connection."""


def test_access_without_a_connection_is_refused_with_the_line_that_declares_it(
    built: Callable[..., None],
) -> None:
    with pytest.raises(ProblemsError) as refused:
        built(nothing)
    assert str(refused.value) == (
        "web.access: got access to cache, which web may not connect to; allowed: access to what a declared "
        "connection leads to; declare it: web.connects_to(cache, reason=…)"
    )


def test_a_file_system_is_reached_by_a_connection_too(built: Callable[..., None]) -> None:
    with pytest.raises(ProblemsError, match="got access to cache"):
        built(nothing, volume=True)


def test_a_connection_the_other_way_is_none(built: Callable[..., None]) -> None:
    def reversed_(connections: Any, web: Any, cache: Any) -> None:
        del web
        cache.connects_to(connections.group("other", {"http": 80}), reason="of no use")

    with pytest.raises(ProblemsError, match="got access to cache"):
        built(reversed_)


def declared(connections: Any, web: Any, cache: Any) -> None:
    del connections
    web.connects_to(cache, reason="sessions")


def from_everywhere(connections: Any, web: Any, cache: Any) -> None:
    del web
    connections.address_range("vpc", IPv4Network("10.0.0.0/16")).connects_to(cache, reason="sessions")


@pytest.mark.parametrize("connect", [declared, from_everywhere])
def test_a_declared_connection_is_enough(built: Callable[..., None], connect: Any) -> None:
    built(connect)


def test_a_group_with_rules_of_its_own_may_have_any(built: Callable[..., None]) -> None:
    built(nothing, own_group=True)
