"""Who may talk to whom in OHI: sixteen security groups (spec, "Security groups"). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network

from modules.networking.connections import Connections, Peer, Port
from stacks.ohi.services import APP_CACHE, BLNK_CACHE, CLICKHOUSE, Service

NFS_PORT = 2049
_ANYWHERE = IPv4Network("0.0.0.0/0")
# Why anything opens a connection to it.
_REASONS = {
    "rds": "relational records",
    APP_CACHE: "cache, sessions and queues",
    BLNK_CACHE: "queues of the ledger",
    "mongodb": "documents in MongoDB Atlas",
    "blnk-api": "ledger entries",
    "otel-collector": "traces, metrics and logs",
    "clickhouse": "telemetry stored and queried",
    "signoz-query": "dashboards of telemetry",
}


def ohi_connections(services: Sequence[Service], network: IPv4Network) -> Connections:
    """Every connection of one environment, from the services table."""
    connections = Connections()
    internet = connections.address_range("internet", _ANYWHERE, {"https": 443})
    # Atlas runs outside, behind addresses that change; its own access list and TLS are what protects it.
    mongodb = connections.address_range("mongodb", _ANYWHERE, {"mongodb": 27017})
    vpc = connections.address_range("vpc", network)
    s3 = connections.gateway_endpoint("s3")
    alb = connections.group("alb", {"http": 80, "https": 443})
    groups = {service.name: connections.group(service.name, service.ports) for service in services}
    peers: dict[str, Peer] = {**groups}
    peers["rds"] = connections.group("rds", {"postgresql": 5432})
    # Both caches share a group: whoever may reach one still needs the other's token.
    peers[APP_CACHE] = peers[BLNK_CACHE] = connections.group("elasticache", {"redis": 6379})
    peers["mongodb"] = mongodb
    tasks = connections.group("ecs-tasks")
    endpoints = connections.group("vpc-endpoints", {"https": 443})

    internet.connects_to(alb, reason="people and their devices; plain HTTP is only redirected")
    for service in services:
        if service.host:
            alb.connects_to(peers[service.name], reason=f"public host {service.host}.")
        for used in service.uses:
            peers[service.name].connects_to(peers[used], reason=_REASONS[used])
    # The mount targets of ClickHouse's file system are in its own group.
    groups[CLICKHOUSE].connects_within(Port(name="nfs", number=NFS_PORT), reason="its data on EFS")
    tasks.connects_to(endpoints, reason="images, secrets and logs")
    tasks.connects_to(s3, reason="image layers")
    tasks.connects_to(internet, reason="AWS services without an endpoint, and third parties")
    vpc.connects_to(endpoints, reason="AWS services by private addresses")
    return connections
