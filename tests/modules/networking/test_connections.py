"""Connections: declared once, refused when nothing could enforce or explain them."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from modules.errors import ProblemsError
from modules.networking.connections import Connections, Port, connection_matrix


@pytest.fixture
def connections() -> Connections:
    return Connections()


def test_a_connection_takes_every_port_of_its_target_or_the_named_ones(connections: Connections) -> None:
    api = connections.group("api")
    store = connections.group("store", {"http": 8123, "native": 9000})
    worker = connections.group("worker")
    api.connects_to(store, reason="reads")
    worker.connects_to(store, "native", reason="writes")
    found = [(c.source.name, c.port.number) for c in connections.declared]
    assert found == [("api", 8123), ("api", 9000), ("worker", 9000)]


def test_a_connection_to_a_service_without_a_port_is_refused(connections: Connections) -> None:
    api, worker = connections.group("api", {"http": 80}), connections.group("worker")
    with pytest.raises(ProblemsError, match="api connects to worker: worker listens on no port"):
        api.connects_to(worker, reason="wants to")


def test_an_unknown_port_lists_the_known_ones(connections: Connections) -> None:
    api, worker = connections.group("api", {"http": 80, "grpc": 81}), connections.group("worker")
    with pytest.raises(ProblemsError, match="got port https; allowed: http, grpc"):
        worker.connects_to(api, "https", reason="calls")


def test_a_connection_declared_twice_is_refused(connections: Connections) -> None:
    api, worker = connections.group("api", {"http": 80}), connections.group("worker")
    worker.connects_to(api, reason="calls")
    with pytest.raises(ProblemsError, match="port http is declared twice"):
        worker.connects_to(api, "http", reason="calls again")


def test_a_connection_within_a_group_opens_its_port_to_nobody_else(connections: Connections) -> None:
    store, reader = connections.group("store", {"http": 80}), connections.group("reader")
    store.connects_within(Port(name="nfs", number=2049), reason="its file system")
    reader.connects_to(store, reason="reads")
    found = [(c.source.name, c.target.name, c.port.number) for c in connections.declared]
    assert found == [("store", "store", 2049), ("reader", "store", 80)]
    with pytest.raises(ProblemsError, match="store connects to store: port nfs is declared twice"):
        store.connects_within(Port(name="nfs", number=2049), reason="again")


def test_two_address_ranges_cannot_be_connected(connections: Connections) -> None:
    one = connections.address_range("one", IPv4Network("10.0.0.0/16"))
    other = connections.address_range("other", IPv4Network("10.1.0.0/16"), {"https": 443})
    with pytest.raises(ProblemsError, match="neither has a security group"):
        one.connects_to(other, reason="peering")


def test_a_peer_has_one_name(connections: Connections) -> None:
    connections.group("api")
    with pytest.raises(ProblemsError, match="api: is declared twice"):
        connections.group("api")


def test_a_peer_of_other_connections_is_refused(connections: Connections) -> None:
    api, other = connections.group("api"), Connections().group("store", {"http": 80})
    with pytest.raises(ProblemsError, match="got store of other connections; allowed: api; declare both in"):
        api.connects_to(other, reason="reads")


@pytest.mark.parametrize("reason", ["", "x" * 256, "naïve"])
def test_a_reason_that_ec2_refuses_as_a_description_is_refused(connections: Connections, reason: str) -> None:
    api, worker = connections.group("api", {"http": 80}), connections.group("worker")
    with pytest.raises(ProblemsError, match="reword it"):
        worker.connects_to(api, reason=reason)


@pytest.mark.parametrize("number", [0, 65536])
def test_a_number_that_is_no_port_is_refused(connections: Connections, number: int) -> None:
    with pytest.raises(ProblemsError, match=rf"Port\.number: got {number}"):
        connections.group("api", {"http": number})


def test_a_gateway_endpoint_is_reached_by_https(connections: Connections) -> None:
    connections.group("api").connects_to(connections.gateway_endpoint("s3"), reason="image layers")
    (declared,) = connections.declared
    assert (declared.port.name, declared.port.number) == ("https", 443)


def test_the_last_port_is_one(connections: Connections) -> None:
    assert connections.group("api", {"http": 65535}).ports["http"].number == 65535


def test_the_matrix_is_sorted_and_names_those_nobody_reaches(connections: Connections) -> None:
    api, worker = connections.group("api", {"http": 80}), connections.group("worker")
    connections.group("alone")
    worker.connects_to(api, reason="calls")
    assert connection_matrix(connections).splitlines() == [
        "| from | to | port | why |",
        "| --- | --- | --- | --- |",
        "| worker | api | 80/tcp | calls |",
        "",
        "Nothing may open a connection to: alone, worker.",
    ]
