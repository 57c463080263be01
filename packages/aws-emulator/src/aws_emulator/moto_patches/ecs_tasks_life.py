"""What becomes of a task: its states, the exit codes of its containers, their lines in CloudWatch Logs.

No container runs here. What it would do is told by its Docker labels in the task definition, which ECS keeps
and does not read (ContainerDefinition, Amazon ECS API Reference):

- `aws-emulator.exit-code`: its exit code, by default 0
- `aws-emulator.looks`: for how many DescribeTasks it runs, by default 1; `forever` until it is stopped
- `aws-emulator.logs`: a JSON list of the lines that it writes while it runs
- `aws-emulator.failure`: why the task never starts, such as `CannotPullContainerError: …`
- `aws-emulator.capacity`: why RunTask places no task, such as `Capacity is unavailable at this time.`

A task moves on by one state each time that it is described: no test waits for a clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from moto.core.utils import unix_time_millis, utcnow
from moto.logs.models import logs_backends
from moto.moto_api._internal import mock_random

_PREFIX = "aws-emulator."
_FOREVER = "forever"
# What the agent of ECS Exec writes to: volumes, where the root filesystem is read-only.
# ECS developer guide, "Monitor Amazon ECS containers with ECS Exec", considerations.
AGENT_PATHS = ("/managed-agents", "/var/lib/amazon", "/var/log/amazon")
# A process that ends by SIGTERM or SIGKILL: 128 and the signal's number.
_TERMINATED = 143


def label(definition: dict[str, Any], name: str) -> str | None:
    """What a container's label orders."""
    found: str | None = (definition.get("dockerLabels") or {}).get(f"{_PREFIX}{name}")
    return found


class Life:
    """The life of one task, from PROVISIONING to STOPPED (ECS developer guide, "Task lifecycle")."""

    def __init__(self, task: Any, definitions: list[dict[str, Any]], *, exec_enabled: bool) -> None:
        self._task, self._definitions = task, {one["name"]: one for one in definitions}
        self._looks, self._written = 0, dict.fromkeys(self._definitions, 0)
        self.status = "PROVISIONING"
        self.containers = [_container(task, one, exec_enabled=exec_enabled) for one in definitions]

    def move_on(self) -> None:
        """Go to the next state, and do what happens on the way."""
        if self.status == "PROVISIONING":
            self._be("PENDING")
        elif self.status == "PENDING":
            self._start()
        elif self.status == "RUNNING":
            self._run()
        elif self.status == "DEPROVISIONING":
            self._be("STOPPED")
            self._task.stopped_at = utcnow()
            self._task.release_network()

    def stop(self, code: str, reason: str) -> None:
        """Begin to stop: what still runs is terminated, and what never ran has no exit code."""
        if self.status in ("DEPROVISIONING", "STOPPED"):
            return
        for one in self.containers:
            if "exitCode" not in one and one["lastStatus"] == "RUNNING":
                one["exitCode"] = _TERMINATED
            one["lastStatus"] = "STOPPED"
        self._task.desired_status, self._task.stopping_at = "STOPPED", utcnow()
        self._task.stop_code, self._task.stopped_reason = code, reason
        self._be("DEPROVISIONING")

    def _start(self) -> None:
        for one in self.containers:
            if reason := label(self._definitions[one["name"]], "failure"):
                one["reason"] = reason
                self.stop("TaskFailedToStart", reason)
                return
        for one in self.containers:
            one["lastStatus"] = "RUNNING"
            for agent in one.get("managedAgents", ()):
                agent |= _agent(self._definitions[one["name"]])
        self._task.started_at = utcnow()
        self._be("RUNNING")

    def _run(self) -> None:
        self._looks += 1
        for one in self.containers:
            self._look_at(one, self._definitions[one["name"]])
        ended = [one for one in self.containers if one["lastStatus"] == "STOPPED"]
        essential = [one for one in ended if self._definitions[one["name"]].get("essential", True)]
        if essential or len(ended) == len(self.containers):
            self.stop("EssentialContainerExited", "Essential container in task exited")

    def _look_at(self, one: dict[str, Any], definition: dict[str, Any]) -> None:
        if one["lastStatus"] == "STOPPED":
            return
        looks = label(definition, "looks") or "1"
        lines = json.loads(label(definition, "logs") or "[]")
        most = len(lines) if looks == _FOREVER else len(lines) * self._looks // int(looks)
        written = self._written[one["name"]]
        write_logs(self._task, definition, lines[written:most])
        self._written[one["name"]] = max(written, most)
        if looks != _FOREVER and self._looks >= int(looks):
            one |= {"lastStatus": "STOPPED", "exitCode": int(label(definition, "exit-code") or 0)}

    def _be(self, status: str) -> None:
        self.status = status
        self._task.version = getattr(self._task, "version", 0) + 1


def _container(task: Any, definition: dict[str, Any], *, exec_enabled: bool) -> dict[str, Any]:
    name = definition["name"]
    place = f"{task.region_name}:{task._account_id}:container"  # noqa: SLF001 - moto has no other name for it
    found = {
        "containerArn": f"arn:aws:ecs:{place}/{task.cluster_name}/{task.id}/{mock_random.uuid4()}",
        "taskArn": task.task_arn,
        "name": name,
        "image": definition["image"],
        "lastStatus": "PENDING",
        "runtimeId": f"{task.id.replace('-', '')}-{mock_random.randint(10**9, 10**10 - 1)}",
        "healthStatus": "UNKNOWN",
        "networkInterfaces": [],
    }
    digest = definition["image"].partition("@")[2]
    if exec_enabled:
        found["managedAgents"] = [{"name": "ExecuteCommandAgent", "lastStatus": "PENDING"}]
    return found | ({"imageDigest": digest} if digest else {})


def _agent(definition: dict[str, Any]) -> dict[str, Any]:
    mounted = {one.get("containerPath") for one in definition.get("mountPoints") or ()}
    if definition.get("readonlyRootFilesystem") and not mounted.issuperset(AGENT_PATHS):
        return {"lastStatus": "STOPPED", "reason": "Unable to start the agent: read-only file system"}
    return {"lastStatus": "RUNNING", "lastStartedAt": utcnow()}


def write_logs(task: Any, definition: dict[str, Any], lines: Iterable[str]) -> None:
    """Write lines of a container as the awslogs driver does, if its group exists.

    The stream is `prefix/container/task-id` (ECS developer guide, "Send Amazon ECS logs to CloudWatch").
    """
    options = (definition.get("logConfiguration") or {}).get("options") or {}
    group, found = options.get("awslogs-group"), list(lines)
    backend = logs_backends[task._account_id][task.region_name]  # noqa: SLF001 - moto has no other name for it
    if not found or group not in backend.groups:
        return
    stream = f"{options.get('awslogs-stream-prefix')}/{definition['name']}/{task.id}"
    if stream not in backend.groups[group].streams:
        backend.create_log_stream(group, stream)
    now = int(unix_time_millis(utcnow()))
    events = [{"timestamp": now, "message": line} for line in found]
    backend.put_log_events(group, stream, events)
