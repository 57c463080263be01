"""A comparison as a table for people."""

from __future__ import annotations

from collections.abc import Sequence

from . import comparison
from .comparison import Comparison, Measure


def table(name: str, compared: Comparison, *, with_counts: bool) -> str:
    """Write what was measured of a program, a line for each quantity."""
    goals = {
        comparison.CPU: f"ratio ≤ {compared.goals.cpu:g}",
        comparison.WALL: f"ratio ≤ {compared.goals.wall:g}" if compared.goals.wall else "",
        comparison.PYTHON_PEAK: f"< {comparison.PYTHON_MB}",
        comparison.NODE_PEAK: f"< {comparison.NODE_MB}",
    }
    rows = [("", "stock", "fast", "ratio (min-max)", "goal", "floor")]
    for quantity, measure in compared.measures.items():
        digits = 2 if quantity in (comparison.CPU, comparison.WALL) else 0
        numbers = (f"{measure.stock:.{digits}f}", f"{measure.fast:.{digits}f}", _ratio(measure))
        floor = "" if measure.floor is None else f"{measure.floor:.{digits}f}"
        rows.append((quantity, *numbers, goals.get(quantity, ""), floor))
    if with_counts:
        counted = {f"{side} files": counts for side, counts in compared.opened.items()}
        counted |= {f"jsii {kind}": counts for kind, counts in compared.messages.items()}
        rows += [(what, str(stock), str(fast), "", "", "") for what, (stock, fast) in counted.items()]
    return "\n".join(
        (
            f"{name}: {compared.resources} resources in {compared.stacks} stacks",
            *_aligned(rows),
            "floor: cdktf's core given the finished JSON, a call for each section, everything loaded fast.",
            *(["Files: of the provider, opened. jsii: messages to its kernel."] if with_counts else []),
            f"{compared.files} files written, of equal SHA-256 in all runs.",
        )
    )


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            (first.ljust(widths[0]), *map(str.rjust, others, widths[1:])),
        ).rstrip()
        for first, *others in rows
    ]


def _ratio(measure: Measure) -> str:
    return f"{measure.ratio.median:.3f} ({measure.ratio.least:.3f}-{measure.ratio.most:.3f})"
