"""One small product at the edge, synthesized once: what the tests of this folder read."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

Json = dict[str, Any]


class Edge:
    """A zone, its certificate, a load balancer with targets, two firewalls, two websites."""

    def __init__(self, stack: Any, context: Any, *, protected: bool = True) -> None:
        from modules.dns.certificate import Certificate
        from modules.dns.settings import HostedZoneSettings
        from modules.dns.zone import HostedZone
        from modules.edge.load_balancer import LoadBalancer
        from modules.networking.network import Network
        from modules.networking.settings import NatGateways, NetworkSettings
        from modules.security.connections import Connections
        from modules.security.firewall import Firewall

        self.stack, self.context = stack, context
        settings = NetworkSettings(
            cidr=IPv4Network("10.0.0.0/16"), zones=("a", "b"), nat_gateways=NatGateways.NONE, flow_logs=None
        )
        self.network = Network(stack, "network", context=context, settings=settings)
        connections = Connections()
        connections.group("alb", {"https": 443})
        self.groups = Firewall(
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
        from modules.edge.load_balancer import LoadBalancer
        from modules.edge.settings import LoadBalancerSettings

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

    def firewall(self, name: str, scope: str, **settings: Any) -> Any:
        from modules.edge.firewall import WebApplicationFirewall
        from modules.edge.firewall_settings import FirewallSettings

        given: Any = {"scope": scope, **settings}
        return WebApplicationFirewall(
            self.stack,
            f"{name}-firewall",
            context=self.context,
            name=name,
            settings=FirewallSettings(**given),
        )

    def website(self, name: str, firewall: Any = None, *, at: bool = True, **settings: Any) -> Any:
        from modules.edge.website import SiteAddress, Website
        from modules.edge.website_settings import WebsiteSettings

        return Website(
            self.stack,
            name,
            context=self.context,
            settings=WebsiteSettings(**settings),
            address=SiteAddress(zone=self.zone, certificate=self.certificate) if at else None,
            firewall=firewall,
            name=name,
        )


@pytest.fixture(scope="session")
def edge(synthesize_module: Callable[..., Json]) -> Callable[..., tuple[Edge, Json]]:
    """`edge(add)` gives the product that `add(edge)` completed, and its JSON; `output` as for a module."""

    def build(
        add: Callable[[Edge], None], *, protected: bool = True, output: Path | None = None
    ) -> tuple[Edge, Json]:
        made: list[Edge] = []

        def fill(stack: Any, context: Any) -> None:
            made.append(Edge(stack, context, protected=protected))
            add(made[0])

        document = synthesize_module(fill, output)
        return made[0], document

    return build
