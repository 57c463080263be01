"""The arrows between boxes of the VPC, each with the ports of the connections it stands for."""

from __future__ import annotations

from ..architecture.components import Kind
from ..architecture.connections import Connection
from .canvas import Rect
from .data_stores import ROWS_APART
from .diagram import Diagram
from .style import KIND
from .texts import text_width

_LINE = 12.0
_Span = tuple[float, float]


class TierArrows:
    """Draws arrows that pass neither over the names of subnets nor over each other's ports."""

    def __init__(self, diagram: Diagram, right: float) -> None:
        self._diagram = diagram
        # The right border of the boxes, beside which there is room to pass.
        self._right = right
        # Where an arrow may cross the upper border of a subnet: right of its name.
        self._gates: set[_Span] = set()
        # What ports take already at a height.
        self._taken: dict[float, list[_Span]] = {}

    def pass_beside(self, name_ends: float, subnet: Rect) -> None:
        """Keep arrows off the name of a subnet."""
        self._gates.add((name_ends + 10, subnet.right))

    def draw(self, start: Rect, end: Rect, kind: Kind, found: list[Connection], *, turn: float) -> None:
        """A straight arrow; where none passes, one that turns at a height between the boxes."""
        label, down = port_label(found), start.bottom <= end.y
        needed = text_width(label, 11, bold=True) + 16
        first, last = (start.bottom, end.y) if down else (start.y, end.bottom)
        taken = self._taken.setdefault(last, [])
        straight = self._free((max(start.x, end.x), min(start.right, end.right)), needed, taken)
        middle = (max(start.x, end.x) + min(start.right, end.right)) / 2
        arrive = self._free((end.x, end.right), needed, taken)
        if not straight and not arrive:
            # In narrow zones only the line passes beside the names; the ports stand below them.
            straight = self._free((max(start.x, end.x), min(start.right, end.right)), _LINE, taken)
            straight = [x for x in straight if all(x + needed <= a or b <= x - 6 for a, b in taken)]
        if straight or not arrive:
            x = min(straight, key=lambda place: abs(place - middle), default=middle)
            points = [(x, first), (x, last)]
        else:
            x = min(arrive, key=lambda place: abs(place - middle))
            leave = self._free((start.x, start.right), _LINE, [])
            out = min(leave, key=lambda place: abs(place - x), default=start.middle[0])
            points = [(out, first), (out, turn), (x, turn), (x, last)]
        taken.append((x - 6, x + needed))
        self._diagram.canvas.on("lines")
        self._diagram.canvas.arrow(points, color=KIND[kind])
        self._write(x, last - 6 if down else last + 14, label, kind)

    def draw_around(
        self, start: Rect, end: Rect, kind: Kind, found: list[Connection], *, turn: float, number: int
    ) -> None:
        """An arrow that passes at the right of the boxes above its own; a few stand beside each other."""
        right, above = self._right + 4 + 4 * (number % 2), end.y - ROWS_APART + 8 + 4 * (number % 2)
        leave = self._free((start.x, start.right), _LINE, [])
        out, x = max(leave, default=start.middle[0]), end.middle[0]
        first = start.bottom if start.bottom <= end.y else start.y
        points = [(out, first), (out, turn), (right, turn), (right, above), (x, above), (x, end.y)]
        self._diagram.canvas.on("lines")
        self._diagram.canvas.arrow(points, color=KIND[kind])
        self._write(x, end.y - 6, port_label(found), kind)

    def _write(self, x: float, y: float, label: str, kind: Kind) -> None:
        self._diagram.canvas.on("marks")
        self._diagram.canvas.text(x + 9, y, label, size=11, color=KIND[kind], bold=True)

    def _free(self, between: _Span, needed: float, taken: list[_Span]) -> list[float]:
        """Where an arrow and what is written at its right have room: the best place of each span."""
        low, high = between[0] + 20, between[1] - 20
        spans = [(max(low, first), min(high, last)) for first, last in sorted(self._gates)]
        for start, end in taken:
            spans = [
                part for first, last in spans for part in ((first, min(last, start)), (max(first, end), last))
            ]
        middle = (low + high) / 2
        fitting = [(first, last) for first, last in spans if last - first >= needed]
        return [min(max(middle, first + 6), last - needed) for first, last in fitting]


def port_label(found: list[Connection]) -> str:
    """The ports of connections, the shortest first."""
    ports = {port for one in found for port in one.ports}
    return ", ".join(sorted(ports, key=lambda port: (len(port), port)))
