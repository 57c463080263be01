"""Allowed connections of Booking (docs/specification/booking.md, "What runs"). Pure."""

from __future__ import annotations

from ipaddress import IPv4Network

from modules.networking.connections import Connections
from modules.networking.dependencies import Dependencies, Dependency, DependentService

DATABASE, REDIS = "database", "redis"
WEB = DependentService(name="web", ports={"http": 8000}, uses=(DATABASE, REDIS))
WORKER = DependentService(name="worker", uses=(DATABASE, REDIS))
DEPENDENCIES = Dependencies(
    Dependency(name=DATABASE, ports={"postgresql": 5432}, reason="bookings and customers"),
    # One group of both caches, where sessions have one of their own.
    Dependency(name=REDIS, ports={"redis": 6379}, reason="queues and sessions"),
)
ENDPOINTS = "vpc-endpoints"
_ANYWHERE = IPv4Network("0.0.0.0/0")


def booking_connections(*, endpoints: bool) -> Connections:
    """Every connection of one environment: from the internet to the data, and of the functions to AWS.

    `endpoints`: whether there are interface endpoints, instead of a NAT gateway.
    """
    connections = Connections()
    internet = connections.address_range("internet", _ANYWHERE, {"https": 443})
    s3 = connections.gateway_endpoint("s3")
    alb = connections.group("alb", {"http": 80, "https": 443})
    services = {one.name: connections.group(one.name, one.ports) for one in (WEB, WORKER)}
    peers = {**services, **DEPENDENCIES.peers(connections)}

    internet.connects_to(alb, reason="people and their devices; plain HTTP is only redirected")
    alb.connects_to(services[WEB.name], reason="public host of the API")
    for service in (WEB, WORKER):
        DEPENDENCIES.connect(service, peers)
        services[service.name].connects_to(s3, reason="image layers, media")
        services[service.name].connects_to(internet, reason="images, parameters, logs and third parties")
    if endpoints:
        # The functions that make logins and count messages are in the group of the worker.
        private = connections.group(ENDPOINTS, {"https": 443})
        services[WORKER.name].connects_to(private, reason="secrets, without a NAT gateway")
    return connections
