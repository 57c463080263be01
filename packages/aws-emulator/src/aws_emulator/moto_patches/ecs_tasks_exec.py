"""ECS Exec and the protection of tasks, which moto lacks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs.exceptions import ECSException, InvalidParameterException
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.moto_api._internal import mock_random

from aws_emulator.moto_patches import Patch
from aws_emulator.moto_patches.ecs_tasks import found_task

# UpdateTaskProtection (Amazon ECS API Reference), expiresInMinutes.
_MINUTES, _MOST_MINUTES = 120, 2880


class ExecuteCommand(Patch, of=EC2ContainerServiceResponse):
    """ExecuteCommand (Amazon ECS API Reference) opens a session of Session Manager in a container whose agent
    runs; moto has no such call.
    """

    def execute_command(self: Any) -> Any:
        """Give the session, or say why there is none."""
        task = found_task(self.ecs_backend, self._get_param("cluster", "default"), self._get_param("task"))
        container = _container(task, self._get_param("container"))
        _check(task, container)
        session = f"ecs-execute-command-{mock_random.get_random_hex(17)}"
        host = f"wss://ssmmessages.{task.region_name}.amazonaws.com/v1/data-channel/{session}"
        return ActionResult(
            {
                "clusterArn": task.cluster_arn,
                "containerArn": container["containerArn"],
                "containerName": container["name"],
                "interactive": self._get_param("interactive"),
                "session": {
                    "sessionId": session,
                    "streamUrl": f"{host}?role=publish_subscribe",
                    "tokenValue": mock_random.get_random_hex(40),
                },
                "taskArn": task.task_arn,
            }
        )


def _container(task: Any, name: str | None) -> dict[str, Any]:
    if name is None and len(task.containers) > 1:
        raise InvalidParameterException(
            "Container name must be specified when multiple containers are present."
        )
    found = [one for one in task.containers if name in (None, one["name"])]
    if not found:
        raise InvalidParameterException(f"The container {name} was not found in the task.")
    one: dict[str, Any] = found[0]
    return one


def _check(task: Any, container: dict[str, Any]) -> None:
    """The words are those of ECS developer guide, "Troubleshoot Amazon ECS Exec issues"."""
    if not getattr(task, "enable_execute_command", False):
        raise InvalidParameterException(
            "The execute command failed because execute command was not enabled when the task was run or the "
            "execute command agent isn't running. Wait and try again or run a new task with execute command "
            "enabled and try again."
        )
    agents = {one["name"]: one["lastStatus"] for one in container.get("managedAgents", ())}
    if container["lastStatus"] != "RUNNING" or agents.get("ExecuteCommandAgent") != "RUNNING":
        raise ECSException(
            "TargetNotConnectedException",
            "The execute command failed due to an internal error. Try again later.",
        )


class UpdateTaskProtection(Patch, of=EC2ContainerServiceResponse):
    """UpdateTaskProtection (Amazon ECS API Reference) protects tasks of a service from scaling
    in and by deployments; moto has no such call.
    """

    def update_task_protection(self: Any) -> Any:
        """Protect each, or say of which that is not possible."""
        given = self._get_params()
        minutes = given.get("expiresInMinutes", _MINUTES)
        if not 1 <= minutes <= _MOST_MINUTES:
            raise InvalidParameterException(f"expiresInMinutes must be between 1 and {_MOST_MINUTES}.")
        tasks, failures = [], []
        for name in given["tasks"]:
            task = found_task(self.ecs_backend, given.get("cluster", "default"), name)
            if not str(task.group).startswith("service:"):
                failures.append({"arn": task.task_arn, "reason": "TASK_NOT_VALID"})
                continue
            task.protected_until = (
                utcnow() + timedelta(minutes=minutes) if given["protectionEnabled"] else None
            )
            tasks.append(_protection(task))
        return ActionResult({"protectedTasks": tasks, "failures": failures})


class GetTaskProtection(Patch, of=EC2ContainerServiceResponse):
    """GetTaskProtection (Amazon ECS API Reference); moto has no such call."""

    def get_task_protection(self: Any) -> Any:
        """Tell of each named task, by default of all of the cluster."""
        backend, given = self.ecs_backend, self._get_params()
        cluster = given.get("cluster", "default")
        names = given.get("tasks") or [one.task_arn for one in backend.list_tasks(cluster)]
        tasks = [_protection(found_task(backend, cluster, name)) for name in names]
        return ActionResult({"protectedTasks": tasks, "failures": []})


def _protection(task: Any) -> dict[str, Any]:
    until = getattr(task, "protected_until", None)
    if until is None or until < utcnow():
        return {"taskArn": task.task_arn, "protectionEnabled": False}
    return {"taskArn": task.task_arn, "protectionEnabled": True, "expirationDate": until}
