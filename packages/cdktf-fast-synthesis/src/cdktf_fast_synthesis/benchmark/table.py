"""A comparison as a table for people."""

from __future__ import annotations

from collections.abc import Sequence

from . import comparison
from .comparison import Comparison, Measure


def table(name: str, compared: Comparison, few: Comparison | None = None, *, with_counts: bool) -> str:
    """Write what was measured of a program, a line for each quantity; `few` as for `Comparison.cpu_goal`."""
    goals = {
        comparison.CPU: f"ratio ≤ {compared.cpu_goal(few):.3f}",
        comparison.PYTHON_PEAK: f"< {comparison.PYTHON_MB}",
        comparison.NODE_PEAK: f"< {comparison.NODE_MB}",
    }
    rows = [("", "stock", "fast", "ratio (min-max)", "goal")]
    for quantity, measure in compared.measures.items():
        digits = 2 if quantity in (comparison.CPU, comparison.WALL) else 0
        numbers = (f"{measure.stock:.{digits}f}", f"{measure.fast:.{digits}f}", _ratio(measure))
        rows.append((quantity, *numbers, goals.get(quantity, "")))
    if with_counts:
        counted = {f"{side} files": counts for side, counts in compared.opened.items()}
        counted |= {f"jsii {kind}": counts for kind, counts in compared.messages.items()}
        rows += [(what, str(stock), str(fast), "", "") for what, (stock, fast) in counted.items()]
    return "\n".join(
        (
            f"{name}: {compared.resources} resources in {compared.stacks} stacks",
            *_aligned(rows),
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
