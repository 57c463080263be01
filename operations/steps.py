"""What a person sees of a long command: each step with a spinner or a bar, then a line with its time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Column

from operations.terraform import Event

# A replacement is a deletion and a creation, and Terraform tells of both.
_REPLACE = "replace"
_BAR = 20


class Step:
    """A step that is under way: what it says when it is done, and what Terraform tells meanwhile."""

    def __init__(self, title: str, progress: Progress, expected: int | None) -> None:
        self.done = title
        self._progress = progress
        self._expected = expected
        self._planned = 0
        self._task = progress.add_task(title, total=expected, detail="")

    def watch(self, event: Event) -> None:
        """Show an event of Terraform's plan, apply or destroy."""
        if event["type"] == "planned_change":
            self._planned += 2 if event["change"]["action"] == _REPLACE else 1
            return
        hook = event.get("hook", {})
        if "resource" not in hook or hook.get("action") == "read":
            return
        advance = 1 if event["type"] in {"apply_complete", "apply_errored"} else 0
        total = self._planned or self._expected
        self._progress.update(self._task, advance=advance, total=total, detail=hook["resource"]["addr"])


class Steps:
    """The steps of one command, and the time they take together."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._begun = monotonic()

    @property
    def seconds(self) -> float:
        """The time since the first step began."""
        return monotonic() - self._begun

    @contextmanager
    def step(self, title: str, *, expected: int | None = None) -> Iterator[Step]:
        """Show a step while it runs; one that fails leaves no line, for its error says more."""
        begun = monotonic()
        if not self.console.is_terminal:
            self.console.print(f"            {escape(title)} ...", highlight=False, soft_wrap=True)
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            *([BarColumn(_BAR), MofNCompleteColumn()] if expected is not None else []),
            TimeElapsedColumn(),
            # An address longer than the line is cut, and nothing else.
            TextColumn("[dim]{task.fields[detail]}", table_column=Column(ratio=1, no_wrap=True)),
            expand=True,
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        ) as progress:
            step = Step(title, progress, expected)
            yield step
        took = f"{monotonic() - begun:5.1f} s"
        self.console.print(f"[green]✓[/] {took}  {escape(step.done)}", highlight=False, soft_wrap=True)
