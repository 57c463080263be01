"""Allowed connections of OHI (docs/specification/ohi.md, "Security groups"). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network

from modules.networking.connections import Connections, Peer, Port
from stacks.ohi.dependencies import ANYWHERE, DEPENDENCIES
from stacks.ohi.services import Service

NFS = Port(name="nfs", number=2049)


def ohi_connections(services: Sequence[Service], network: IPv4Network) -> Connections:
    """Every connection of one environment, from the tables of services and dependencies."""
    connections = Connections()
    internet = connections.address_range("internet", ANYWHERE, {"https": 443})
    vpc = connections.address_range("vpc", network)
    s3 = connections.gateway_endpoint("s3")
    alb = connections.group("alb", {"http": 80, "https": 443})
    groups = {service.name: connections.group(service.name, service.ports) for service in services}
    peers: dict[str, Peer] = {**groups, **DEPENDENCIES.peers(connections)}
    tasks = connections.group("ecs-tasks")
    endpoints = connections.group("vpc-endpoints", {"https": 443})

    internet.connects_to(alb, reason="people and their devices; plain HTTP is only redirected")
    for service in services:
        if service.host:
            alb.connects_to(peers[service.name], "http", reason=f"public host {service.host}.")
        DEPENDENCIES.connect(service, peers)
        if service.volume:
            # The mount targets of its file system are in the same security group.
            groups[service.name].connects_within(NFS, reason="its data on EFS")
    tasks.connects_to(endpoints, reason="images, secrets and logs")
    tasks.connects_to(s3, reason="image layers")
    tasks.connects_to(internet, reason="AWS services without an endpoint, and third parties")
    vpc.connects_to(endpoints, reason="AWS services by private addresses")
    return connections
