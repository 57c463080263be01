"""The services of a region that stand in no subnet."""

from __future__ import annotations

from collections import Counter

from ..architecture.aws_services import REGIONAL, AwsService, noun_of, plural, regional_service
from ..architecture.document import Resource
from .canvas import Rect
from .diagram import Diagram
from .style import LINE
from .texts import wrapped

_HEAD, _ENTRY, _LINE = 40.0, 56.0, 15.0


class RegionalServices:
    """The list of services, each with what the document has of it; what belongs to none is listed last.

    Takes everything that nothing else in the picture stands for: make it last.
    """

    def __init__(self, diagram: Diagram, width: float, columns: int) -> None:
        self._diagram = diagram
        self._width = (width - 16) / columns
        titles = [*(service.title for service in REGIONAL), "Other"]
        found: dict[str, list[Resource]] = {title: [] for title in titles}
        for one in diagram.left():
            service = regional_service(one.type)
            found[service.title if service else "Other"].append(one)
        entries = [(title, members) for title, members in found.items() if members]
        rows = -(-len(entries) // columns)
        self._columns = [entries[first : first + rows] for first in range(0, len(entries), rows or 1)]
        self.height = 48 + max((sum(map(self._entry_height, column)) for column in self._columns), default=0)

    def draw(self, at: Rect) -> None:
        """Draw an entry for each service, or nothing where there is none."""
        canvas = self._diagram.canvas
        if not self._columns:
            return
        canvas.on("boxes")
        canvas.box(at, fill="#fff", stroke=LINE, radius=4)
        canvas.text(at.x + 14, at.y + 24, "Regional services", size=13, bold=True)
        icons = {service.title: service.icon for service in REGIONAL}
        rows = max(map(len, self._columns))
        spare = min((at.height - self.height) / rows, 8)
        for place, column in enumerate(self._columns):
            y = at.y + _HEAD - 2
            for title, members in column:
                height = self._entry_height((title, members))
                rect = Rect(at.x + 8 + place * self._width, y, self._width, height - 6)
                own = self._diagram.claim(one.address for one in members)
                icon, lines = icons.get(title, "aws"), self._lines(members)
                self._diagram.card(rect, icon, title, lines, resources=own, framed=False, size=38)
                y += height + spare

    def _entry_height(self, entry: tuple[str, list[Resource]]) -> float:
        return max(_ENTRY, _LINE * (len(self._lines(entry[1])) + 1) + 11)

    def _lines(self, members: list[Resource]) -> list[str]:
        return wrapped(_counts(regional_service(members[0].type), members), 11, self._width - 64)


def _counts(service: AwsService | None, members: list[Resource]) -> list[str]:
    types = Counter(one.type for one in members)
    counted = service.counted if service else {}
    nouns = Counter(dict.fromkeys(counted.values(), 0))
    for name, noun in counted.items():
        nouns[noun] += types[name]
    main = [plural(number, noun) for noun, number in nouns.items() if number]
    return main or [plural(number, noun_of(name)) for name, number in types.items()]
