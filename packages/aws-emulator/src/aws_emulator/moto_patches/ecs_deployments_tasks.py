"""The tasks that an ECS service starts, as DescribeTasks shows them; moto's services have none."""

from __future__ import annotations

import re
from typing import Any

from moto.core.utils import unix_time_millis, utcnow
from moto.ecr.models import ecr_backends
from moto.ecs.models import Task
from moto.logs.models import logs_backends
from moto.moto_api._internal import mock_random

from aws_emulator.orders import ORDERS, Order

_ECR = re.compile(r"(\d{12})\.dkr\.ecr\.([\w-]+)\.amazonaws\.com/([^@:]+)(?:@(sha256:\w+)|:(.+))?")
# ECS keeps a stopped task for an hour (DescribeTasks); no test looks at more of them.
_KEPT_STOPPED = 20


class ServiceTask(Task):
    """A task of a service, in the state that its deployment gives it. It has no network interface."""

    def __init__(self, service: Any, definition: Any, deployment: str) -> None:
        self.id = mock_random.get_random_hex(32)
        self.cluster_name, self.cluster_arn = service.cluster_name, service.cluster_arn
        self.container_instance_arn, self.attachments = None, []
        self.task_definition_arn, self.group = definition.arn, f"service:{service.name}"
        self.started_by = deployment
        self.launch_type, self.capacity_provider_name = service.launch_type, None
        self.platform_version, self.overrides, self.tags = service.platform_version, {}, []
        self.cpu, self.memory = definition.cpu, definition.memory
        self.region_name, self._backend = service.region_name, service._backend  # noqa: SLF001 - moto's own
        self._account_id = self._backend.account_id
        self.network_configuration, self.resource_requirements = service.network_configuration, {}
        self.created_at = utcnow()
        self.stopped_reason: Any = None
        self.desired_status = "RUNNING"
        self.enable_execute_command = bool(getattr(service, "enableExecuteCommand", False))
        self.containers: list[Any] = [self._container(one) for one in definition.container_definitions]
        self._definitions = {one["name"]: one for one in definition.container_definitions}
        self.last_status = "PENDING"

    @property
    def last_status(self) -> str:
        """The state in which it is."""
        return self._state

    @last_status.setter
    def last_status(self, value: str) -> None:
        """Set by StopTask."""
        self._state = value

    def advance(self) -> None:
        """Stay: a look at a task of a service changes nothing."""

    def run(self) -> None:
        """Be running and healthy."""
        if self.last_status != "PENDING":
            return
        self.last_status, self.started_at, self.health_status = "RUNNING", utcnow(), "HEALTHY"
        for one in self.containers:
            one |= {"lastStatus": "RUNNING", "healthStatus": "HEALTHY"}
            for agent in one.get("managedAgents", ()):
                agent |= {"lastStatus": "RUNNING", "lastStartedAt": utcnow()}

    def stop(self, code: str, reason: str, *, exit_code: int | None = 143, exited: str | None = None) -> None:
        """End: `exited` ended by itself, other containers are terminated (SIGTERM: 128 + 15)."""
        if self.last_status == "STOPPED":
            return
        self.last_status = self.desired_status = "STOPPED"
        self.stop_code, self.stopped_reason, self.stopped_at = code, reason, utcnow()
        for one in self.containers:
            one["lastStatus"] = "STOPPED"
            if exit_code is not None:
                one["exitCode"] = exit_code if exited in (None, one["name"]) else 143

    def fail(self, order: Order) -> str:
        """End as it was ordered, and say what an event of the service says of it."""
        meant = [one for one in self.containers if order.match in one["image"] or order.match in one["name"]]
        container = meant[0] if meant else self.containers[0]
        if order.failure is not None:
            container["reason"] = order.failure
            self.stop("TaskFailedToStart", order.failure, exit_code=None)
            return f"was unable to start a task: {order.failure}"
        self.run()
        self._write(container["name"], order.logs)
        if order.unhealthy:
            container["healthStatus"] = self.health_status = "UNHEALTHY"
            self.stop("ServiceSchedulerInitiated", "Task failed container health checks")
            return f"(task {self.id}) failed container health checks."
        code = order.exit_code
        reason = "Essential container in task exited"
        self.stop("EssentialContainerExited", reason, exit_code=code, exited=container["name"])
        return f"has stopped 1 running tasks: (task {self.id})."

    def _container(self, definition: dict[str, Any]) -> dict[str, Any]:
        place = f"{self.region_name}:{self._account_id}:container/{self.cluster_name}/{self.id}"
        found = {
            "containerArn": f"arn:aws:ecs:{place}/{mock_random.uuid4()}",
            "taskArn": self.task_arn,
            "name": definition["name"],
            "image": definition["image"],
            "lastStatus": "PENDING",
            "runtimeId": f"{self.id}-{mock_random.randint(10**9, 10**10 - 1)}",
            "healthStatus": "UNKNOWN",
            "networkInterfaces": [],
        }
        if digest := definition["image"].partition("@")[2]:
            found["imageDigest"] = digest
        if self.enable_execute_command:
            found["managedAgents"] = [{"name": "ExecuteCommandAgent", "lastStatus": "PENDING"}]
        return found

    def _write(self, container: str, lines: tuple[str, ...]) -> None:
        """Write as the awslogs driver does: to the stream `prefix/container/task`, if the group exists."""
        options = (self._definitions[container].get("logConfiguration") or {}).get("options") or {}
        backend, group = logs_backends[self._account_id][self.region_name], options.get("awslogs-group")
        if not lines or group not in backend.groups:
            return
        stream, now = (
            f"{options.get('awslogs-stream-prefix')}/{container}/{self.id}",
            unix_time_millis(utcnow()),
        )
        backend.create_log_stream(group, stream)
        backend.put_log_events(group, stream, [{"timestamp": int(now), "message": one} for one in lines])


def tasks_of(service: Any) -> list[ServiceTask]:
    """The tasks of a service, stopped ones too."""
    tasks = service._backend.tasks.get(service.cluster_name, {}).values()  # noqa: SLF001 - moto's own
    return [one for one in tasks if isinstance(one, ServiceTask) and one.group == f"service:{service.name}"]


def start(service: Any, definition: Any, deployment: str) -> ServiceTask:
    """Start one task."""
    task = ServiceTask(service, definition, deployment)
    tasks = service._backend.tasks.setdefault(service.cluster_name, {})  # noqa: SLF001 - moto's own
    tasks[task.task_arn] = task
    stopped = [one for one in tasks_of(service) if one.last_status == "STOPPED"]
    for old in stopped[:-_KEPT_STOPPED]:
        del tasks[old.task_arn]
    return task


def unpulled(definition: Any) -> str | None:
    """Why a task of this definition cannot pull an image from this account's ECR, where that is ordered."""
    for one in definition.container_definitions if ORDERS.pull else ():
        found = _ECR.fullmatch(one["image"])
        if found and not _in_ecr(*found.groups()):
            why = f"failed to resolve reference {one['image']}: not found"
            return f"CannotPullContainerError: pull image manifest has been retried 1 time(s): {why}"
    return None


def _in_ecr(account: str, region: str, repository: str, digest: str | None, tag: str | None) -> bool:
    repositories = ecr_backends[account][region].repositories
    images = repositories[repository].images if repository in repositories else ()
    if digest:
        return any(one.image_digest == digest for one in images)
    return any((tag or "latest") in one.image_tags for one in images)
