"""What stands on the border of the VPC."""

from __future__ import annotations

from ..architecture.components import service_of
from ..architecture.document import Resource
from .canvas import FAINT, Rect
from .diagram import Diagram
from .style import TRAFFIC

_SIZE = 42.0


def draw_internet_gateway(diagram: Diagram, at: Rect, balancers: list[Rect]) -> None:
    """The internet gateway on the border: the way in to load balancers, the way out of NAT gateways."""
    found = diagram.document.of("aws_internet_gateway")
    if not found:
        return
    nats = [place for address, place in diagram.places.items() if address.startswith("aws_nat_gateway.")]
    y = balancers[0].middle[1] if balancers else min(at.y + 160, at.bottom - _SIZE)
    place = Rect(at.x - _SIZE / 2, y - _SIZE / 2, _SIZE, _SIZE)
    diagram.places[found[0].address] = place
    canvas = diagram.canvas
    canvas.on("cards")
    canvas.box(place, fill="#fff", resources=diagram.claim(one.address for one in found))
    canvas.icon("internet-gateway", place.x, place.y, _SIZE)
    canvas.on("lines")
    for balancer in balancers:
        middle = balancer.middle[1]
        start = [(place.right, y)] if middle == y else [(at.x, place.bottom), (at.x, middle)]
        canvas.arrow([*start, (balancer.x, middle)], color=TRAFFIC)
    if nats:
        last = max(nats, key=lambda one: one.x)
        points = [(last.x, last.middle[1]), (at.x, last.middle[1]), (at.x, place.y)]
        canvas.arrow(points, color=TRAFFIC, dashed=True)


def draw_gateway_endpoints(diagram: Diagram, at: Rect, y: float) -> None:
    """Gateway endpoints on the other border, one a service, from `y` down."""
    by_service: dict[str, list[Resource]] = {}
    for endpoint in diagram.document.of("aws_vpc_endpoint"):
        # Terraform's default.
        if endpoint.get("vpc_endpoint_type", "Gateway") == "Gateway":
            by_service.setdefault(service_of(endpoint), []).append(endpoint)
    canvas = diagram.canvas
    for service, endpoints in by_service.items():
        place = Rect(at.right - 19, y, 38, 38)
        canvas.on("cards")
        canvas.box(place, fill="#fff", resources=diagram.claim(one.address for one in endpoints))
        canvas.icon("vpc-endpoint", place.x, place.y, 38)
        canvas.box(Rect(at.right - 14, place.bottom + 2, 28, 14), fill="#fff")
        canvas.text(at.right, place.bottom + 13, service.upper(), size=10.5, color=FAINT, anchor="middle")
        received = [one for one in diagram.connections if one.target == f"gateway endpoint {service}"]
        diagram.numbers(place.right - 2, place.y, received, filled=True)
        y += 76
