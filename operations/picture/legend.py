"""The legend: every numbered connection with its ports, and what colours and lines mean."""

from __future__ import annotations

from operations.picture.canvas import FAINT, Rect
from operations.picture.network import Reach
from operations.picture.scene import Scene
from operations.picture.style import KIND, LINE, SUBNET, TRAFFIC, ZONE
from operations.picture.texts import fitted
from operations.picture.thing import Kind

_ROW, _HEAD, _COLUMNS = 36.0, 34.0, 4


def legend_height(scene: Scene) -> float:
    """How high the legend is."""
    numbered = [one for one in scene.connections if one.number]
    rows = -(-len(numbered) // _COLUMNS)
    return _HEAD + rows * _ROW + (44 if scene.network else 0)


def draw_legend(scene: Scene, at: Rect) -> None:
    """Draw the numbers in columns, and the signs in a line below."""
    canvas = scene.canvas
    numbered = [one for one in scene.connections if one.number]
    canvas.on("boxes")
    canvas.box(at, fill="#fff", stroke=LINE, radius=4)
    head = "Connections: each number is what rules of security groups allow to one target"
    canvas.text(at.x + 14, at.y + 22, head, size=13, bold=True)
    width = (at.width - 20) / _COLUMNS
    rows = -(-len(numbered) // _COLUMNS) or 1
    for place, one in enumerate(numbered):
        x, y = at.x + 24 + (place // rows) * width, at.y + _HEAD + 16 + (place % rows) * _ROW
        canvas.on("boxes")
        area = Rect(x - 10, y - 12, width - 10, _ROW - 4)
        canvas.box(area, resources=one.resources)
        canvas.on("marks")
        canvas.number(x, y, one.number, KIND[one.kind])
        text = f"{_target(one.target)} · {one.port_text}"
        canvas.text(x + 16, y + 1, text, size=12, bold=True, width=width - 40)
        why = f"{len(one.sources)} {'source' if len(one.sources) == 1 else 'sources'}: {'; '.join(one.why)}"
        canvas.text(x + 16, y + 15, fitted(why, 10.5, width - 40), size=10.5, colour=FAINT)
    _draw_signs(scene, at.x + 24, at.bottom - 16)


def _target(target: str) -> str:
    return (
        target[0].upper() + target[1:] if target.startswith(("documents", "internet", "gateway")) else target
    )


def _draw_signs(scene: Scene, x: float, y: float) -> None:
    canvas = scene.canvas
    if not scene.network:
        return
    canvas.on("marks")
    canvas.number(x, y - 4, 1, KIND[Kind.SERVICE], filled=False)
    canvas.text(x + 15, y, "sends", size=11.5)
    canvas.number(x + 78, y - 4, 1, KIND[Kind.SERVICE])
    canvas.text(x + 93, y, "receives", size=11.5)
    x += 180
    for dashed, text in ((False, "connections, with ports"), (True, "replication, and the way out")):
        canvas.arrow([(x, y - 4), (x + 34, y - 4)], colour=TRAFFIC, dashed=dashed)
        canvas.text(x + 42, y, text, size=11.5)
        x += 250
    names = {
        Reach.PUBLIC: "public subnet",
        Reach.PRIVATE: "private, out by NAT",
        Reach.ISOLATED: "isolated: no route out",
    }
    present = [reach for reach in Reach if any(tier.reach is reach for tier in scene.network.tiers)]
    for reach in present:
        stroke, fill = SUBNET[reach]
        canvas.box(Rect(x, y - 13, 22, 16), stroke=stroke, fill=fill)
        canvas.text(x + 30, y, names[reach], size=11.5)
        x += 195
    canvas.box(Rect(x, y - 13, 22, 16), stroke=ZONE, dashed=True)
    canvas.text(x + 30, y, "Availability Zone; a box across several spans them", size=11.5)
