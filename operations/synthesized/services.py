"""The ECS services of a synthesized stack: what commands need to deploy, watch and reach them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from modules.terraform_json import blocks
from operations.synthesized.stack import SynthesizedStack
from operations.synthesized.stack_json import Json

_SERVICE_TAG = "Service"


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container of a task definition."""

    name: str
    image: str  # as the JSON has it; a reference of a parameter where a deployment chooses the image
    image_parameter: str | None  # the parameter of Systems Manager that holds the deployed image
    log_group: str
    log_stream_prefix: str
    definition: Json  # as the container definitions have it

    def log_stream(self, task: str) -> str:
        """The log stream of this container in a task, by the task's ARN or id.

        ECS developer guide, "Send Amazon ECS logs to CloudWatch": prefix-name/container-name/ecs-task-id.
        """
        return f"{self.log_stream_prefix}/{self.name}/{task.rpartition('/')[2]}"


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service, by the names that AWS knows."""

    service: str  # the short name, such as api
    name: str
    cluster: str
    family: str
    task_definition: Json
    definition: Json  # the arguments of aws_ecs_service
    containers: tuple[Container, ...]
    alarms: tuple[str, ...] = ()  # a deployment is rolled back when one of them rings
    addresses: tuple[str, ...] = field(default=())  # https://host/path of the health check, from outside

    @property
    def container(self) -> Container:
        """The container of the service's own program."""
        return next((one for one in self.containers if one.name == self.service), self.containers[0])

    @property
    def desired_count(self) -> int:
        """How many tasks it starts with; scaling may have changed it since."""
        return int(self.definition["desired_count"])


def services(stack: SynthesizedStack) -> dict[str, Service]:
    """The services of a stack, by short name, in order of their names."""
    bodies = stack.resources("aws_ecs_service").values()
    found = [_service(stack, body) for body in bodies]
    return {one.service: one for one in sorted(found, key=lambda one: one.service)}


def _service(stack: SynthesizedStack, body: Json) -> Service:
    task = stack.resource(body["task_definition"])
    containers = tuple(_container(stack, one) for one in json.loads(task["container_definitions"]))
    return Service(
        service=body["tags"][_SERVICE_TAG],
        name=stack.value(body["name"]),
        cluster=stack.value(stack.resource(body["cluster"])["name"]),
        family=stack.value(task["family"]),
        task_definition=task,
        definition=body,
        containers=containers,
        alarms=tuple(stack.resource(one)["alarm_name"] for one in _alarms(body)),
        addresses=tuple(_addresses(stack, body)),
    )


def _alarms(body: Json) -> list[str]:
    found = blocks(body.get("alarms"))
    names: list[str] = found[0]["alarm_names"] if found else []
    return names


def _container(stack: SynthesizedStack, definition: Mapping[str, Any]) -> Container:
    options = definition.get("logConfiguration", {}).get("options", {})
    image = str(definition["image"])
    parameter = stack.resource(image)
    return Container(
        name=definition["name"],
        image=image,
        image_parameter=parameter.get("name"),
        log_group=stack.value(options.get("awslogs-group", "")),
        log_stream_prefix=options.get("awslogs-stream-prefix", ""),
        definition=definition,
    )


def _addresses(stack: SynthesizedStack, body: Json) -> Iterator[str]:
    """Where the load balancer's health check is reached from outside, for each host of the service.

    The name that AWS gives to the load balancer is none: the health check of a failover asks it.
    """
    targets = [one["target_group_arn"] for one in blocks(body.get("load_balancer"))]
    for rule in stack.resources("aws_lb_listener_rule").values():
        if not any(action.get("target_group_arn") in targets for action in blocks(rule["action"])):
            continue
        path = blocks(stack.resource(targets[0])["health_check"])[0].get("path", "/")
        for condition in blocks(rule["condition"]):
            for host in blocks(condition.get("host_header")):
                yield from (f"https://{name}{path}" for name in host["values"] if "${" not in name)
