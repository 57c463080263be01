"""The lines of one service in CloudWatch Logs: read once, or followed without a loss or a repetition."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from operations.transient import Patience

# How long after its own time an event may still arrive: the awslogs driver sends in batches, and streams
# are not in step (FilterLogEvents, Amazon CloudWatch Logs API Reference).
OVERLAP_SECONDS = 30
_MILLISECONDS = 1000


@dataclass(frozen=True, kw_only=True)
class Line:
    """One event."""

    milliseconds: int  # since 1970
    service: str
    container: str
    task: str
    message: str
    id: str


@dataclass(kw_only=True)
class Source:
    """The log group of one service; `container` narrows it to one container's streams."""

    logs: Any
    service: str
    group: str
    container: str | None
    patience: Patience
    wait: Callable[[], None]
    _start: int = 0
    _seen: dict[str, int] = field(default_factory=dict)

    def exists(self) -> bool:
        """Whether the group is there."""
        found = self.logs.describe_log_groups(logGroupNamePrefix=self.group)["logGroups"]
        return any(one["logGroupName"] == self.group for one in found)

    def read(self, start: int) -> Iterator[Line]:
        """Every event from a time in milliseconds on, by time."""
        given: dict[str, Any] = {"logGroupName": self.group, "startTime": start}
        if self.container:
            given["logStreamNamePrefix"] = f"{self.container}/{self.container}/"
        while True:
            page = self._page(given)
            yield from (self._line(event) for event in page["events"])
            # A page may be empty and not be the last.
            if not (token := page.get("nextToken")):
                return
            given["nextToken"] = token

    def new(self, since: int) -> list[Line]:
        """The events that were not told yet.

        The last seconds are read again each time, by the events' own times: this machine's clock may be
        wrong. What was told is known by its id.
        """
        self._start = max(self._start, since)
        found = [line for line in self.read(self._start) if line.id not in self._seen]
        self._seen |= {line.id: line.milliseconds for line in found}
        if self._seen:
            newest = min(max(self._seen.values()), int(time.time() * _MILLISECONDS))
            self._start = max(self._start, newest - OVERLAP_SECONDS * _MILLISECONDS)
            self._seen = {one: when for one, when in self._seen.items() if when >= self._start}
        return found

    def _page(self, given: dict[str, Any]) -> Any:
        while (page := self.patience.look(lambda: self.logs.filter_log_events(**given))) is None:
            self.wait()
        return page

    def _line(self, event: dict[str, Any]) -> Line:
        # prefix/container/task (ECS developer guide, "Send Amazon ECS logs to CloudWatch").
        _, _, rest = event["logStreamName"].partition("/")
        container, _, task = rest.rpartition("/")
        return Line(
            milliseconds=event["timestamp"],
            service=self.service,
            container=container,
            task=task,
            message=event["message"].rstrip("\n"),
            id=event["eventId"],
        )
