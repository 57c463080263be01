"""The comparison as a table for people."""

from __future__ import annotations

from rich.table import Table

from operations.benchmark import comparison
from operations.benchmark.comparison import Comparison, Measure

_GOALS = {
    "CPU, s": f"ratio ≤ {comparison.CPU_RATIO}",
    "Python peak, MB": f"< {comparison.PYTHON_MB}",
    "Node peak, MB": f"< {comparison.NODE_MB}",
}


def table(compared: Comparison, pairs: int) -> Table:
    """Everything measured, one thing a line."""
    title = f"{compared.resources} resources in {compared.stacks} stacks, {pairs} interleaved pairs"
    shown = Table(title=title, title_justify="left", caption_justify="left")
    shown.add_column("")
    for column in ("stock", "on demand", "ratio (min-max)", "goal"):
        shown.add_column(column, justify="right", no_wrap=True)
    for name, measure in compared.measures.items():
        shown.add_row(name, _number(measure.stock), _number(measure.fast), _ratio(measure), _GOALS.get(name))
    slope = compared.milliseconds_per_resource
    if slope is not None:
        shown.add_row("CPU of a further resource, ms", "", f"{slope:.2f}", "", "about 1")
    for side, (stock, fast) in compared.opened.items():
        shown.add_row(f"files of the provider opened, {side}", str(stock), str(fast), "", "")
    for kind, (stock, fast) in compared.messages.items():
        shown.add_row(f"messages to jsii, {kind}", str(stock), str(fast), "", "")
    shown.caption = f"{compared.files} files written, all of equal SHA-256 in every run"
    return shown


def _number(value: float) -> str:
    return f"{value:.2f}" if value < comparison.PYTHON_MB / 2 else f"{value:.0f}"


def _ratio(measure: Measure) -> str:
    return f"{measure.ratio.median:.3f} ({measure.ratio.least:.3f}-{measure.ratio.most:.3f})"
