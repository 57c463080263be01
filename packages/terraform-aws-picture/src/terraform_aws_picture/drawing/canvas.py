"""An SVG of boxes, texts, icons, arrows and numbers, each at a place that the caller computed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from .texts import fitted

ICONS = Path(__file__).parents[1] / "icons"
_FONTS = "Helvetica Neue, Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif"
INK, FAINT = "#232f3e", "#5a6b7b"


@dataclass(frozen=True)
class Rect:
    """A rectangle in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The center."""
        return self.x + self.width / 2, self.y + self.height / 2

    def inside(self, margin: float, *, top: float | None = None) -> Rect:
        """The rectangle within margins; the upper one may differ."""
        above = margin if top is None else top
        return Rect(self.x + margin, self.y + above, self.width - 2 * margin, self.height - margin - above)

    def tall(self, height: float) -> Rect:
        """The same, of another height."""
        return replace(self, height=height)


class Canvas:
    """Collects drawn elements; lines lie over boxes, cards over lines, numbers over all."""

    def __init__(self) -> None:
        self._layers: dict[str, list[str]] = {"boxes": [], "lines": [], "cards": [], "marks": []}
        self._icons: set[str] = set()
        self._layer = "boxes"

    def on(self, layer: str) -> None:
        """Draw on a layer from here on."""
        self._layer = layer

    def box(
        self,
        at: Rect,
        *,
        stroke: str = "none",
        fill: str = "none",
        dashed: bool = False,
        radius: float = 0,
        resources: Iterable[str] = (),
    ) -> None:
        """A rectangle; `resources` are the addresses of what it stands for."""
        named = " ".join(sorted(set(resources)))
        stands = f' data-resources="{escape(named)}"' if named else ""
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self._add(
            f'<rect x="{_n(at.x)}" y="{_n(at.y)}" width="{_n(at.width)}" height="{_n(at.height)}"'
            f' rx="{_n(radius)}" fill="{fill}" stroke="{stroke}" stroke-width="1.5"{dash}{stands}/>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 12,
        bold: bool = False,
        color: str = INK,
        anchor: str = "start",
        width: float | None = None,
    ) -> None:
        """A line of text on the baseline `y`, cut to `width`."""
        shown = text if width is None else fitted(text, size, width, bold=bold)
        weight = ' font-weight="bold"' if bold else ""
        self._add(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{color}" text-anchor="{anchor}"'
            f"{weight}>{escape(shown, quote=False)}</text>"
        )

    def icon(self, name: str, x: float, y: float, size: float) -> None:
        """An AWS icon."""
        self._icons.add(name)
        self._add(f'<use href="#{name}" x="{_n(x)}" y="{_n(y)}" width="{_n(size)}" height="{_n(size)}"/>')

    def arrow(
        self, points: Sequence[tuple[float, float]], *, color: str, dashed: bool = False, head: bool = True
    ) -> None:
        """A line through points, with a head at the last."""
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        dash = ' stroke-dasharray="6 4"' if dashed else ""
        self._add(
            f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"'
            f' stroke-linejoin="round"{dash}/>'
        )
        if head:
            (fx, fy), (x, y) = points[-2:]
            dx, dy = (x > fx) - (x < fx), (y > fy) - (y < fy)
            corners = [
                (x, y),
                (x - 9 * dx - 5 * dy, y - 9 * dy - 5 * dx),
                (x - 9 * dx + 5 * dy, y - 9 * dy + 5 * dx),
            ]
            triangle = " ".join(f"{_n(cx)},{_n(cy)}" for cx, cy in corners)
            self._add(f'<polygon points="{triangle}" fill="{color}"/>')

    def number(self, x: float, y: float, number: int, color: str, *, filled: bool = True) -> None:
        """A number in a circle: filled where connections arrive, hollow where they start."""
        fill, ink = (color, "#fff") if filled else ("#fff", color)
        self._add(
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="9" fill="{fill}" stroke="{color}" stroke-width="1.5"/>'
        )
        self.text(x, y + 3.8, str(number), size=10.5, bold=True, color=ink, anchor="middle")

    def svg(self, width: float, height: float, title: str) -> str:
        """The whole picture."""
        symbols = "".join(_symbol(name) for name in sorted(self._icons))
        layers = "\n".join(
            f'<g id="{name}">\n' + "\n".join(drawn) + "\n</g>" for name, drawn in self._layers.items()
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}"'
            f' viewBox="0 0 {_n(width)} {_n(height)}" font-family="{_FONTS}" role="img">\n'
            f"<title>{escape(title)}</title>\n<defs>{symbols}</defs>\n"
            f'<rect width="100%" height="100%" fill="#fff"/>\n{layers}\n</svg>\n'
        )

    def _add(self, element: str) -> None:
        self._layers[self._layer].append(element)


def _n(value: float) -> str:
    return f"{round(value, 1):g}"


def _symbol(name: str) -> str:
    text = (ICONS / f"{name}.svg").read_text()
    found = re.fullmatch(
        r'<svg [^>]*viewBox="([^"]+)"[^>]*>(?:<title>.*?</title>)?(.*)</svg>\s*', text, re.DOTALL
    )
    if not found:
        raise ValueError(f"{name}.svg is no icon of the kind that is drawn here")
    return f'<symbol id="{name}" viewBox="{found[1]}">{found[2]}</symbol>'
