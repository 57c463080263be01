"""What the parts of a drawing share: the canvas, where components stand, and what is drawn already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..architecture.aws_services import belongs
from ..architecture.components import Component, Kind
from ..architecture.connections import Connection
from ..architecture.document import Resource, TerraformDocument
from ..architecture.network import Network
from .canvas import FAINT, Canvas, Rect
from .style import KIND, LINE
from .texts import wrapped

NUMBER = 21
_ICON, _LINE, _LINES = 36.0, 15.0, 6


class Diagram:
    """A picture under way."""

    def __init__(self, document: TerraformDocument, network: Network | None) -> None:
        self.document = document
        self.network = network
        self.canvas = Canvas()
        self.places: dict[str, Rect] = {}
        self._drawn: set[str] = set()

    @property
    def connections(self) -> tuple[Connection, ...]:
        """The connections of the network."""
        return self.network.connections if self.network else ()

    def sends(self, address: str) -> list[Connection]:
        """Numbered connections that start at a component."""
        return [one for one in self.connections if one.number and address in one.sources]

    def receives(self, address: str) -> list[Connection]:
        """Numbered connections that arrive at a component."""
        return [one for one in self.connections if one.number and address in one.targets]

    def claim(self, addresses: Iterable[str]) -> tuple[str, ...]:
        """Note that these are drawn; an element hands over what it stands for, once."""
        own = tuple(sorted(set(addresses) - self._drawn))
        self._drawn.update(own)
        return own

    def left(self, prefixes: Iterable[str] | None = None) -> list[Resource]:
        """Resources that nothing stands for yet."""
        return [
            one
            for one in self.document.all()
            if one.address not in self._drawn and (prefixes is None or belongs(one.type, prefixes))
        ]

    def claim_left(self, prefixes: Iterable[str]) -> tuple[str, ...]:
        """Claim what is left of some types."""
        return self.claim(one.address for one in self.left(prefixes))

    def card(
        self,
        at: Rect,
        icon: str,
        title: str,
        lines: Sequence[str],
        *,
        resources: Iterable[str] = (),
        size: float = _ICON,
        framed: bool = True,
    ) -> None:
        """An icon with a title and lines of text beside it."""
        canvas = self.canvas
        canvas.on("cards")
        canvas.box(
            at,
            fill="#fff" if framed else "none",
            stroke=LINE if framed else "none",
            radius=4,
            resources=resources,
        )
        canvas.icon(icon, at.x + 9, at.middle[1] - size / 2, size)
        x, width = at.x + 18 + size, at.width - 26 - size
        y = at.middle[1] - 7 * len(lines) + 4
        canvas.text(x, y, title, size=12.5, bold=True, width=width)
        for number, line in enumerate(lines, 1):
            canvas.text(x, y + _LINE * number, line, size=11, color=FAINT, width=width)

    def component(self, at: Rect, component: Component, received: Sequence[Connection]) -> None:
        """The card of a component, with the numbers of what it receives; of a function, what it sends too."""
        claimed = self.claim(component.resources) or component.resources
        lines = card_lines(component, at.width)
        self.card(at, component.icon, component.title, lines, resources=claimed)
        self.places[component.address] = at
        self.numbers(at.right - 4 - NUMBER * (len(received) - 1), at.y + 3, received, filled=True)
        if component.kind is Kind.FUNCTION:
            sent = self.sends(component.address)
            self.numbers(at.right - 4 - NUMBER * (len(sent) - 1), at.bottom - 3, sent, filled=False)

    def numbers(
        self, x: float, y: float, found: Iterable[Connection], *, filled: bool, step: float = NUMBER
    ) -> None:
        """The numbers of connections in a row that starts at `x`."""
        self.canvas.on("marks")
        for place, one in enumerate(found):
            self.canvas.number(x + place * step, y, one.number, KIND[one.kind], filled=filled)


def card_lines(component: Component, width: float) -> Sequence[str]:
    """What a card of some width says below its title: many short lines are joined."""
    if len(component.lines) <= _LINES:
        return component.lines
    return wrapped(component.lines, 11, width - 26 - _ICON)


def card_height(component: Component, width: float) -> float:
    """How high a card must be for its lines."""
    return _LINE * (len(card_lines(component, width)) + 1) + 18
