"""Allowed connections of Web app (docs/specification/webapp.md, "What it has"). Pure."""

from __future__ import annotations

from ipaddress import IPv4Network

from modules.networking.connections import Connections
from modules.networking.dependencies import Dependencies, Dependency, DependentService

DATABASE = "database"
API = DependentService(name="api", ports={"http": 8080}, uses=(DATABASE,))
DEPENDENCIES = Dependencies(
    Dependency(name=DATABASE, ports={"postgresql": 5432}, reason="relational records")
)
_ANYWHERE = IPv4Network("0.0.0.0/0")


def webapp_connections() -> Connections:
    """Every connection of one environment: a chain from the internet to the database."""
    connections = Connections()
    internet = connections.address_range("internet", _ANYWHERE, {"https": 443})
    s3 = connections.gateway_endpoint("s3")
    # Port 80 is open for the redirect to HTTPS, since browsers may try HTTP first.
    alb = connections.group("alb", {"http": 80, "https": 443})
    api = connections.group(API.name, API.ports)
    peers = {API.name: api, **DEPENDENCIES.peers(connections)}

    internet.connects_to(alb, reason="people and their devices; plain HTTP is only redirected")
    alb.connects_to(api, reason=f"public host {API.name}.")
    DEPENDENCIES.connect(API, peers)
    api.connects_to(s3, reason="image layers")
    api.connects_to(internet, reason="images, secrets, logs and third parties")
    return connections
