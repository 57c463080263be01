"""ECS, Cloud Map and CloudWatch."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aws_emulator.strict.conflicts.rules import Account, Conflict, Parameters


def _detached_target_groups(parameters: Parameters, account: Account) -> Iterator[str]:
    elbv2 = account("elbv2")
    for target in parameters.get("loadBalancers") or ():
        arn = target.get("targetGroupArn")
        if arn and not elbv2._any_listener_using(arn):  # noqa: SLF001 - moto's own question
            yield f"the target group {arn} has no associated load balancer"


def _services_of_cluster(parameters: Parameters, account: Account) -> Iterator[str]:
    name = parameters["cluster"].rpartition("/")[2]
    for service in account("ecs").services.values():
        if service.cluster_name == name and service.status != "INACTIVE":
            yield f"service {service.name} is {service.status}"


def _services_of_namespace(parameters: Parameters, account: Account) -> Iterator[str]:
    for service in account("servicediscovery").services.values():
        if service.namespace_id == parameters["Id"]:
            yield f"service {service.name} is in it"


def _missing_children(parameters: Parameters, account: Account) -> Iterator[str]:
    alarms = account("cloudwatch").alarms
    for name in _alarms_in(parameters["AlarmRule"]):
        if name not in alarms:
            yield f"alarm {name} in the alarm rule does not exist"


def _alarms_in(rule: str) -> list[str]:
    named = ("".join(found) for found in _STATES.findall(rule))
    return [name.rpartition(":alarm:")[2] for name in named]


# ALARM("name"), OK(name), by name or ARN.
_STATES = re.compile(r"\b(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*(?:\"([^\"]+)\"|'([^']+)'|([^)\s]+))\s*\)")
CONFLICTS = (
    Conflict(
        service="cloudwatch",
        operation="PutCompositeAlarm",
        code="ValidationError",
        source="Amazon CloudWatch User Guide, Create a composite alarm: of alarms that exist",
        reasons=_missing_children,
    ),
    Conflict(
        service="ecs",
        operation="CreateService",
        code="InvalidParameterException",
        source="Amazon ECS Developer Guide, Service event messages: a target group of a load balancer",
        reasons=_detached_target_groups,
    ),
    Conflict(
        service="ecs",
        operation="DeleteCluster",
        code="ClusterContainsServicesException",
        source="Amazon ECS API Reference, DeleteCluster",
        reasons=_services_of_cluster,
    ),
    Conflict(
        service="servicediscovery",
        operation="DeleteNamespace",
        code="ResourceInUse",
        source="AWS Cloud Map API Reference, DeleteNamespace",
        reasons=_services_of_namespace,
    ),
)
