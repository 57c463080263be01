"""A comparison as a table for people."""

from __future__ import annotations

from rich.table import Table

from operations.benchmark import comparison
from operations.benchmark.comparison import Comparison, Measure


def table(name: str, compared: Comparison, few: Comparison | None = None, *, with_counts: bool) -> Table:
    """What was measured of a program, one thing a line; `few` as for `Comparison.cpu_goal`."""
    title = f"{name}: {compared.resources} resources in {compared.stacks} stacks"
    shown = Table(title=title, title_justify="left", caption_justify="left")
    shown.add_column("")
    for column in ("stock", "on demand", "ratio (min-max)", "goal"):
        shown.add_column(column, justify="right", no_wrap=True)
    goals = {
        comparison.CPU: f"ratio ≤ {compared.cpu_goal(few):.3f}",
        comparison.PYTHON_PEAK: f"< {comparison.PYTHON_MB}",
        comparison.NODE_PEAK: f"< {comparison.NODE_MB}",
    }
    for quantity, measure in compared.measures.items():
        numbers = (_number(measure.stock), _number(measure.fast), _ratio(measure))
        shown.add_row(quantity, *numbers, goals.get(quantity))
    if with_counts:
        for side, (stock, fast) in compared.opened.items():
            shown.add_row(f"{side} files", str(stock), str(fast))
        for kind, (stock, fast) in compared.messages.items():
            shown.add_row(f"jsii {kind}", str(stock), str(fast))
    counts = "Files: of the provider, opened. jsii: messages to its kernel.\n" if with_counts else ""
    shown.caption = f"{counts}{compared.files} files written, of equal SHA-256 in all runs."
    return shown


def _number(value: float) -> str:
    return f"{value:.2f}" if value < comparison.PYTHON_MB / 2 else f"{value:.0f}"


def _ratio(measure: Measure) -> str:
    return f"{measure.ratio.median:.3f} ({measure.ratio.least:.3f}-{measure.ratio.most:.3f})"
