"""Who may reach whom in OHI follows from the tables of services and dependencies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from modules.networking.connections import Connections, connection_matrix
from stacks.ohi.connections import ohi_connections
from stacks.ohi.settings import PROD

MATRIX = Path(__file__).parents[3] / "stacks" / "ohi" / "CONNECTIONS.md"
VPC = PROD.network.cidr
SERVICES = PROD.services


@pytest.fixture(scope="module")
def connections() -> Connections:
    return ohi_connections(SERVICES, VPC)


def test_a_service_that_moves_to_another_port_stays_reachable() -> None:
    moved = tuple(replace(one, ports={"http": 9999}) if one.name == "blnk-api" else one for one in SERVICES)
    ports = {
        (one.source.name, one.port.number)
        for one in ohi_connections(moved, VPC).declared
        if one.target.name == "blnk-api"
    }
    assert ports == {("api", 9999), ("graphql", 9999)}


def test_the_vpc_alone_reaches_the_endpoints_by_address(connections: Connections) -> None:
    assert ohi_connections(SERVICES, IPv4Network("10.99.0.0/16")).peers["vpc"].name == "vpc"
    (by_address,) = [one for one in connections.declared if one.source.name == "vpc"]
    assert by_address.target.name == "vpc-endpoints"


def test_the_matrix_for_people_is_in_step(
    connections: Connections, golden: Callable[[Path, str], None]
) -> None:
    source = "Generated from `services.py` and `connections.py`: `make golden`."
    title = f"# Who may talk to whom in OHI\n\n{source}\n\n"
    golden(MATRIX, title + connection_matrix(connections))
