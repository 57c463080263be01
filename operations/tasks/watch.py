"""Watching a one-off task to its end: its states, the lines of its container, and Ctrl-C."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import typer
from rich.console import Console

from modules.errors import ProblemsError, refusal
from operations.console import say
from operations.synthesized import Container
from operations.tasks.outcome import never_ran, outcome
from operations.tasks.stream import LogStream
from operations.transient import Patience

POLL_SECONDS = 2.0
# Lines come for a while after the end; ECS is eventually consistent at the start (RunTask, API Reference).
QUIET_LOOKS, MISSING_LOOKS = 3, 15
INTERRUPTED, NEVER_RAN, TIME_OVER = 130, 125, 124
_SAID = {
    "PROVISIONING": "gets a network interface",
    "PENDING": "pulls its images",
    "RUNNING": "runs",
    "DEPROVISIONING": "ends",
}


@dataclass(kw_only=True)
class Watch:
    """One task of a cluster, of which one container matters.

    Lines of the container go to `write`, everything else to `console`. `again` is the command that watches
    the same task anew.
    """

    ecs: Any
    logs: Any
    cluster: str
    task: str
    container: Container
    console: Console
    again: str
    seconds: float | None = None  # after which the task is stopped
    started: bool = True  # a moment ago: ECS may not know it yet
    write: Callable[[str], None] = typer.echo
    asks: bool = True  # at Ctrl-C; else whoever called stops the task
    _status: str = ""
    _over: bool = False
    _stopping: bool = False
    _stream: LogStream = field(init=False)
    _patience: Patience = field(init=False)

    def __post_init__(self) -> None:
        self._stream = LogStream(self.logs, self.container, self.task)
        self._patience = Patience(self.console)

    def to_the_end(self) -> int:
        """The exit code of the container, NEVER_RAN, TIME_OVER or INTERRUPTED; asks at Ctrl-C."""
        from botocore.exceptions import BotoCoreError, ClientError

        while True:
            try:
                return self._followed()
            except (ClientError, BotoCoreError):
                say(self.console, f"The task goes on. Watch it: {self.again}")
                raise
            except KeyboardInterrupt:
                if not self.asks:
                    raise
                if (code := self._interrupted()) is not None:
                    return code

    def _followed(self) -> int:
        until = None if self.seconds is None else time.monotonic() + self.seconds
        while True:
            task = self._patience.look(self._described)
            if task is not None:
                self._say_status(task)
                self._write_new()
                if task["lastStatus"] == "STOPPED":
                    return self._ended(task)
                if until is not None and time.monotonic() > until and not self._stopping:
                    self._over = True
                    self._stop(f"its time of {self.seconds:.0f} seconds was over")
                elif self._own_has_ended(task) and not self._stopping:
                    # Of a container that is not essential: the task would go on without it.
                    self._stop(f"{self.container.name} has ended")
            time.sleep(self._patience.pause(POLL_SECONDS))

    def _described(self) -> Any:
        for _ in range(MISSING_LOOKS if self.started else 1):
            answer = self.ecs.describe_tasks(cluster=self.cluster, tasks=[self.task])
            if answer["tasks"]:
                return answer["tasks"][0]
            if self._status or not self.started:
                break
            time.sleep(POLL_SECONDS)
        why = refusal(
            got="no such task",
            allowed="a task that runs or has stopped within the last hour",
            fix=f"look for its lines: stream {self._stream.name} of log group {self._stream.group}",
        )
        raise ProblemsError.one(f"task {self.identity}", why)

    @property
    def identity(self) -> str:
        """The last part of the task's ARN."""
        return self.task.rpartition("/")[2]

    def _own_has_ended(self, task: Any) -> bool:
        own = [one for one in task["containers"] if one["name"] == self.container.name]
        return bool(own) and own[0].get("exitCode") is not None and task["desiredStatus"] != "STOPPED"

    def _say_status(self, task: Any) -> None:
        status = task["lastStatus"]
        if status != self._status and status in _SAID:
            say(self.console, f"{status}: the task {_SAID[status]}")
        self._status = status

    def _write_new(self) -> bool:
        lines = self._patience.look(self._stream.new)
        for line in lines or ():
            self.write(line)
        return lines is None or bool(lines)

    def _ended(self, task: Any) -> int:
        quiet = 0
        while quiet < QUIET_LOOKS:
            time.sleep(POLL_SECONDS / 2)
            quiet = 0 if self._write_new() else quiet + 1
        found = outcome(task, self.container.name)
        if found.code is None:
            say(self.console, str(never_ran(task, self.container.name, found)))
            return TIME_OVER if self._over else NEVER_RAN
        say(self.console, f"{self.container.name} ended with exit code {found.code}")
        for note in found.notes:
            say(self.console, f"  {note}")
        return TIME_OVER if self._over else found.code

    def _stop(self, why: str) -> None:
        self._stopping = True
        say(self.console, f"Stopping the task: {why}")
        self.ecs.stop_task(cluster=self.cluster, task=self.task, reason=f"infra: {why}")

    def _interrupted(self) -> int | None:
        """What to do with the task; None to watch on. Where nobody can be asked, it is left running."""
        answer = "leave"
        if sys.stdin.isatty():
            answer = _asked()
        if answer == "watch":
            return None
        if answer == "stop":
            self._stop("a person stopped it")
            return None
        say(self.console, f"The task goes on. Watch it: {self.again}")
        return INTERRUPTED


def _asked() -> str:
    letters = {"s": "stop", "l": "leave", "w": "watch"}
    try:
        said = typer.prompt("\ns: stop the task, l: leave it running, w: watch on", default="w", err=True)
    except (typer.Abort, KeyboardInterrupt):
        return "leave"
    return letters.get(str(said).strip().lower()[:1], "watch")
