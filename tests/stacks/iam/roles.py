"""The roles of a stack: what their policies allow, and what the containers that have them need."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.iam.simulator import Ask, Context
from tests.stacks.iam.arns import Applied, Json
from tests.stacks.synthesized import listed

_SECRET = re.compile(
    r"\$\{(?:aws_(?:secretsmanager_secret|rds_cluster)\.[^}]*arn|one\(data\.aws_secretsmanager_secrets\.[^}]*)\}"
)


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role, and the policies that its stack gives it."""

    name: str
    arn: str
    policies: list[Json] = field(default_factory=list)

    def ask(self, action: str, resource: str, context: Context | None = None, policy: Any = None) -> Ask:
        """The question whether it may."""
        return Ask(
            principal=self.arn,
            policies=self.policies,
            action=action,
            resource=resource,
            context=context or {},
            resource_policy=policy,
        )


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What ECS and the containers do with a role: read secrets, pull images, write logs. ARNs."""

    secrets: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    repositories: frozenset[str] = frozenset()
    log_groups: frozenset[str] = frozenset()


def roles(applied: Applied) -> dict[str, Role]:
    """The roles of a stack by ARN, with their policies."""
    found: dict[str, Role] = {}
    for name in applied.of_type("aws_iam_role"):
        arn = applied.arn("aws_iam_role", name)
        found[arn] = Role(name=f"{applied.name}/{name}", arn=arn)
    for body in applied.of_type("aws_iam_role_policy").values():
        role = applied.resolved(body["role"])
        (owner,) = [each for each in found.values() if each.arn.endswith(f":role/{role}")]
        owner.policies.append(applied.document(body["policy"]))
    return found


def granted(role: Role, keys: dict[str, Json]) -> Iterator[Ask]:
    """A question for each action and resource that a statement allows, with its conditions met."""
    for policy in role.policies:
        for statement in policy["Statement"]:
            assert statement["Effect"] == "Allow"
            context = _meeting(statement.get("Condition", {}))
            for action in listed(statement["Action"]):
                for resource in listed(statement["Resource"]):
                    yield role.ask(action, _concrete(resource), context, keys.get(resource))


def container_roles(applied: Applied) -> dict[str, Needs]:
    """The roles of task definitions by ARN, with what their containers need."""
    found: dict[str, Needs] = {}
    for body in applied.of_type("aws_ecs_task_definition").values():
        containers = json.loads(body["container_definitions"])
        injected = {
            ":".join(applied.resolved(secret["valueFrom"]).split(":")[:7])
            for container in containers
            for secret in container.get("secrets", ())
        }
        parameters = frozenset(one for one in injected if ":ssm:" in one)
        found[applied.resolved(body["execution_role_arn"])] = Needs(
            secrets=frozenset(injected) - parameters,
            parameters=parameters,
            repositories=frozenset(_repositories(applied, containers)),
            log_groups=frozenset(_log_group(applied, container) for container in containers),
        )
        # A task reads the secrets whose ARNs it is given.
        found[applied.resolved(body["task_role_arn"])] = Needs(
            secrets=frozenset(
                applied.resolved(variable["value"])
                for container in containers
                for variable in container.get("environment", ())
                if _SECRET.fullmatch(variable["value"])
            )
        )
    return found


def _repositories(applied: Applied, containers: list[Json]) -> Iterator[str]:
    # {account}.dkr.ecr.{region}.amazonaws.com/{repository}:{tag}; other registries ask no role.
    for container in containers:
        host, _, rest = applied.resolved(container["image"]).partition("/")
        if ".dkr.ecr." in host:
            account, _, _, region, *_ = host.split(".")
            name = rest.partition("@")[0].partition(":")[0]
            yield f"arn:aws:ecr:{region}:{account}:repository/{name}"


def _log_group(applied: Applied, container: Json) -> str:
    options = container["logConfiguration"]["options"]
    region, name = options["awslogs-region"], applied.resolved(options["awslogs-group"])
    return next(
        applied.arn("aws_cloudwatch_log_group", each)
        for each, body in applied.of_type("aws_cloudwatch_log_group").items()
        if applied.resolved(body["name"]) == name and region
    )


def _meeting(conditions: dict[str, dict[str, Any]]) -> Context:
    """Values that meet the conditions of an Allow statement."""
    context: dict[str, str | list[str]] = {}
    for operator, tests in conditions.items():
        for key, value in tests.items():
            if operator.startswith("For"):
                context[key] = listed(value)
            elif operator != "Null":
                # One of the values that the statement allows.
                context[key] = listed(value)[0]
    return {key: _concrete(value) if isinstance(value, str) else value for key, value in context.items()}


def _concrete(pattern: str) -> str:
    if ":log-group:" in pattern and pattern.endswith(":*"):
        return f"{pattern[:-1]}log-stream:x"
    return pattern if pattern == "*" else pattern.replace("*", "x")
