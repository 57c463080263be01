"""Watching rollouts to their end: a live table in a terminal, a line for each change elsewhere."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from operations.console import say, table
from operations.deploy.rollouts import Rollout, look
from operations.transient import Patience

_COLORS = {"SUCCESSFUL": "green", "PENDING": "dim", "IN_PROGRESS": ""}


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Seconds between two looks, and until which time of `time.monotonic` to look."""

    poll: float
    until: float

    @classmethod
    def of(cls, poll: float, minutes: float) -> Wait:
        """From now on."""
        return cls(poll=poll, until=time.monotonic() + 60 * minutes)


def watch(
    console: Console,
    ecs: Any,
    rollouts: Sequence[Rollout],
    wait: Wait,
    changed: Callable[[Rollout], None],
) -> None:
    """Look until all have ended, or it has taken too long. `changed` is told of each change of a rollout."""
    # An outage ends no deployment, and `wait` ends the watch.
    patience = Patience(console, seconds=math.inf)
    seen: dict[str, tuple[object, ...]] = {}
    with Live(console=console, auto_refresh=False, transient=True) as live:
        while any(not one.ended for one in rollouts) and time.monotonic() < wait.until:
            patience.look(lambda: look(ecs, [one for one in rollouts if not one.ended]))
            for one in rollouts:
                state = (one.status, one.running, one.failed_tasks, one.event)
                if seen.get(one.service) != state:
                    seen[one.service] = state
                    _line(console, one)
                    changed(one)
            if console.is_terminal:
                live.update(_table(rollouts), refresh=True)
            if any(not one.ended for one in rollouts):
                time.sleep(patience.pause(wait.poll))


def _line(console: Console, one: Rollout) -> None:
    """What is told where no table can be."""
    if not console.is_terminal:
        counts = f"{one.running}/{one.desired} tasks"
        say(console, f"{one.service}: {one.status}, {counts}" + (f"; {one.event}" if one.event else ""))


def _table(rollouts: Sequence[Rollout]) -> Table:
    rows = [_row(one) for one in rollouts]
    shown = table()
    for place, name in enumerate(("service", "revision", "status", "tasks")):
        # Only the event is cut where the line ends.
        shown.add_column(name, no_wrap=True, min_width=max(len(name), *(len(row[place]) for row in rows)))
    shown.add_column("last event", overflow="ellipsis", no_wrap=True)
    for one, row in zip(rollouts, rows, strict=True):
        shown.add_row(*(escape(cell) for cell in row), style=_COLORS.get(one.status, "red"))
    return shown


def _row(one: Rollout) -> tuple[str, str, str, str, str]:
    tasks = f"{one.running}/{one.desired}" + (f", {one.failed_tasks} failed" if one.failed_tasks else "")
    return one.service, str(one.number), one.status, tasks, one.event
