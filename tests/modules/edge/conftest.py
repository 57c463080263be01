"""One small product at the edge, synthesized once: what the tests of this folder read."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

Json = dict[str, Any]


class Edge:
    """A zone, its certificate, a load balancer with targets, two web ACLs, two websites."""

    def __init__(
        self, stack: Any, context: Any, *, protected: bool = True, zones: tuple[str, ...] = ("a", "b")
    ) -> None:
        from modules.dns.certificate import Certificate
        from modules.dns.settings import HostedZoneSettings
        from modules.dns.zone import HostedZone
        from modules.edge.load_balancer.load_balancer import LoadBalancer
        from modules.networking.connections import Connections
        from modules.networking.network import Network
        from modules.networking.security_groups import SecurityGroups
        from modules.networking.settings import NatGateways, NetworkSettings

        self.stack, self.context = stack, context
        settings = NetworkSettings(
            cidr=IPv4Network("10.0.0.0/16"), zones=zones, nat_gateways=NatGateways.NONE, flow_logs=None
        )
        self.network = Network(stack, "network", context=context, settings=settings)
        connections = Connections()
        connections.group("alb", {"https": 443})
        connections.group("vpc-endpoints", {"https": 443})
        self.groups = SecurityGroups(
            stack, "firewall", context=context, network=self.network, connections=connections
        )
        self.zone = HostedZone(
            stack,
            "zone",
            context=context,
            settings=HostedZoneSettings(domain="example.com", protected=protected),
        )
        self.certificate = Certificate(stack, "certificate", context=context, zone=self.zone)
        self.load_balancer: LoadBalancer = self.balance("load-balancer", protected=protected)

    def balance(self, name: str, **settings: Any) -> Any:
        from modules.edge.load_balancer.load_balancer import LoadBalancer
        from modules.edge.load_balancer.settings import LoadBalancerSettings

        return LoadBalancer(
            self.stack,
            name,
            context=self.context,
            network=self.network,
            security_group=self.groups.group("alb"),
            zone=self.zone,
            certificate=self.certificate,
            settings=LoadBalancerSettings(**settings),
            name=name,
        )

    def secret(self, *entries: str) -> Any:
        from modules.secrets.secret import EnvironmentSecret
        from modules.secrets.settings import SecretSettings

        settings = SecretSettings(entered=entries, protected=False)
        return EnvironmentSecret(self.stack, "secret", context=self.context, settings=settings)

    def endpoints(self, *services: str) -> None:
        from modules.networking.endpoints import InterfaceEndpoints
        from modules.networking.settings import InterfaceEndpointSettings

        InterfaceEndpoints(
            self.stack,
            "endpoints",
            context=self.context,
            network=self.network,
            security_group=self.groups.group("vpc-endpoints"),
            settings=InterfaceEndpointSettings(services=services),
        )

    def web_acl(self, name: str, scope: str, **settings: Any) -> Any:
        from modules.edge.web_acl.settings import WebAclSettings
        from modules.edge.web_acl.web_acl import WebAcl

        given: Any = {"scope": scope, **settings}
        return WebAcl(
            self.stack,
            f"{name}-firewall",
            context=self.context,
            name=name,
            settings=WebAclSettings(**given),
        )

    def website(self, name: str, web_acl: Any = None, *, at: bool = True, **settings: Any) -> Any:
        from modules.edge.website.settings import WebsiteSettings
        from modules.edge.website.website import SiteAddress, Website

        return Website(
            self.stack,
            name,
            context=self.context,
            settings=WebsiteSettings(**settings),
            address=SiteAddress(zone=self.zone, certificate=self.certificate) if at else None,
            web_acl=web_acl,
            name=name,
        )


@pytest.fixture(scope="session")
def edge(synthesize_module: Callable[..., Json]) -> Callable[..., tuple[Edge, Json]]:
    """`edge(add)` gives the product that `add(edge)` completed, and its JSON; `output` as for a module."""

    def build(add: Callable[[Edge], None], *, output: Path | None = None, **given: Any) -> tuple[Edge, Json]:
        made: list[Edge] = []

        def fill(stack: Any, context: Any) -> None:
            made.append(Edge(stack, context, **given))
            add(made[0])

        document = synthesize_module(fill, output)
        return made[0], document

    return build
