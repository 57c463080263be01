"""Why the tasks of a deployment ended: exit codes, reasons, and the last lines of their logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from operations.deploy.rollouts import Rollout, stopped_tasks
from operations.synthesized import Service

_LINES = 10
# A container that was told to end (SIGTERM, SIGKILL: 128 and the signal), because another one had.
_TOLD_TO_END = (0, 137, 143)


def failures(ecs: Any, logs: Any, one: Rollout, service: Service) -> Iterator[str]:
    """Lines for a person about tasks that failed, each kind of failure once."""
    for task in stopped_tasks(ecs, one):
        reason = task.get("stoppedReason", "")
        containers = list(_guilty(task))
        kind = repr([reason, *((each["name"], each.get("exitCode")) for each in containers)])
        if kind in one.told:
            continue
        one.told.add(kind)
        yield f"{one.service}: a task ended ({task.get('stopCode', 'without a code')}): {reason}"
        for container in containers:
            yield from _container(logs, task, container, service)


def _guilty(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in task["containers"]:
        if (
            one.get("exitCode", 0) not in _TOLD_TO_END
            or one.get("reason")
            or one.get("healthStatus") == "UNHEALTHY"
        ):
            yield one


def _container(logs: Any, task: dict[str, Any], one: dict[str, Any], service: Service) -> Iterator[str]:
    code = f"exit code {one['exitCode']}" if "exitCode" in one else "it never started"
    if one.get("healthStatus") == "UNHEALTHY":
        code = "its health check failed"
    yield f"  container {one['name']}: {code}" + (f" ({one['reason']})" if one.get("reason") else "")
    known = next((each for each in service.containers if each.name == one["name"]), None)
    if known is None or not known.log_group:
        return
    try:
        found = logs.get_log_events(
            logGroupName=known.log_group,
            logStreamName=known.log_stream(task["taskArn"]),
            limit=_LINES,
            startFromHead=False,
        )
    except logs.exceptions.ResourceNotFoundException:
        yield f"    no logs in {known.log_group}"
        return
    for event in found["events"][-_LINES:]:
        yield f"    | {event['message'].rstrip()}"
