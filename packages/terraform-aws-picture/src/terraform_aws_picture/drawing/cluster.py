"""The services of a tier: cards in groups by who may reach them, with what they use beside them."""

from __future__ import annotations

from ..architecture.aws_services import CONTAINERS
from ..architecture.components import Component, Kind
from ..architecture.connections import Connection
from .canvas import FAINT, Rect
from .diagram import NUMBER, Diagram, card_height
from .group_arrows import GroupArrows
from .service_groups import Group, groups, rows
from .style import KIND, LINE, QUIET

_EVERY = 100.0  # the width of "every service →"
_CARD, _GROUP_HEAD, _HEAD, _BETWEEN, _GAP = 86.0, 22.0, 34.0, 36.0, 8.0
_WIDEST, _NUMBERS = 250.0, 30.0
_SIDE, _SIDE_GAP, _SIDE_BETWEEN = 206.0, 52.0, 16.0


class ClusterBand:
    """The box of a cluster, and beside it the file systems and endpoints that its services use."""

    def __init__(
        self, diagram: Diagram, services: list[Component], beside: list[Component], width: float
    ) -> None:
        self._diagram, self._services, self._beside = diagram, services, beside
        self._rows = rows(groups(diagram, services))
        # Whatever every service may reach is said once, at the cluster.
        everyone = self.addresses
        self._shared = [
            one for one in diagram.connections if one.number and everyone <= one.sources and len(everyone) > 1
        ]
        self._width = width - (_SIDE + _SIDE_GAP if beside else 0)
        self._card = self._card_width(self._width - 24)
        in_a_line = int((self._card - _NUMBERS) // NUMBER) + 1
        most = max(len(self._sent(one)) for one in services)
        self._card_height = _CARD + 20 * max(-(-most // in_a_line) - 1, 0)
        self._in_a_line = in_a_line
        self._row = _GROUP_HEAD + self._card_height + _GAP
        self._beside_heights = [card_height(one, _SIDE) for one in beside]
        self.height = max(
            _HEAD + len(self._rows) * self._row + (len(self._rows) - 1) * _BETWEEN + 10,
            sum(self._beside_heights) + _SIDE_BETWEEN * (len(beside) - 1),
        )
        self.box = Rect(0, 0, 0, 0)

    @property
    def addresses(self) -> frozenset[str]:
        """The addresses of its services."""
        return frozenset(one.address for one in self._services)

    def draw(self, at: Rect) -> None:
        """Draw everything; the arrows between groups too."""
        self.box = Rect(at.x, at.y, self._width, self.height)
        self._draw_head()
        y = self.box.y + _HEAD
        boxes = []
        for row in self._rows:
            boxes += self._draw_row(row, y)
            y += self._row + _BETWEEN
        GroupArrows(self._diagram, boxes).draw()
        if self._beside:
            self._draw_beside(Rect(self.box.right + _SIDE_GAP, at.y, _SIDE, self.height))

    def _draw_head(self) -> None:
        diagram, box = self._diagram, self.box
        services = [one for at in self._services if (one := diagram.document.at(at.address))]
        every = diagram.document.of("aws_ecs_cluster")
        clusters = diagram.document.referred(services, "cluster", "aws_ecs_cluster.") or every
        diagram.canvas.on("boxes")
        own = diagram.claim(
            [*(one.address for one in clusters), *(at for one in self._services for at in one.resources)]
        )
        own = (*own, *diagram.claim_left(CONTAINERS))
        diagram.canvas.box(box, fill="#fff", stroke=KIND[Kind.SERVICE], radius=6, resources=own)
        tasks = diagram.document.referred(services, "task_definition")
        fargate = any("FARGATE" in str(one.body) for one in [*tasks, *services])
        names = ", ".join(one.text("name") or one.key for one in clusters)
        title = (f"ECS cluster {names}" if names else "ECS services") + (" on Fargate" if fargate else "")
        room = box.width - 70 - (_EVERY + NUMBER * len(self._shared) if self._shared else 0)
        diagram.canvas.icon("fargate" if fargate else "ecs", box.x + 10, box.y + 7, 22)
        diagram.canvas.text(box.x + 40, box.y + 23, title, size=13, bold=True, width=room)
        for component in self._services:
            diagram.places[component.address] = box
        if self._shared:
            start = box.right - 12 - NUMBER * len(self._shared)
            diagram.canvas.text(start - 4, box.y + 22, "every service →", size=11, color=FAINT, anchor="end")
            diagram.numbers(start + 10, box.y + 18, self._shared, filled=False)

    def _card_width(self, width: float) -> float:
        """Cards are equally wide in every row: as the one with the most cards allows."""
        most = max(sum(len(one.services) for one in row) for row in self._rows)
        busiest = max(len(row) for row in self._rows if sum(len(one.services) for one in row) == most)
        return min((width - (busiest - 1) * _BETWEEN - busiest * _GAP) / most - _GAP, _WIDEST)

    def _draw_row(self, row: list[Group], y: float) -> list[tuple[Group, Rect]]:
        inner = self.box.inside(12)
        cards = sum(len(one.services) for one in row)
        # A row's groups share what is left.
        taken = (len(row) - 1) * _BETWEEN + cards * (self._card + _GAP) + len(row) * _GAP
        spare = (inner.width - taken) / len(row)
        drawn, x = [], inner.x
        for group in row:
            width = len(group.services) * (self._card + _GAP) + _GAP + spare
            at = Rect(x, y, width, self._row)
            self._draw_group(group, at)
            drawn.append((group, at))
            x += width + _BETWEEN
        return drawn

    def _draw_group(self, group: Group, at: Rect) -> None:
        canvas, card = self._diagram.canvas, self._card
        canvas.on("boxes")
        canvas.box(at, fill=QUIET, stroke=LINE, radius=4)
        canvas.text(at.x + 8, at.y + 15, group.title, size=11, color=FAINT, width=at.width - 16)
        gap = (at.width - len(group.services) * card) / (len(group.services) + 1)
        for place, service in enumerate(group.services):
            x = at.x + gap + place * (card + gap)
            self._draw_service(service, Rect(x, at.y + _GROUP_HEAD, card, self._card_height))

    def _draw_service(self, service: Component, at: Rect) -> None:
        diagram = self._diagram
        canvas = diagram.canvas
        canvas.on("cards")
        canvas.box(at, fill="#fff", stroke=LINE, radius=4, resources=service.resources)
        canvas.icon(service.icon, at.x + 7, at.y + 7, 22)
        canvas.text(at.x + 35, at.y + 22, service.title, size=11.5, bold=True, width=at.width - 43)
        for place, line in enumerate(service.lines):
            y = at.y + 43 + 14 * place
            canvas.text(at.x + 8, y, line, size=10.5, color=FAINT, width=at.width - 12)
        sent = self._sent(service)
        if sent:
            canvas.text(at.x + 8, at.y + 76, "→", size=11, color=FAINT)
        for first in range(0, len(sent), self._in_a_line):
            y = at.y + 72 + 20 * (first // self._in_a_line)
            diagram.numbers(at.x + 31, y, sent[first : first + self._in_a_line], filled=False)
        received = diagram.receives(service.address)
        diagram.numbers(at.right - 4 - NUMBER * (len(received) - 1), at.y + 3, received, filled=True)

    def _sent(self, service: Component) -> list[Connection]:
        return [one for one in self._diagram.sends(service.address) if one not in self._shared]

    def _draw_beside(self, at: Rect) -> None:
        gaps = _SIDE_BETWEEN * (len(self._beside) - 1)
        share = min((at.height - gaps) / len(self._beside), 150)
        fits = share >= max(self._beside_heights)
        heights = [share for _ in self._beside] if fits else self._beside_heights
        y = at.y + (at.height - sum(heights) - gaps) / 2
        for component, height in zip(self._beside, heights, strict=True):
            self._draw_one_beside(component, Rect(at.x, y, at.width, height))
            y += height + _SIDE_BETWEEN

    def _draw_one_beside(self, component: Component, at: Rect) -> None:
        diagram, canvas = self._diagram, self._diagram.canvas
        received = diagram.receives(component.address)
        diagram.component(at, component, [])
        if not received:
            return
        # The arrow comes from the cluster, and with it the numbers of all that is received.
        middle, between = at.middle[1], (self.box.right + at.x) / 2
        canvas.on("lines")
        canvas.arrow([(self.box.right, middle), (at.x, middle)], color=KIND[component.kind])
        start = between - 4 - NUMBER * (len(received) - 1) / 2
        diagram.numbers(start, middle - 16, received, filled=True)
        ports, width = ", ".join(dict.fromkeys(one.port_text for one in received)), _SIDE_GAP - 8
        canvas.text(between - 3, middle + 15, ports, size=10, color=FAINT, anchor="middle", width=width)
