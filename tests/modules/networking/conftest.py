"""Networks with everything in them, each on a stack of its own."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

import pytest

from tests.modules.conftest import Json, SynthesizeModule

ZONES = ("a", "b", "c")
INTERFACES = ("ecr.api", "logs")
FLOW_LOG_DAYS = 7


@pytest.fixture(scope="session")
def networks(synthesize_module: SynthesizeModule) -> dict[str, Json]:
    """The JSON of a network with one NAT gateway, and of one with a gateway in each zone."""
    from modules.networking.settings import NatGateways

    return {
        "single": synthesize_module(lambda stack, context: build(stack, context, NatGateways.SINGLE)),
        "each": synthesize_module(lambda stack, context: build(stack, context, NatGateways.ONE_PER_ZONE)),
    }


def build(stack: Any, context: Any, nat_gateways: Any) -> None:
    from modules.networking.connections import Connections
    from modules.networking.endpoints import InterfaceEndpoints
    from modules.networking.network import Network
    from modules.networking.security_groups import SecurityGroups
    from modules.networking.settings import FlowLogSettings, InterfaceEndpointSettings, NetworkSettings

    settings = NetworkSettings(
        cidr=IPv4Network("10.0.0.0/16"),
        zones=ZONES,
        nat_gateways=nat_gateways,
        flow_logs=FlowLogSettings(retention_days=FLOW_LOG_DAYS),
    )
    network = Network(stack, "network", context=context, settings=settings)
    connections = Connections()
    internet = connections.address_range("internet", IPv4Network("0.0.0.0/0"), {"https": 443})
    s3 = connections.gateway_endpoint("s3")
    alb = connections.group("alb", {"http": 80, "https": 443})
    web = connections.group("web", {"http": 8080})
    store = connections.group("store", {"postgresql": 5432})
    endpoints = connections.group("vpc-endpoints", {"https": 443})
    internet.connects_to(alb, reason="people")
    alb.connects_to(web, reason="public host shop.")
    web.connects_to(store, reason="orders")
    web.connects_to(endpoints, reason="images, logs")
    web.connects_to(s3, reason="image layers")
    web.connects_to(internet, reason="third parties")
    groups = SecurityGroups(stack, "groups", context=context, network=network, connections=connections)
    InterfaceEndpoints(
        stack,
        "endpoints",
        context=context,
        network=network,
        security_group=groups.group("vpc-endpoints"),
        settings=InterfaceEndpointSettings(services=INTERFACES),
    )


@pytest.fixture(params=["single", "each"])
def name(request: pytest.FixtureRequest) -> str:
    """Which of the two networks."""
    return str(request.param)


@pytest.fixture
def stack(name: str, networks: dict[str, Json]) -> Json:
    """One network after the other."""
    return networks[name]
