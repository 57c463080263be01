"""What a stack costs a month while it runs, and while it is paused, by its JSON alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from operations.console import say, say_wrapped, table
from operations.cost.estimate import estimate
from operations.cost.lines import Line, together
from operations.cost.prices import prices

Json = Mapping[str, Any]


def show(console: Console, stack: str, document: Json) -> None:
    """Print the costs by service, running and paused, and what has no price."""
    running = estimate(stack, document)
    paused = estimate(stack, document, paused=True)
    while_paused = paused.by(_service)
    shown = table(title="\nCosts, USD a month")
    shown.add_column("")
    for name in ("running", "paused"):
        shown.add_column(name, justify="right")
    for name, lines in running.by(_service).items():
        shown.add_row(name, together(lines).figure, together(while_paused.get(name, ())).figure)
    shown.add_row("together", running.together.figure, paused.together.figure, style="bold")
    console.print(shown)
    say(console, f"Prices up to {prices().dates[1]}. By line: infra cost {stack} --paused")
    if running.without:
        say_wrapped(console, f"Without what has no price: {', '.join(running.without)}.")


def _service(line: Line) -> str:
    return line.service
