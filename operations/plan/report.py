"""A plan, printed for a review: counts by type, changes by address, security, lost data."""

from __future__ import annotations

from collections.abc import Collection

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from operations.console import say, table
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
    """Print counts by type, the address of every change but creations, changed outputs, security notes."""
    if not found and not outputs:
        console.print(f"\n{stack}: no changes.")
        return
    if found:
        _table(console, stack, found)
    for change in found:
        if change.action != "create":
            _line(console, change)
    if outputs:
        say(console, f"  outputs: {', '.join(outputs)}")
    if notes:
        console.print(f"\n[yellow bold]Security: {len(notes)} to look at[/]")
        for note in notes:
            console.print(f"  [yellow]![/] {escape(note)}", highlight=False, soft_wrap=True)


def show_losses(console: Console, losing: Collection[Change]) -> None:
    """Print what would be lost in a red panel."""
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
    shown = table(title=f"\nPlan of {stack}")
    shown.add_column("resource type", overflow="fold")
    for action in used:
        shown.add_column(action, justify="right", style=_COLOUR.get(action), no_wrap=True)
    for kind, count in by_type.items():
        shown.add_row(kind, *(str(count[action] or "") for action in used))
    totals = [str(sum(count[action] for count in by_type.values())) for action in used]
    shown.add_row("all", *totals, style="bold")
    console.print(shown)


def _line(console: Console, change: Change) -> None:
    because = ", ".join(change.because[:_SHOWN_ARGUMENTS])
    more = len(change.because) - _SHOWN_ARGUMENTS
    because += f" and {more} more" if more > 0 else ""
    line = f"  [{_COLOUR.get(change.action, 'default')}]{change.action}[/] {escape(change.address)}"
    console.print(line + (f": {escape(because)}" if because else ""), highlight=False, soft_wrap=True)


def _done(change: Change) -> str:
    return "replaced" if change.action == "replace" else "destroyed"
