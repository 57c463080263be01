"""How wide a text is, and what of it fits."""

from __future__ import annotations

from collections.abc import Sequence

# Widths in em of DejaVu Sans, the widest of the fonts of the picture: what fits in it fits in each.
_WIDTHS = {
    0.3: "' ,.IJijl",
    0.36: "-/:;\\f|·",
    0.41: "!()[]rt",
    0.5: '"*_`sz–',
    0.56: "?Lc",
    0.62: "FPTYaekovxy",
    0.7: "ABCRVXZ",
    0.77: "DGHNU",
    0.86: "&OQw#+<=>M^~→",
    1.0: "@W%m…",
}
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_BOLD = 1.1


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a text in pixels, rounded up by the widest font."""
    return sum(_WIDTH.get(letter, 0.64) for letter in text) * size * (_BOLD if bold else 1)


def fitted(text: str, size: float, width: float, *, bold: bool = False) -> str:
    """The text, its end replaced by … where it would be wider than `width`."""
    if text_width(text, size, bold=bold) <= width:
        return text
    while text and text_width(f"{text}…", size, bold=bold) > width:
        text = text[:-1]
    return f"{text.rstrip(' ,·')}…"


def wrapped(
    parts: Sequence[str], size: float, width: float, *, between: str = ", ", most: int | None = None
) -> list[str]:
    """Parts set in as many lines as `width` needs; beyond `most` lines, the last one ends in …."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}{between}{part}" if lines else part
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    if most is None or len(lines) <= most:
        return lines
    return [*lines[: most - 1], fitted(f"{lines[most - 1]}{between}…", size, width)]
