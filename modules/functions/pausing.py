"""Stops and starts the databases of a stack that is paused and resumed.

Runs on Lambda. Variables: DATABASES, a JSON list of the identifiers of instances; CLUSTER and SERVICES, the
ECS cluster and a JSON list of its services that use them. Every run goes on where an earlier one ended.

Events: `{"do": "stop"}` waits until no task runs, then stops the databases; `{"do": "start"}` starts them,
and waits until they are available; `{"do": "nothing"}` does nothing; an event of RDS (RDS-EVENT-0154), which
starts an instance that was stopped for seven days, stops that one again.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from typing import Any

# DBInstanceStatus from which RDS does not come back by itself (Amazon RDS user guide, "Viewing Amazon RDS DB
# instance status").
_FAILED = ("failed", "inaccessible-encryption-credentials", "restore-error", "storage-full")
_RESERVED_MILLISECONDS, _POLL_SECONDS = 20_000, 5


def handler(event: dict[str, Any], context: Any) -> None:
    """What Lambda calls. Raises RuntimeError with what is to be done when its time is over."""
    import boto3

    pausing = Pausing(boto3.client("rds"), boto3.client("ecs"), context.get_remaining_time_in_millis)
    databases = json.loads(os.environ["DATABASES"])
    if "detail" in event:
        pausing.stop([one for one in databases if one == event["detail"]["SourceIdentifier"]])
    elif event["do"] == "stop":
        pausing.wait_for_tasks(os.environ["CLUSTER"], json.loads(os.environ["SERVICES"]))
        pausing.stop(databases)
    elif event["do"] == "start":
        pausing.start(databases)


class Pausing:
    """The databases and services of one stack, for as long as `remaining` gives milliseconds."""

    def __init__(self, rds: Any, ecs: Any, remaining: Callable[[], int]) -> None:
        self._rds, self._ecs, self._remaining = rds, ecs, remaining

    def wait_for_tasks(self, cluster: str, services: list[str]) -> None:
        """Wait until no task of the services runs: one whose database goes would fail, not end."""

        def running() -> dict[str, str]:
            found = []
            # Ten at most (Amazon ECS API Reference, DescribeServices).
            for first in range(0, len(services), 10):
                ten = services[first : first + 10]
                found += self._ecs.describe_services(cluster=cluster, services=ten)["services"]
            counts = {one["serviceName"]: one["runningCount"] for one in found if one["status"] == "ACTIVE"}
            return {name: f"has {count} tasks" for name, count in counts.items() if count}

        self._until_none(running, "still runs, so that no database was stopped")

    def stop(self, databases: list[str]) -> None:
        """Stop the databases that aren't stopped, each as soon as it is available."""
        self._until_none(lambda: self._left(databases, "available", self._stop, ("stopped", "stopping")))

    def start(self, databases: list[str]) -> None:
        """Start the databases that are stopped, and wait until all are available."""
        self._until_none(lambda: self._left(databases, "stopped", self._start, ("available",)))

    def _left(
        self, databases: list[str], ready: str, act: Callable[[str], Any], done: tuple[str, ...]
    ) -> dict[str, str]:
        """The databases that are not `done`; acts on those that are `ready` for it."""
        left = {}
        for name in databases:
            status = self._rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0][
                "DBInstanceStatus"
            ]
            if status in _FAILED or status.startswith("incompatible-"):
                raise RuntimeError(
                    f"{name} is {status}: its events in RDS say why; mend it, then apply again"
                )
            if status == ready:
                act(name)
            if status not in done:
                left[name] = f"is {status}"
        return left

    def _stop(self, name: str) -> None:
        self._rds.stop_db_instance(DBInstanceIdentifier=name)

    def _start(self, name: str) -> None:
        self._rds.start_db_instance(DBInstanceIdentifier=name)

    def _until_none(self, left: Callable[[], dict[str, str]], but: str = "is not ready yet") -> None:
        while found := left():
            if self._remaining() < _RESERVED_MILLISECONDS:
                which = "; ".join(f"{name} {state}" for name, state in found.items())
                raise RuntimeError(f"{which}: {but}. Apply again, which goes on from here")
            time.sleep(_POLL_SECONDS)
