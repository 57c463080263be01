"""A plan as a person reads it before a deployment: what is lost first, then counts, then the details."""

from __future__ import annotations

from collections.abc import Collection

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from operations.plan.summary import ACTIONS, Change, counts

_COLOUR = {"replace": "red", "destroy": "red", "update": "yellow", "create": "green"}
_SHOWN_ARGUMENTS = 6


def show(
    console: Console,
    stack: str,
    found: Collection[Change],
    outputs: Collection[str],
    notes: Collection[str],
) -> None:
    """Counts by type, every change but the creations by its address, and what is weakened."""
    if not found and not outputs:
        console.print(f"\n{stack}: nothing to change.")
        return
    if found:
        _table(console, stack, found)
    for change in found:
        if change.action != "create":
            _line(console, change)
    if outputs:
        words = f"  outputs: {escape(', '.join(outputs))}"
        console.print(words, highlight=False, soft_wrap=True)
    if notes:
        console.print(f"\n[yellow bold]Security: {len(notes)} to look at[/]")
        for note in notes:
            console.print(f"  [yellow]![/] {escape(note)}", highlight=False, soft_wrap=True)


def shout(console: Console, losing: Collection[Change]) -> None:
    """Say what would be lost, so that nobody overlooks it."""
    lines = [
        f"[bold]{escape(change.address)}[/] would be {_done(change)}: lost is {change.loses}"
        for change in losing
    ]
    title = f"THIS LOSES DATA: {len(losing)} "
    console.print()
    console.print(Panel("\n".join(lines), title=title, border_style="red", style="red", title_align="left"))


def _table(console: Console, stack: str, found: Collection[Change]) -> None:
    by_type = counts(found)
    used = [action for action in ACTIONS if any(count[action] for count in by_type.values())]
    table = Table(title=f"\nPlan of {stack}", title_justify="left", box=None)
    table.add_column("resource type", overflow="fold")  # whole, however narrow the terminal is
    for action in used:
        table.add_column(action, justify="right", style=_COLOUR.get(action), no_wrap=True)
    for kind, count in by_type.items():
        table.add_row(kind, *(str(count[action] or "") for action in used))
    totals = [str(sum(count[action] for count in by_type.values())) for action in used]
    table.add_row("all", *totals, style="bold")
    console.print(table)


def _line(console: Console, change: Change) -> None:
    because = ", ".join(change.because[:_SHOWN_ARGUMENTS])
    more = len(change.because) - _SHOWN_ARGUMENTS
    because += f" and {more} more" if more > 0 else ""
    words = f"  [{_COLOUR.get(change.action, 'default')}]{change.action}[/] {escape(change.address)}"
    console.print(words + (f": {escape(because)}" if because else ""), highlight=False, soft_wrap=True)


def _done(change: Change) -> str:
    return "replaced" if change.action == "replace" else "destroyed"
