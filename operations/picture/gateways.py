"""What stands on the border of the VPC."""

from __future__ import annotations

from operations.picture.canvas import FAINT, Rect
from operations.picture.scene import Scene
from operations.picture.style import TRAFFIC


def draw_internet_gateway(scene: Scene, at: Rect, balancers: list[Rect]) -> None:
    """The internet gateway on the border: the way in to load balancers, the way out of NAT gateways."""
    found = scene.stack.of("aws_internet_gateway")
    nats = [place for address, place in scene.places.items() if address.startswith("aws_nat_gateway.")]
    if not found:
        return
    y = balancers[0].middle[1] if balancers else at.y + 160
    place = Rect(at.x - 21, y - 21, 42, 42)
    scene.places[found[0].address] = place
    scene.canvas.on("cards")
    scene.canvas.box(place, fill="#fff", resources=scene.claim(one.address for one in found))
    scene.canvas.icon("internet-gateway", place.x, place.y, 42)
    scene.canvas.on("lines")
    if balancers:
        scene.canvas.arrow([(place.right, y), (balancers[0].x, y)], colour=TRAFFIC)
    if nats:
        last = max(nats, key=lambda one: one.x)
        points = [(last.x, last.middle[1]), (at.x, last.middle[1]), (at.x, place.y)]
        scene.canvas.arrow(points, colour=TRAFFIC, dashed=True)


def draw_gateway_endpoints(scene: Scene, at: Rect, y: float) -> None:
    """Gateway endpoints on the other border, from `y` down."""
    for endpoint in scene.stack.of("aws_vpc_endpoint"):
        if endpoint.get("vpc_endpoint_type") != "Gateway":
            continue
        service = str(endpoint.get("service_name")).split(".")[-1]
        place = Rect(at.right - 19, y, 38, 38)
        scene.canvas.on("cards")
        scene.canvas.box(place, fill="#fff", resources=scene.claim([endpoint.address]))
        scene.canvas.icon("vpc-endpoint", place.x, place.y, 38)
        scene.canvas.box(Rect(at.right - 14, place.bottom + 2, 28, 14), fill="#fff")
        scene.canvas.text(
            at.right, place.bottom + 13, service.upper(), size=10.5, colour=FAINT, anchor="middle"
        )
        received = [one for one in scene.connections if one.target == f"gateway endpoint {service}"]
        scene.numbers(place.right - 2, place.y, received, filled=True)
        y += 76
