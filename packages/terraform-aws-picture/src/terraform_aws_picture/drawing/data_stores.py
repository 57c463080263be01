"""The databases and caches of a tier, in a box for each service."""

from __future__ import annotations

from ..architecture.aws_services import CACHES, DATABASES
from ..architecture.components import Component, Kind
from ..architecture.connections import Connection
from .canvas import Rect
from .diagram import NUMBER, Diagram, card_height
from .style import KIND

_CARD, _HEAD, _FOOT, _GAP = 66.0, 26.0, 24.0, 20.0
ROWS_APART = 34.0  # room for arrows with their ports
_NARROWEST, _WIDEST, _BETWEEN = 230.0, 260.0, 10.0
_TITLES = {
    "rds": "Amazon RDS",
    "aurora": "Amazon Aurora",
    "elasticache": "Amazon ElastiCache",
    "efs": "Amazon EFS",
    "lambda": "AWS Lambda",
    "vpc-endpoint": "VPC endpoints",
}


class ServiceBox:
    """The box of one service: its cards in rows, and what each of them receives."""

    def __init__(self, diagram: Diagram, members: list[Component], in_a_row: int) -> None:
        self._diagram, self._members = diagram, members
        self.kind = members[0].kind
        self.columns = min(len(members), in_a_row)
        self._card_height = max([_CARD, *(card_height(one, _NARROWEST) for one in members)])
        rows = -(-len(members) // in_a_row)
        self.height = _HEAD + rows * (self._card_height + _FOOT)
        self.at = Rect(0, 0, 0, 0)

    def received_from(self, sources: frozenset[str]) -> list[Connection]:
        """Connections to any of the members from some components."""
        addresses = {one.address for one in self._members}
        found = [one for one in self._diagram.connections if one.number and one.targets & addresses]
        return [one for one in found if one.sources & sources]

    def draw(self, at: Rect, card: float) -> None:
        """Draw the box with its cards, and numbers where connections arrive."""
        diagram, members, self.at = self._diagram, self._members, at
        left = {Kind.DATABASE: DATABASES, Kind.CACHE: CACHES}.get(self.kind, ())
        own = diagram.claim(address for component in members for address in component.resources)
        resources = [*own, *diagram.claim_left(left)]
        diagram.canvas.on("boxes")
        diagram.canvas.box(at, fill="#fff", stroke=KIND[self.kind], radius=6, resources=resources)
        diagram.canvas.text(at.x + 12, at.y + 18, _TITLES[members[0].icon], size=12, bold=True)
        # What reaches all of them is said once.
        received = [diagram.receives(component.address) for component in members]
        shared = [one for one in received[0] if all(one in other for other in received)]
        diagram.numbers(at.right - 18 - NUMBER * (len(shared) - 1), at.y + 14, shared, filled=True)
        gap = (at.width - card * self.columns) / (self.columns + 1)
        for place, component in enumerate(members):
            row, column = divmod(place, self.columns)
            x = at.x + gap + column * (card + gap)
            rect = Rect(x, at.y + _HEAD + row * (self._card_height + _FOOT), card, self._card_height)
            diagram.component(rect, component, [one for one in received[place] if one not in shared])
        self._draw_replication()

    def _draw_replication(self) -> None:
        """Dashed arrows below the cards; to another row by the border of the box."""
        canvas, places = self._diagram.canvas, self._diagram.places
        canvas.on("lines")
        for component in self._members:
            if component.follows in places:
                start, end = places[component.follows], places[component.address]
                out, back = start.bottom + 13, end.bottom + 13
                points = [(start.middle[0], start.bottom), (start.middle[0], out)]
                if out != back:
                    points += [(self.at.x + 5, out), (self.at.x + 5, back)]
                points += [(end.middle[0], back), (end.middle[0], end.bottom)]
                canvas.arrow(points, color=KIND[component.kind], dashed=True)


class DataBand:
    """Databases, caches and whatever else stands in subnets without a cluster."""

    def __init__(self, diagram: Diagram, found: list[Component], width: float) -> None:
        in_a_row = int((width + _BETWEEN) // (_NARROWEST + _BETWEEN))
        members: dict[str, list[Component]] = {}
        for one in found:
            members.setdefault(one.icon, []).append(one)
        self.rows: list[list[ServiceBox]] = []
        for box in [ServiceBox(diagram, each, in_a_row) for each in members.values()]:
            if self.rows and sum(one.columns for one in [*self.rows[-1], box]) <= in_a_row:
                self.rows[-1].append(box)
            else:
                self.rows.append([box])
        heights = [max(box.height for box in row) for row in self.rows]
        self.height = sum(heights) + ROWS_APART * (len(heights) - 1)

    def draw(self, at: Rect) -> None:
        """Draw a box for each service, as wide as its cards need."""
        y = at.y
        for row in self.rows:
            cards = sum(box.columns for box in row)
            room = at.width - _GAP * (len(row) - 1) - _BETWEEN * (cards + len(row))
            card = min(room / cards, _WIDEST)
            spare = (room - card * cards) / len(row)
            height, x = max(box.height for box in row), at.x
            for box in row:
                width = box.columns * (card + _BETWEEN) + _BETWEEN + spare
                box.draw(Rect(x, y, width, height), card)
                x += width + _GAP
            y += height + ROWS_APART
