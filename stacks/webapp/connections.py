"""Who may talk to whom in Web app (spec, "What it has"). Pure."""

from __future__ import annotations

from ipaddress import IPv4Network

from modules.networking.connections import Connections

API_PORT = 8080
_ANYWHERE = IPv4Network("0.0.0.0/0")


def webapp_connections() -> Connections:
    """Every connection of one environment: inwards a chain, from the internet to the database."""
    connections = Connections()
    internet = connections.address_range("internet", _ANYWHERE, {"https": 443})
    s3 = connections.gateway_endpoint("s3")
    # 80 is open to be answered with a redirect to 443: browsers that were given a bare name begin there.
    alb = connections.group("alb", {"http": 80, "https": 443})
    api = connections.group("api", {"http": API_PORT})
    database = connections.group("database", {"postgresql": 5432})

    internet.connects_to(alb, reason="people and their devices; plain HTTP is only redirected")
    alb.connects_to(api, reason="public host api.")
    api.connects_to(database, reason="relational records")
    api.connects_to(s3, reason="image layers")
    api.connects_to(internet, reason="images, secrets, logs and third parties")
    return connections
