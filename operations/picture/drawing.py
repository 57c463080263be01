"""The whole picture of a stack: an SVG of the same bytes for the same JSON."""

from __future__ import annotations

from operations.picture.aws_services import plural
from operations.picture.canvas import FAINT, Rect
from operations.picture.legend import draw_legend, legend_height
from operations.picture.network import network
from operations.picture.scene import Scene
from operations.picture.style import CLOUD, REGION
from operations.picture.surroundings import EDGE_HEIGHT, RegionalServices, draw_edge, draw_users
from operations.picture.synthesized import Json, SynthesizedStack
from operations.picture.vpc import VpcDrawing

WIDTH = 1900.0
_MARGIN, _USERS, _PAD, _SERVICES = 24.0, 130.0, 18.0, 256.0


def draw(name: str, content: Json) -> str:
    """The SVG of a stack from its synthesized JSON."""
    stack = SynthesizedStack(name, content)
    found = network(stack)
    scene = Scene(stack, found)
    _draw_title(scene)
    left = _MARGIN + (_USERS if found else 0)
    cloud = Rect(left, 84, WIDTH - left - _MARGIN, 0)
    strip = Rect(cloud.x + _PAD, cloud.y + 44, cloud.width - 2 * _PAD, EDGE_HEIGHT)
    edge = draw_edge(scene, strip)
    region = strip if edge is None else Rect(strip.x, strip.bottom + _PAD, strip.width, 0)
    bottom = _draw_region(scene, region)
    scene.canvas.on("boxes")
    cloud = cloud.tall(bottom + _PAD - cloud.y)
    _draw_frame(scene, cloud)
    if found:
        draw_users(scene, Rect(_MARGIN, strip.y, _USERS - 20, 136), edge)
    if scene.connections:
        legend = Rect(_MARGIN, cloud.bottom + _PAD, WIDTH - 2 * _MARGIN, legend_height(scene))
        draw_legend(scene, legend)
        cloud = legend
    return scene.canvas.svg(WIDTH, cloud.bottom + _MARGIN, f"Architecture of {name}")


def _draw_title(scene: Scene) -> None:
    stack, found = scene.stack, scene.network
    canvas = scene.canvas
    canvas.text(_MARGIN, 42, f"{stack.name}: architecture", size=28, bold=True)
    parts = [stack.region]
    if found:
        parts.append(plural(len(found.zones), "availability zone"))
        parts.append(plural(len(stack.of("aws_ecs_service")), "service"))
    parts.append(plural(len(stack.all()), "resource"))
    canvas.text(
        _MARGIN, 66, f"{' · '.join(parts)} · drawn from the synthesized Terraform JSON", size=13, colour=FAINT
    )


def _draw_frame(scene: Scene, at: Rect) -> None:
    canvas = scene.canvas
    canvas.box(at, stroke=CLOUD, radius=4)
    canvas.icon("aws", at.x, at.y, 34)
    canvas.text(at.x + 42, at.y + 22, "AWS Cloud", size=14, bold=True)


def _draw_region(scene: Scene, at: Rect) -> float:
    """Draw the region with the VPC and the regional services; how far down it goes."""
    services = RegionalServices(scene)
    found = scene.network
    head = 40.0
    if found is None:
        services.collect()
        height = services.height(4)
        services.draw(Rect(at.x + _PAD, at.y + head, at.width - 2 * _PAD, height), 4)
        return _frame_region(scene, at.tall(head + height + _PAD))
    vpc = VpcDrawing(scene, found)
    place = Rect(at.x + 32, at.y + head, at.width - 32 - 2 * _PAD - _SERVICES, vpc.height)
    vpc.draw(place)
    # The legend, drawn last, stands for the rules of what has a number; the network for the others.
    scene.claim(at for one in scene.connections if one.number for at in one.resources)
    own = vpc.claim()
    scene.canvas.on("boxes")
    scene.canvas.box(place, resources=own)
    services.collect()
    height = max(vpc.height, services.height(1))
    services.draw(Rect(place.right + _PAD, place.y, _SERVICES, height))
    return _frame_region(scene, at.tall(head + height + _PAD))


def _frame_region(scene: Scene, at: Rect) -> float:
    canvas = scene.canvas
    canvas.on("boxes")
    canvas.box(at, stroke=REGION, dashed=True, radius=4)
    canvas.icon("region", at.x, at.y, 28)
    canvas.text(at.x + 36, at.y + 19, f"Region {scene.stack.region}", size=13, bold=True, colour=REGION)
    return at.bottom
