"""Progress of a long command: each step with a spinner or a bar, then a line with the time it took."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Column

from operations.terraform import Event

# A replacement is a deletion and a creation: Terraform reports the completion of each.
_REPLACE = "replace"
_BAR_WIDTH = 20


class Step:
    """A step that is running. `done` is the line that is printed when it has ended."""

    def __init__(self, title: str, bar: Bar, expected: int | None) -> None:
        self.done = title
        self._bar = bar
        self._expected = expected
        self._planned = 0
        self._task = bar.add_task(title, total=expected, detail="")

    def advance(self, detail: str = "") -> None:
        """Count one of what is expected, and show what it was."""
        self._bar.update(self._task, advance=1, detail=escape(detail))

    def show(self, detail: str) -> None:
        """Show what it waits for."""
        self._bar.update(self._task, detail=escape(detail))

    def watch(self, event: Event) -> None:
        """Show an event of Terraform's plan, apply or destroy as it comes."""
        if event["type"] == "planned_change":
            self._planned += 2 if event["change"]["action"] == _REPLACE else 1
            return
        hook = event.get("hook", {})
        if "resource" not in hook or hook.get("action") == "read":
            return
        advance = 1 if event["type"] in {"apply_complete", "apply_errored"} else 0
        total = self._planned or self._expected
        self._bar.update(self._task, advance=advance, total=total, detail=hook["resource"]["addr"])


class Progress:
    """The steps of one command, printed one after the other."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._started = monotonic()

    @property
    def seconds(self) -> float:
        """The time since the command started."""
        return monotonic() - self._started

    @contextmanager
    def step(self, title: str, *, expected: int | None = None) -> Iterator[Step]:
        """Show a step while it runs, and print it once it is done: not if it fails."""
        started = monotonic()
        if not self.console.is_terminal:
            self.console.print(f"            {escape(title)} ...", highlight=False, soft_wrap=True)
        with Bar(
            SpinnerColumn(),
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            *([BarColumn(_BAR_WIDTH), MofNCompleteColumn()] if expected is not None else []),
            TimeElapsedColumn(),
            # Only an address is cut where the line ends.
            TextColumn("[dim]{task.fields[detail]}", table_column=Column(ratio=1, no_wrap=True)),
            expand=True,
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        ) as bar:
            step = Step(title, bar, expected)
            yield step
        took = f"{monotonic() - started:5.1f} s"
        self.console.print(f"[green]✓[/] {took}  {escape(step.done)}", highlight=False, soft_wrap=True)
