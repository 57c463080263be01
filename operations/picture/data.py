"""The databases and caches of a tier, side by side, in a group for each service."""

from __future__ import annotations

from operations.picture.aws_services import CACHES, DATABASES
from operations.picture.canvas import Rect
from operations.picture.scene import Scene
from operations.picture.style import KIND
from operations.picture.thing import Kind, Thing

_CARD, _HEAD, _FOOT, _GAP = 66.0, 26.0, 24.0, 20.0


class DataBand:
    """Databases, caches and whatever else stands in subnets without a cluster."""

    def __init__(self, scene: Scene, found: list[Thing]) -> None:
        self._scene = scene
        parts = {kind: [one for one in found if one.kind is kind] for kind in Kind}
        self._parts = {kind: members for kind, members in parts.items() if members}
        self.height = _HEAD + _CARD + _FOOT
        self.boxes: dict[Kind, Rect] = {}

    def draw(self, at: Rect) -> None:
        """Draw a box for each kind, as wide as its cards need."""
        cards = sum(len(members) for members in self._parts.values())
        room = at.width - _GAP * (len(self._parts) - 1) - 10 * (cards + len(self._parts))
        card = min(room / cards, 260)
        spare = (room - card * cards) / len(self._parts)
        x = at.x
        for kind, members in self._parts.items():
            width = len(members) * (card + 10) + 10 + spare
            self.boxes[kind] = Rect(x, at.y, width, self.height)
            self._draw_part(kind, members, self.boxes[kind], card)
            x += width + _GAP

    def first(self, kind: Kind) -> Thing:
        """The first thing of a kind; its group's connections are those of all."""
        return self._parts[kind][0]

    def _draw_part(self, kind: Kind, members: list[Thing], at: Rect, card: float) -> None:
        scene = self._scene
        left = {Kind.DATABASE: DATABASES, Kind.CACHE: CACHES}.get(kind, ())
        own = scene.claim(address for thing in members for address in thing.resources)
        scene.canvas.on("boxes")
        scene.canvas.box(
            at, fill="#fff", stroke=KIND[kind], radius=6, resources=[*own, *scene.claim_left(left)]
        )
        title = {"rds": "Amazon RDS", "aurora": "Amazon Aurora", "elasticache": "Amazon ElastiCache"}
        scene.canvas.text(
            at.x + 12, at.y + 18, title.get(members[0].icon, kind.value.capitalize()), size=12, bold=True
        )
        received = scene.receives(members[0].address)
        scene.numbers(at.right - 18 - 20 * (len(received) - 1), at.y + 14, received, filled=True)
        gap = (at.width - card * len(members)) / (len(members) + 1)
        for place, thing in enumerate(members):
            rect = Rect(at.x + gap + place * (card + gap), at.y + _HEAD, card, _CARD)
            scene.card(rect, thing.icon, thing.title, thing.lines, resources=thing.resources)
            scene.places[thing.address] = rect
        self._draw_replication(members)

    def _draw_replication(self, members: list[Thing]) -> None:
        canvas = self._scene.canvas
        for thing in members:
            if thing.follows and thing.follows in self._scene.places:
                start, end = self._scene.places[thing.follows], self._scene.places[thing.address]
                y = start.bottom + 13
                canvas.on("lines")
                points = [(start.middle[0], start.bottom), (start.middle[0], y), (end.middle[0], y)]
                canvas.arrow([*points, (end.middle[0], end.bottom)], colour=KIND[thing.kind], dashed=True)
