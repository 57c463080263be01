"""A plan, printed for a review: counts by type, changes by address, security, lost data."""

from __future__ import annotations

from collections.abc import Collection

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from operations.console import say, table
from operations.plan.findings import Findings
from operations.plan.summary import ACTIONS, Change, counts

_COLOUR = {"replace": "red", "destroy": "red", "update": "yellow", "create": "green"}
_SHOWN_ARGUMENTS = 6


def show(console: Console, found: Findings) -> None:
    """Print counts by type, each change but creations, outputs, security notes, findings, lost data."""
    if found.empty:
        console.print(f"\n{found.stack}: no changes.")
    if found.changes:
        _table(console, found.stack, found.changes)
    for change in found.changes:
        if change.action != "create":
            _line(console, change)
    if found.outputs:
        say(console, f"  outputs: {', '.join(found.outputs)}")
    _show_notes(console, found)
    if found.losing:
        show_losses(console, found.losing)


def _show_notes(console: Console, found: Findings) -> None:
    if found.notes:
        console.print(f"\n[yellow bold]Security: {len(found.notes)} to look at[/]")
        for note in found.notes:
            console.print(f"  [yellow]![/] {escape(note)}", highlight=False, soft_wrap=True)
    for one in found.policy or ():
        line = f"  [red]{one.check}[/] {escape(one.address)}: {escape(one.title)}"
        console.print(line, highlight=False, soft_wrap=True)
    if found.policy:
        say(console, "Fix them, or accept them with a reason in operations/plan/policy_exceptions.py.")


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
