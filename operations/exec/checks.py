"""What ECS Exec needs, each with what to do where it lacks.

Source of each, where no other is named: ECS developer guide, "Monitor Amazon ECS containers with ECS Exec".
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modules.errors import Problem, refusal

Json = Mapping[str, Any]
PLUGIN = "session-manager-plugin"
# Where the agent writes; with a read-only root filesystem it fails as TargetNotConnected (aws-cli#6070).
_WRITTEN = ("/managed-agents", "/var/lib/amazon", "/var/log/amazon")
_ACTIONS = tuple(
    f"ssmmessages:{name}"
    for name in ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
)
_AGENT = "ExecuteCommandAgent"


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a session would open in."""

    where: str
    service: Json
    task: Json
    definition: Json
    container: str

    @property
    def described(self) -> Json:
        """The container, as the task has it."""
        return next((one for one in self.task["containers"] if one["name"] == self.container), {})


def plugin() -> Iterator[Problem]:
    """The plugin is installed."""
    if shutil.which(PLUGIN) is None:
        yield _problem(
            "this machine",
            f"no {PLUGIN} in PATH",
            "the plugin of Session Manager",
            "install it: https://docs.aws.amazon.com/systems-manager/latest/userguide/"
            "session-manager-working-with-install-plugin.html",
        )


def enabled(target: Target) -> Iterator[Problem]:
    """It is enabled, for the service and for this task."""
    if not target.service.get("enableExecuteCommand"):
        fix = "set exec_enabled=True in the service's settings, apply, and deploy it anew"
        yield _problem(target.where, "enableExecuteCommand false", "true", fix)
    elif not target.task.get("enableExecuteCommand"):
        fix = "deploy the service anew: tasks that started before it was enabled never get it"
        yield _problem(target.where, "a task that started without it", "one that started with it", fix)


def definition(target: Target) -> Iterator[Problem]:
    """The container has an init process, and the agent can write."""
    own: Json = next(
        (one for one in target.definition["containerDefinitions"] if one["name"] == target.container), {}
    )
    if not (own.get("linuxParameters") or {}).get("initProcessEnabled"):
        fix = "set it in the container definition, or processes of sessions stay behind"
        yield _problem(target.where, "initProcessEnabled false", "true", fix)
    mounted = {one.get("containerPath") for one in own.get("mountPoints") or ()}
    if own.get("readonlyRootFilesystem") and (missing := [one for one in _WRITTEN if one not in mounted]):
        fix = "mount volumes there, as modules/compute/service does, or make the filesystem writable"
        got = f"a read-only root filesystem without volumes at {', '.join(missing)}"
        yield _problem(target.where, got, "somewhere for the agent to write", fix)


def agent(target: Target) -> Iterator[Problem]:
    """The agent of the container runs."""
    if not target.task.get("enableExecuteCommand"):
        return  # there is none, which `enabled` says
    agents = {one["name"]: one for one in target.described.get("managedAgents") or ()}
    status = agents.get(_AGENT, {}).get("lastStatus", "absent")
    if status != "RUNNING":
        reason = agents.get(_AGENT, {}).get("reason")
        got = f"an agent that is {status}" + (f" ({reason})" if reason else "")
        fix = "wait half a minute; if it stays so, look at the role, the network and the filesystem"
        yield _problem(target.where, got, "RUNNING", fix)


def role(target: Target, iam: Any) -> Iterator[Problem]:
    """The task role may open channels. Without permission to ask, nothing is said."""
    arn = target.definition.get("taskRoleArn")
    if not arn:
        yield _problem(
            target.where, "no task role", "one with ssmmessages", "set a task role with exec enabled"
        )
        return
    try:
        answer = iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=list(_ACTIONS))
    except iam.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException"):
            return
        raise
    denied = [
        one["EvalActionName"] for one in answer["EvaluationResults"] if one["EvalDecision"] != "allowed"
    ]
    if denied:
        name = arn.rpartition("/")[2]
        yield _problem(
            f"role {name}", f"no {', '.join(denied)}", "all four", "apply the stack: it grants them"
        )


def network(target: Target, ec2: Any) -> Iterator[Problem]:
    """The subnets have a way out, or the network an endpoint of ssmmessages."""
    subnets = target.service["networkConfiguration"]["awsvpcConfiguration"]["subnets"]
    found = ec2.describe_subnets(SubnetIds=subnets)["Subnets"]
    networks = sorted({one["VpcId"] for one in found})
    kinds = [{"Name": "vpc-id", "Values": networks}]
    endpoints = ec2.describe_vpc_endpoints(Filters=kinds)["VpcEndpoints"]
    if any(one["ServiceName"].endswith(".ssmmessages") for one in endpoints):
        return
    tables = ec2.describe_route_tables(Filters=kinds)["RouteTables"]
    closed = [one["SubnetId"] for one in found if not _leads_out(tables, one["SubnetId"])]
    if closed:
        got = f"no way out of {', '.join(closed)}, and no endpoint of ssmmessages"
        fix = "add ssmmessages to the endpoints of the network's settings, or NAT gateways"
        yield _problem(target.where, got, "one of them", fix)


def _leads_out(tables: list[Json], subnet: str) -> bool:
    def of(table: Json) -> bool:
        return any(one.get("SubnetId") == subnet for one in table["Associations"])

    def main(table: Json) -> bool:
        return any(one.get("Main") for one in table["Associations"])

    own = [one for one in tables if of(one)] or [one for one in tables if main(one)]
    return any(route.get("DestinationCidrBlock") == "0.0.0.0/0" for one in own for route in one["Routes"])


def _problem(where: str, got: str, allowed: str, fix: str) -> Problem:
    return Problem(where=where, what=refusal(got=got, allowed=allowed, fix=fix))
