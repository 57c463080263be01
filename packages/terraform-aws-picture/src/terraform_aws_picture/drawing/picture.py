"""The whole picture of a document: an SVG of the same bytes for the same JSON."""

from __future__ import annotations

from ..architecture.aws_services import plural
from ..architecture.document import TerraformDocument
from ..architecture.network import network
from .canvas import FAINT, Rect
from .diagram import Diagram
from .edge import Edge, draw_users, users_reach
from .legend import draw_legend, legend_height
from .regional_services import RegionalServices
from .style import CLOUD, REGION
from .vpc import VpcDrawing

WIDTH = 1900.0
_MARGIN, _USERS, _PAD, _SERVICES = 24.0, 130.0, 18.0, 256.0


def draw(name: str, content: object) -> str:
    """The SVG of a document from what `json.loads` made of it; names without the prefix `name`.

    Raises PictureError where the content is no Terraform JSON document.
    """
    document = TerraformDocument(name, content)
    diagram = Diagram(document, network(document))
    _draw_title(diagram)
    edge = Edge(diagram)
    has_users = users_reach(diagram, edge)
    left = _MARGIN + (_USERS if has_users else 0)
    cloud = Rect(left, 84, WIDTH - left - _MARGIN, 0)
    strip = Rect(cloud.x + _PAD, cloud.y + 44, cloud.width - 2 * _PAD, edge.height)
    edge.draw(strip)
    below = strip.bottom + _PAD if edge.height else strip.y
    bottom = _draw_region(diagram, Rect(strip.x, below, strip.width, 0))
    diagram.canvas.on("boxes")
    cloud = cloud.tall(bottom + _PAD - cloud.y)
    _draw_frame(diagram, cloud)
    if has_users:
        draw_users(diagram, Rect(_MARGIN, strip.y, _USERS - 20, 136), edge)
    bottom = cloud.bottom
    if diagram.network:
        legend = Rect(_MARGIN, bottom + _PAD, WIDTH - 2 * _MARGIN, legend_height(diagram))
        draw_legend(diagram, legend)
        bottom = legend.bottom
    return diagram.canvas.svg(WIDTH, bottom + _MARGIN, f"Architecture of {name}")


def _draw_title(diagram: Diagram) -> None:
    document, found = diagram.document, diagram.network
    canvas, width = diagram.canvas, WIDTH - 2 * _MARGIN
    canvas.text(_MARGIN, 42, f"{document.name}: architecture", size=28, bold=True, width=width)
    parts = [document.region] if document.region else []
    if found:
        parts.append(plural(len(found.zones), "availability zone"))
        if services := document.of("aws_ecs_service"):
            parts.append(plural(len(services), "service"))
    parts.append(plural(len(document.all()), "resource"))
    text = f"{' · '.join(parts)} · drawn from its Terraform JSON"
    canvas.text(_MARGIN, 66, text, size=13, color=FAINT)


def _draw_frame(diagram: Diagram, at: Rect) -> None:
    canvas = diagram.canvas
    canvas.box(at, stroke=CLOUD, radius=4)
    canvas.icon("aws", at.x, at.y, 34)
    canvas.text(at.x + 42, at.y + 22, "AWS Cloud", size=14, bold=True)


def _draw_region(diagram: Diagram, at: Rect) -> float:
    """Draw the region with the VPC and the regional services; how far down it goes."""
    found = diagram.network
    head = 40.0
    if found is None:
        width = at.width - 2 * _PAD
        services = RegionalServices(diagram, width, columns=4)
        services.draw(Rect(at.x + _PAD, at.y + head, width, services.height))
        return _frame_region(diagram, at.tall(head + services.height + _PAD))
    width = at.width - 32 - 2 * _PAD - _SERVICES
    vpc = VpcDrawing(diagram, found, width)
    place = Rect(at.x + 32, at.y + head, width, vpc.height)
    vpc.draw(place)
    # The legend, drawn last, stands for the rules of what has a number; the network for the others.
    diagram.claim(address for one in diagram.connections if one.number for address in one.resources)
    own = vpc.claim()
    diagram.canvas.on("boxes")
    diagram.canvas.box(place, resources=own)
    services = RegionalServices(diagram, _SERVICES, columns=1)
    height = max(vpc.height, services.height)
    services.draw(Rect(place.right + _PAD, place.y, _SERVICES, height))
    return _frame_region(diagram, at.tall(head + height + _PAD))


def _frame_region(diagram: Diagram, at: Rect) -> float:
    canvas = diagram.canvas
    canvas.on("boxes")
    canvas.box(at, stroke=REGION, dashed=True, radius=4)
    canvas.icon("region", at.x, at.y, 28)
    title = f"Region {diagram.document.region}".strip()
    canvas.text(at.x + 36, at.y + 19, title, size=13, bold=True, color=REGION)
    return at.bottom
