"""The arrows between groups of services, each with the numbers of the connections it stands for."""

from __future__ import annotations

from ..architecture.components import Kind
from ..architecture.connections import Connection
from .canvas import Rect
from .diagram import NUMBER, Diagram
from .service_groups import Group
from .style import KIND


class GroupArrows:
    """Draws an arrow for each pair of groups of which one sends to the other."""

    def __init__(self, diagram: Diagram, groups: list[tuple[Group, Rect]]) -> None:
        self._diagram, self._groups = diagram, groups
        # What arrows of a gap between rows take of it already, from and to; and what is right of the groups.
        self._taken: dict[float, list[tuple[float, float]]] = {}
        self._right = max(at.right for _, at in groups)

    def draw(self) -> None:
        """Draw all of them."""
        for source, start in self._groups:
            for target, end in self._groups:
                found = self._between(source, target)
                if source is target or not found:
                    continue
                if start.y == end.y:
                    lower = start.x > end.x and bool(self._between(target, source))
                    self._draw_sideways(start, end, found, lower=lower)
                else:
                    self._draw_upright(start, end, found)

    def _between(self, source: Group, target: Group) -> list[Connection]:
        return [
            one
            for one in self._diagram.connections
            if one.number and one.sources & source.addresses and one.targets & target.addresses
        ]

    def _draw_sideways(self, start: Rect, end: Rect, found: list[Connection], *, lower: bool) -> None:
        """By the middle with numbers above; of two arrows, one stands lower with numbers below."""
        y = start.middle[1] + (14 if lower else 0)
        points = [(start.right, y), (end.x, y)] if start.x < end.x else [(start.x, y), (end.right, y)]
        self._arrow(points)
        columns = 1 if len(found) <= 2 else 2
        middle = (points[0][0] + points[1][0]) / 2
        for place, one in enumerate(found if lower else reversed(found)):
            x = middle + (place % columns - (columns - 1) / 2) * 18
            away = 16 + 20 * (place // columns)
            self._diagram.numbers(x, y + away if lower else y - away, [one], filled=True)

    def _draw_upright(self, start: Rect, end: Rect, found: list[Connection]) -> None:
        """In the gap before the target, numbers right of the arrow; it turns where they are not in line."""
        down = start.y < end.y
        low, high = max(start.x, end.x), min(start.right, end.right)
        in_line = high - low > 40
        if not in_line:
            low, high = end.x + 20, end.right - 20
        gap = end.y - 18 if down else end.bottom + 18
        x = self._place(low, high, 30 + NUMBER * len(found), gap)
        if x is None:
            # The cards at both ends have the numbers too.
            found, x = [], self._place(low, high, 20, gap) or (low + high) / 2
        first, last = (start.bottom, end.y) if down else (start.y, end.bottom)
        if in_line:
            self._arrow([(x, first), (x, last)])
        else:
            leave, turn = min(max(x, start.x + 20), start.right - 20), end.y - 30 if down else end.bottom + 30
            self._arrow([(leave, first), (leave, turn), (x, turn), (x, last)])
        self._diagram.numbers(x + 20, gap, found, filled=True)

    def _arrow(self, points: list[tuple[float, float]]) -> None:
        self._diagram.canvas.on("lines")
        self._diagram.canvas.arrow(points, color=KIND[Kind.SERVICE])

    def _place(self, low: float, high: float, width: float, gap: float) -> float | None:
        """Take the place nearest to the middle of a range where so much of the gap is free, if any is."""
        taken = self._taken.setdefault(gap, [(self._right, self._right)])
        middle = (low + high) / 2
        places = [middle, *(last + 11 for _, last in taken), *(first - width + 9 for first, _ in taken)]
        free = [
            x
            for x in places
            if low <= x <= high and x - 10 + width <= self._right
            if all(x - 10 + width <= first or last <= x - 10 for first, last in taken)
        ]
        x = min(free, key=lambda place: abs(place - middle), default=None)
        if x is not None:
            taken.append((x - 10, x - 10 + width))
        return x
