"""The services of a tier: cards in groups by who may reach them, with what they use beside them."""

from __future__ import annotations

from operations.picture.aws_services import CONTAINERS, FILES
from operations.picture.canvas import FAINT, Rect
from operations.picture.connections import Connection
from operations.picture.scene import NUMBER, Scene
from operations.picture.service_groups import Group, groups, rows
from operations.picture.style import KIND, LINE, QUIET
from operations.picture.thing import Kind, Thing

_CARD, _GROUP_HEAD, _HEAD, _BETWEEN = 86.0, 22.0, 34.0, 36.0
_SIDE, _SIDE_GAP = 206.0, 52.0


class ClusterBand:
    """The box of a cluster, and beside it the file systems and endpoints that its services use."""

    def __init__(self, scene: Scene, services: list[Thing], beside: list[Thing]) -> None:
        self._scene, self._services, self._beside = scene, services, beside
        self._rows = rows(groups(scene, services))
        row = _GROUP_HEAD + _CARD + 8
        self.height = _HEAD + len(self._rows) * row + (len(self._rows) - 1) * _BETWEEN + 10
        # Whatever every service may reach is said once, at the cluster.
        everyone = {one.address for one in services}
        self._shared = [
            one for one in scene.connections if one.number and everyone <= one.sources and len(everyone) > 1
        ]
        self.box = Rect(0, 0, 0, 0)

    def draw(self, at: Rect) -> None:
        """Draw everything; the arrows between groups too."""
        side = _SIDE + _SIDE_GAP if self._beside else 0
        self.box = Rect(at.x, at.y, at.width - side, self.height)
        self._draw_head()
        y = self.box.y + _HEAD
        boxes = []
        for row in self._rows:
            boxes += self._draw_row(row, y)
            y += _GROUP_HEAD + _CARD + 8 + _BETWEEN
        self._draw_arrows(boxes)
        if self._beside:
            self._draw_beside(Rect(self.box.right + _SIDE_GAP, at.y, _SIDE, self.height))

    def _draw_head(self) -> None:
        scene, box = self._scene, self.box
        clusters = scene.stack.of("aws_ecs_cluster")
        scene.canvas.on("boxes")
        own = scene.claim(
            [*(one.address for one in clusters), *(at for one in self._services for at in one.resources)]
        )
        own = (*own, *scene.claim_left(CONTAINERS))
        scene.canvas.box(box, fill="#fff", stroke=KIND[Kind.SERVICE], radius=6, resources=own)
        scene.canvas.icon("fargate", box.x + 10, box.y + 7, 22)
        names = ", ".join(str(one.get("name", "")) for one in clusters)
        scene.canvas.text(box.x + 40, box.y + 23, f"ECS cluster {names} on Fargate", size=13, bold=True)
        for thing in self._services:
            scene.places[thing.address] = box
        if self._shared:
            start = box.right - 12 - NUMBER * len(self._shared)
            scene.canvas.text(start - 4, box.y + 22, "every service →", size=11, colour=FAINT, anchor="end")
            scene.numbers(start + 10, box.y + 18, self._shared, filled=False)

    def _draw_row(self, row: list[Group], y: float) -> list[tuple[Group, Rect]]:
        inner = self.box.inside(12)
        cards = sum(len(one.services) for one in row)
        gaps = (len(row) - 1) * _BETWEEN
        # Cards are equally wide in every row, and a row's groups share what is left.
        widest = max(sum(len(one.services) for one in other) for other in self._rows)
        busiest = max(
            (len(other) for other in self._rows if sum(len(g.services) for g in other) == widest), default=1
        )
        card = min((inner.width - (busiest - 1) * _BETWEEN - busiest * 8) / widest - 8, 250)
        spare = (inner.width - gaps - cards * (card + 8) - len(row) * 8) / len(row)
        drawn, x = [], inner.x
        for group in row:
            width = len(group.services) * (card + 8) + 8 + spare
            at = Rect(x, y, width, _GROUP_HEAD + _CARD + 8)
            self._draw_group(group, at, card)
            drawn.append((group, at))
            x += width + _BETWEEN
        return drawn

    def _draw_group(self, group: Group, at: Rect, card: float) -> None:
        canvas = self._scene.canvas
        canvas.on("boxes")
        canvas.box(at, fill=QUIET, stroke=LINE, radius=4)
        canvas.text(at.x + 8, at.y + 15, group.title, size=11, colour=FAINT, width=at.width - 16)
        gap = (at.width - len(group.services) * card) / (len(group.services) + 1)
        for place, service in enumerate(group.services):
            x = at.x + gap + place * (card + gap)
            self._draw_service(service, Rect(x, at.y + _GROUP_HEAD, card, _CARD))

    def _draw_service(self, service: Thing, at: Rect) -> None:
        scene = self._scene
        scene.canvas.on("cards")
        scene.canvas.box(at, fill="#fff", stroke=LINE, radius=4, resources=service.resources)
        scene.canvas.icon(service.icon, at.x + 7, at.y + 7, 22)
        scene.canvas.text(at.x + 35, at.y + 22, service.title, size=11.5, bold=True, width=at.width - 43)
        for place, line in enumerate(service.lines):
            scene.canvas.text(
                at.x + 8, at.y + 43 + 14 * place, line, size=10.5, colour=FAINT, width=at.width - 12
            )
        own = [one for one in scene.sends(service.address) if one not in self._shared]
        step = min(NUMBER, (at.width - 30) / max(len(own), 1))
        if own:
            scene.canvas.text(at.x + 8, at.bottom - 10, "→", size=11, colour=FAINT)
        scene.numbers(at.x + 31, at.bottom - 14, own, filled=False, step=step)
        scene.numbers(at.right - 4, at.y + 3, scene.receives(service.address), filled=True)

    def _draw_arrows(self, boxes: list[tuple[Group, Rect]]) -> None:
        scene = self._scene
        scene.canvas.on("lines")
        for source, start in boxes:
            for target, end in boxes:
                found = self._between(source, target)
                if source is target or not found:
                    continue
                if start.y == end.y:
                    forward = start.x < end.x
                    points = [(start.right if forward else start.x, start.middle[1])]
                    points.append((end.x if forward else end.right, start.middle[1]))
                    scene.canvas.arrow(points, colour=KIND[Kind.SERVICE])
                    for place, one in enumerate(reversed(found)):
                        above = start.middle[1] - 16 - 20 * place
                        scene.numbers((points[0][0] + points[1][0]) / 2, above, [one], filled=True)
                        scene.canvas.on("lines")
                    continue
                x = max(start.x, end.x) + (min(start.right, end.right) - max(start.x, end.x)) / 2
                down = start.y < end.y
                points = [(x, start.bottom if down else start.y), (x, end.y if down else end.bottom)]
                scene.canvas.arrow(points, colour=KIND[Kind.SERVICE])
                # Several groups may send at one height: the label stands right of its arrow.
                scene.numbers(x + 20, (points[0][1] + points[1][1]) / 2, found, filled=True)
                scene.canvas.on("lines")

    def _between(self, source: Group, target: Group) -> list[Connection]:
        return [
            one
            for one in self._scene.connections
            if one.number and one.sources & source.addresses and one.targets & target.addresses
        ]

    def _draw_beside(self, at: Rect) -> None:
        scene = self._scene
        gap = 16.0
        height = min((at.height - gap * (len(self._beside) - 1)) / len(self._beside), 150)
        total = height * len(self._beside) + gap * (len(self._beside) - 1)
        y = at.y + (at.height - total) / 2
        for thing in self._beside:
            rect = Rect(at.x, y, at.width, height)
            own = (
                thing.resources
                if thing.kind is not Kind.FILES
                else (*thing.resources, *scene.claim_left(FILES))
            )
            scene.card(rect, thing.icon, thing.title, thing.lines, resources=scene.claim(own) or own)
            scene.places[thing.address] = rect
            received = scene.receives(thing.address)
            if received:
                scene.canvas.on("lines")
                colour, middle = KIND[received[0].kind], rect.middle[1]
                scene.canvas.arrow([(self.box.right, middle), (rect.x, middle)], colour=colour)
                scene.numbers((self.box.right + rect.x) / 2 - 4, middle - 16, received, filled=True)
                label = received[0].port_text
                scene.canvas.text(
                    (self.box.right + rect.x) / 2 - 3,
                    middle + 15,
                    label,
                    size=10,
                    colour=FAINT,
                    anchor="middle",
                )
            y += height + gap
