"""Tasks of ECS as RunTask starts them: what is refused, their states, StopTask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ecs.exceptions import EcsClientException, ECSException, InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend, Task
from moto.ecs.responses import EC2ContainerServiceResponse

from aws_emulator.moto_patches import Patch
from aws_emulator.moto_patches.ecs_deployments_life import deployments_of
from aws_emulator.moto_patches.ecs_tasks_life import Life, label

_OVERRIDES = 8192  # RunTask (Amazon ECS API Reference), overrides: "A total of 8192 characters are allowed"


class States(Patch, of=Task):
    """Task (Amazon ECS API Reference): its states, containers and times; moto's task runs from the start, and
    has the first container alone, whose exit code is 0 at once.
    """

    def live(self: Any, *, exec_enabled: bool) -> None:
        """Begin the life of the task."""
        definition = self._backend.describe_task_definition(self.task_definition_arn)
        self.life = Life(self, definition.container_definitions, exec_enabled=exec_enabled)
        self.containers = self.life.containers
        self.created_at, self.enable_execute_command = utcnow(), exec_enabled
        self.cpu, self.memory = definition.cpu, definition.memory
        # "If no value is specified, the default is an empty string": absent until it stops.
        self.stopped_reason = None
        if self.attachments:
            known = [one for one in self.attachments[0]["details"] if one["value"] is not None]
            self.attachments[0]["details"] = known
            details = {one["name"]: one["value"] for one in known}
            self.availability_zone = _subnet(self, details["subnetId"]).availability_zone

    def advance(self: Any) -> None:
        """Move on by one state."""
        if hasattr(self, "life"):
            self.life.move_on()
        else:
            States.moto.advance(self)

    def release_network(self: Any) -> None:
        """Delete its network interface: DEPROVISIONING "detaches and deletes" it (ECS developer guide)."""
        ec2 = ec2_backends[self._account_id][self.region_name]
        for one in self.attachments:
            details = {each["name"]: each["value"] for each in one["details"]}
            one["status"] = "DELETED"
            ec2.enis.pop(details["networkInterfaceId"], None)

    @property
    def last_status(self: Any) -> Any:
        """The state in which it is."""
        return self.life.status if hasattr(self, "life") else self.status

    @last_status.setter
    def last_status(self: Any, value: str) -> None:
        """What moto makes of it, of a task that does not live."""
        self.status = value


class PrivateDnsName(Patch, of=NetworkInterface):
    """NetworkInterface (Amazon EC2 API Reference), privateDnsName: only with DNS host names; moto fails
    where it looks for it in another.
    """

    @property
    def private_dns_name(self: Any) -> str | None:
        """The name, if the VPC gives any."""
        found: str | None = self.__dict__.get("own_dns_name")
        return found

    @private_dns_name.setter
    def private_dns_name(self: Any, value: str) -> None:
        """The name that moto gives it."""
        self.__dict__["own_dns_name"] = value


def _subnet(task: Any, name: str) -> Any:
    return ec2_backends[task._account_id][task.region_name].get_subnet(name)  # noqa: SLF001 - moto's own


class RunTask(Patch, of=EC2ContainerServiceResponse):
    """RunTask (Amazon ECS API Reference) refuses unknown subnets, security groups, containers and inactive
    revisions, starts one task for one clientToken, and propagates tags; moto does none of it.
    """

    def run_task(self: Any) -> Any:
        """Refuse as ECS does, then start."""
        given, backend = self._get_params(), self.ecs_backend
        definition = backend.describe_task_definition(given["taskDefinition"])
        problem = next(_refusals(backend, given, definition), None)
        if problem:
            raise problem
        tokens = backend.__dict__.setdefault("run_task_tokens", {})
        if (token := given.get("clientToken")) in tokens:
            return _repeated(tokens[token], given)
        if reason := next(_unplaced(definition), None):
            failures = [{"reason": reason}]
            return ActionResult({"tasks": [], "failures": failures})
        answer = RunTask.moto.run_task(self)
        for task in answer.result["tasks"]:
            task.live(exec_enabled=bool(given.get("enableExecuteCommand")))
            if given.get("propagateTags") == "TASK_DEFINITION":
                task.tags = [*backend.list_tags_for_resource(definition.arn), *task.tags]
        if token:
            tokens[token] = (given, answer)
        return answer


def _repeated(first: tuple[dict[str, Any], Any], given: dict[str, Any]) -> Any:
    """Amazon ECS API Reference, "Ensuring idempotency": the same answer, unless another request is meant."""
    if first[0] != given:
        what = "The provided clientToken is already in use with a different RunTask request."
        raise ECSException("ConflictException", what)
    return first[1]


def _unplaced(definition: Any) -> Iterator[str]:
    for one in definition.container_definitions:
        if reason := label(one, "capacity"):
            yield reason


def _refusals(backend: Any, given: dict[str, Any], definition: Any) -> Iterator[Exception]:
    if definition.status != "ACTIVE":
        yield EcsClientException("TaskDefinition is inactive")
    overrides = given.get("overrides") or {}
    size = len(json.dumps(overrides, separators=(",", ":"), ensure_ascii=False))
    if size > _OVERRIDES:
        yield InvalidParameterException(f"Container Overrides length must be at most {_OVERRIDES}")
    known = {one["name"] for one in definition.container_definitions}
    for one in overrides.get("containerOverrides") or ():
        if (name := one.get("name")) not in known:
            what = f"Override for container named {name} is not a container in the TaskDefinition."
            yield InvalidParameterException(what)
    if definition.network_mode == "awsvpc" and (network := given.get("networkConfiguration")):
        yield from _network_refusals(backend, network.get("awsvpcConfiguration") or {})


def _network_refusals(backend: Any, network: dict[str, Any]) -> Iterator[Exception]:
    """The words are those that ECS answers with, such as moosefs/moosefs-csi#1 quotes them."""
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    if not network.get("subnets"):
        yield InvalidParameterException("subnets can not be empty.")
    subnets = {name: found for zone in ec2.subnets.values() for name, found in zone.items()}
    for name in network.get("subnets") or ():
        if name not in subnets:
            what = f"The subnet ID '{name}' does not exist"
            why = f"Error retrieving subnet information for {network['subnets']}: {what}"
            yield InvalidParameterException(f"{why} (ErrorCode: InvalidSubnetID.NotFound)")
    networks = {subnets[name].vpc_id for name in network.get("subnets") or () if name in subnets}
    groups = {name: found for one in ec2.groups.values() for name, found in one.items()}
    for name in network.setdefault("securityGroups", []):
        if name not in groups or groups[name].vpc_id not in networks:
            what = f"The security group '{name}' does not exist"
            why = f"Error retrieving security group information for {network['securityGroups']}: {what}"
            yield InvalidParameterException(f"{why} (ErrorCode: InvalidGroup.NotFound)")


class RunTaskMemory(Patch, of=EC2ContainerServiceBackend):
    """ContainerDefinition (Amazon ECS API Reference), memory: "If using the Fargate launch type, this
    parameter is optional"; moto fails without it.
    """

    def _calculate_task_resource_requirements(self: Any, task_definition: Any) -> dict[str, Any]:
        """On Fargate, no container instance gives any."""
        if "FARGATE" in (task_definition.requires_compatibilities or ()):
            return {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []}
        found: dict[str, Any] = RunTaskMemory.moto._calculate_task_resource_requirements(task_definition)  # noqa: SLF001
        return found


class StopTask(Patch, of=EC2ContainerServiceBackend):
    """StopTask (Amazon ECS API Reference): the task ends after its containers; an unknown one is refused.
    moto's is stopped at once, and an unknown one is an internal error.
    """

    def stop_task(self: Any, cluster_str: str, task_str: str, reason: str) -> Any:
        """Begin to stop it."""
        task = found_task(self, cluster_str, task_str)
        if not hasattr(task, "life"):
            return StopTask.moto.stop_task(self, cluster_str, task_str, reason)
        # "If this optional reason isn't given", the console shows this text (ECS developer guide).
        task.life.stop("UserInitiated", reason or "Task stopped by user")
        return task


def found_task(backend: Any, cluster: str, task: str) -> Any:
    """A task by its id or ARN. Raises what ECS answers for one that there isn't."""
    name, tasks = backend._get_cluster(cluster).name, backend.tasks  # noqa: SLF001 - moto's own way
    identity = task.rpartition("/")[2]
    for one in tasks.get(name, {}).values():
        if one.id == identity:
            return one
    raise InvalidParameterException("The referenced task was not found.")


class ListTasks(Patch, of=EC2ContainerServiceBackend):
    """ListTasks (Amazon ECS API Reference): by service, by the whole family, and, unless STOPPED is
    asked for, without those that stop; moto ignores the service, and tells of all.
    """

    def list_tasks(
        self: Any,
        cluster_str: str | None = None,
        container_instance: str | None = None,
        family: str | None = None,
        started_by: str | None = None,
        service_name: str | None = None,
        desiredStatus: str | None = None,  # noqa: N803 - as moto calls it
    ) -> list[Any]:
        """Filter as ECS does; the deployments of services move on first, as at any look."""
        for service in self.services.values():
            deployments_of(service)
        found: list[Any] = ListTasks.moto.list_tasks(
            self, cluster_str, container_instance, None, started_by, None, desiredStatus or "RUNNING"
        )
        if service_name:
            group = f"service:{service_name.rpartition('/')[2]}"
            found = [one for one in found if one.group == group]
        if family:
            found = [one for one in found if _family(one) == family]
        return found


def _family(task: Any) -> str:
    revision: str = task.task_definition_arn.rpartition("/")[2]
    return revision.rpartition(":")[0]


class DescribeTasks(Patch, of=EC2ContainerServiceBackend):
    """DescribeTasks (Amazon ECS API Reference) tells of tasks of one cluster; moto of all."""

    def describe_tasks(self: Any, cluster_str: str, tasks: list[str]) -> list[Any]:
        """Those of the cluster."""
        name = self._get_cluster(cluster_str).name
        found: list[Any] = DescribeTasks.moto.describe_tasks(self, cluster_str, tasks)
        return [one for one in found if one.cluster_name == name]


class DescribeTasksFailures(Patch, of=EC2ContainerServiceResponse):
    """DescribeTasks (Amazon ECS API Reference), failures: a task that there isn't is MISSING; moto's list is
    always empty.
    """

    def describe_tasks(self: Any) -> Any:
        """Add what is missing."""
        answer = DescribeTasksFailures.moto.describe_tasks(self)
        known = {one.id for one in answer.result["tasks"]}
        account = f"{self.ecs_backend.region_name}:{self.ecs_backend.account_id}"
        for name in self._get_param("tasks", []):
            identity = name.rpartition("/")[2]
            if identity not in known:
                arn = name if name.startswith("arn:") else f"arn:aws:ecs:{account}:task/{identity}"
                answer.result["failures"].append({"arn": arn, "reason": "MISSING"})
        return answer
