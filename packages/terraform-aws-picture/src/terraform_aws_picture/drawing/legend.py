"""The legend: every numbered connection with its ports, and what colors and lines mean."""

from __future__ import annotations

from ..architecture.aws_services import plural
from ..architecture.components import Kind
from ..architecture.connections import Connection
from ..architecture.network import SubnetType
from .canvas import FAINT, Rect
from .diagram import Diagram
from .style import KIND, LINE, SUBNET, TRAFFIC, ZONE
from .texts import fitted, text_width

_ROW, _HEAD, _SIGNS, _COLUMNS = 36.0, 34.0, 44.0, 4


def legend_height(diagram: Diagram) -> float:
    """How high the legend is."""
    numbered = [one for one in diagram.connections if one.number]
    rows = -(-len(numbered) // _COLUMNS)
    return (_HEAD + rows * _ROW if rows else 0) + _SIGNS


def draw_legend(diagram: Diagram, at: Rect) -> None:
    """Draw the numbers in columns, and the signs in a line below."""
    canvas = diagram.canvas
    numbered = [one for one in diagram.connections if one.number]
    canvas.on("boxes")
    canvas.box(at, fill="#fff", stroke=LINE, radius=4)
    if numbered:
        head = "Connections: each number is what rules of security groups allow to one target"
        canvas.text(at.x + 14, at.y + 22, head, size=13, bold=True)
    width = (at.width - 20) / _COLUMNS
    rows = -(-len(numbered) // _COLUMNS) or 1
    for place, one in enumerate(numbered):
        x, y = at.x + 24 + (place // rows) * width, at.y + _HEAD + 16 + (place % rows) * _ROW
        _draw_connection(diagram, one, Rect(x, y, width - 40, _ROW))
    _draw_signs(diagram, at.x + 24, at.bottom - 16)


def _draw_connection(diagram: Diagram, one: Connection, at: Rect) -> None:
    canvas = diagram.canvas
    canvas.on("boxes")
    canvas.box(Rect(at.x - 10, at.y - 12, at.width + 30, _ROW - 4), resources=one.resources)
    canvas.on("marks")
    canvas.number(at.x, at.y, one.number, KIND[one.kind])
    # Of names that are too long, the ports stay.
    ports = fitted(f" · {one.port_text}", 12, at.width / 2, bold=True)
    target = one.target[0].upper() + one.target[1:] if one.kind is Kind.OUTSIDE else one.target
    target = fitted(target, 12, at.width - text_width(ports, 12, bold=True), bold=True)
    canvas.text(at.x + 16, at.y + 1, target + ports, size=12, bold=True)
    why = f"{plural(len(one.sources), 'source')}{': ' if one.why else ''}{'; '.join(one.why)}"
    canvas.text(at.x + 16, at.y + 15, why, size=10.5, color=FAINT, width=at.width)


def _draw_signs(diagram: Diagram, x: float, y: float) -> None:
    canvas = diagram.canvas
    if not diagram.network:
        return
    canvas.on("marks")
    canvas.number(x, y - 4, 1, KIND[Kind.SERVICE], filled=False)
    canvas.text(x + 15, y, "sends", size=11.5)
    canvas.number(x + 78, y - 4, 1, KIND[Kind.SERVICE])
    canvas.text(x + 93, y, "receives", size=11.5)
    x += 180
    for dashed, text in ((False, "connections, with ports"), (True, "replication, and the way out")):
        canvas.arrow([(x, y - 4), (x + 34, y - 4)], color=TRAFFIC, dashed=dashed)
        canvas.text(x + 42, y, text, size=11.5)
        x += 250
    names = {
        SubnetType.PUBLIC: "public subnet",
        SubnetType.PRIVATE: "private, out by NAT",
        SubnetType.ISOLATED: "isolated: no route out",
    }
    present = [
        subnet_type
        for subnet_type in SubnetType
        if any(tier.subnet_type is subnet_type for tier in diagram.network.tiers)
    ]
    for subnet_type in present:
        stroke, fill = SUBNET[subnet_type]
        canvas.box(Rect(x, y - 13, 22, 16), stroke=stroke, fill=fill)
        canvas.text(x + 30, y, names[subnet_type], size=11.5)
        x += 195
    canvas.box(Rect(x, y - 13, 22, 16), stroke=ZONE, dashed=True)
    canvas.text(x + 30, y, "Availability Zone; a box across several spans them", size=11.5)
