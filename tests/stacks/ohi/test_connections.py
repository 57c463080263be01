"""OHI's sixteen groups: who may reach whom, group by group, as the specification has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from modules.errors import ProblemsError
from modules.networking.connections import Connections, connection_matrix
from stacks.ohi.connections import ohi_connections
from stacks.ohi.services import Column, Service, services
from stacks.ohi.settings import PROD

MATRIX = Path(__file__).parents[3] / "stacks" / "ohi" / "CONNECTIONS.md"
VPC = PROD.network.cidr
SERVICES = services(Column.PROD)
OTEL_CLIENTS = {"api", "graphql", "sse", "provider-api", "reindexer", "blnk-api", "blnk-worker"}
SPECIFIED: dict[str, tuple[set[str], set[int]]] = {
    "alb": ({"internet"}, {80, 443}),
    "api": ({"alb"}, {8080}),
    "graphql": ({"alb"}, {8081}),
    "sse": ({"alb"}, {8082}),
    "provider-api": ({"alb"}, {3000}),
    "reindexer": (set(), set()),
    "blnk-api": ({"api", "graphql"}, {5001}),
    "blnk-worker": (set(), set()),
    "rds": ({"api", "graphql", "provider-api", "reindexer", "blnk-api", "blnk-worker"}, {5432}),
    "elasticache": ({"api", "graphql", "sse", "provider-api", "blnk-api", "blnk-worker"}, {6379}),
    # 2049 within the group: the mount targets of its file system, which has no group of its own.
    "clickhouse": ({"otel-collector", "signoz-query", "clickhouse"}, {8123, 9000, 2049}),
    "otel-collector": (OTEL_CLIENTS, {4317, 4318}),
    "signoz-query": ({"signoz-frontend"}, {8080}),
    "signoz-frontend": ({"alb"}, {3301}),
    "ecs-tasks": (set(), set()),
    "vpc-endpoints": ({"vpc", "ecs-tasks"}, {443}),
}


@pytest.fixture(scope="module")
def connections() -> Connections:
    return ohi_connections(SERVICES, VPC)


def test_there_are_the_sixteen_groups_of_the_specification(connections: Connections) -> None:
    assert len(SPECIFIED) == 16
    assert {group.name for group in connections.groups} == set(SPECIFIED)


@pytest.mark.parametrize("group", SPECIFIED)
def test_a_group_is_reached_by_exactly_those_on_exactly_these_ports(
    connections: Connections, group: str
) -> None:
    inward = [one for one in connections.declared if one.target.name == group]
    sources, ports = SPECIFIED[group]
    assert {one.source.name for one in inward} == sources
    assert {one.port.number for one in inward} == ports


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


def test_a_public_host_without_a_port_is_refused() -> None:
    with pytest.raises(ProblemsError, match=r"Service\.jobs\.host: got 'jobs' without a port"):
        Service(name="jobs", cpu=256, memory=512, count=1, host="jobs")


def test_the_matrix_for_people_is_in_step(
    connections: Connections, golden: Callable[[Path, str], None]
) -> None:
    source = "Generated from `services.py` and `connections.py`: `make golden`."
    title = f"# Who may talk to whom in OHI\n\n{source}\n\n"
    golden(MATRIX, title + connection_matrix(connections))
