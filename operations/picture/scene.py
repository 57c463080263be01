"""What the parts of a drawing share: the canvas, where things stand, and what is drawn already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from operations.picture.aws_services import belongs
from operations.picture.canvas import FAINT, Canvas, Rect
from operations.picture.connections import Connection
from operations.picture.network import Network
from operations.picture.style import KIND, LINE
from operations.picture.synthesized import Resource, SynthesizedStack
from operations.picture.texts import fitted

NUMBER = 21


class Scene:
    """A picture under way."""

    def __init__(self, stack: SynthesizedStack, network: Network | None) -> None:
        self.stack = stack
        self.network = network
        self.canvas = Canvas()
        self.places: dict[str, Rect] = {}
        self._drawn: set[str] = set()

    @property
    def connections(self) -> tuple[Connection, ...]:
        """The connections of the network."""
        return self.network.connections if self.network else ()

    def sends(self, address: str) -> list[Connection]:
        """Numbered connections that start at a thing."""
        return [one for one in self.connections if one.number and address in one.sources]

    def receives(self, address: str) -> list[Connection]:
        """Numbered connections that arrive at a thing."""
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
            for one in self.stack.all()
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
        size: float = 36,
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
            canvas.text(x, y + 15 * number, fitted(line, 11, width), size=11, colour=FAINT)

    def numbers(
        self, x: float, y: float, found: Iterable[Connection], *, filled: bool, step: float = NUMBER
    ) -> None:
        """The numbers of connections in a row that starts at `x`."""
        self.canvas.on("marks")
        for place, one in enumerate(found):
            self.canvas.number(x + place * step, y, one.number, KIND[one.kind], filled=filled)


def with_logging(scene: Scene, firewalls: list[Resource]) -> list[str]:
    """Addresses of web ACLs, and of what says where they log to."""
    own = [one.address for one in firewalls]
    logging = scene.stack.of("aws_wafv2_web_acl_logging_configuration")
    return own + [one.address for one in logging if set(own) & set(one.references("resource_arn"))]
