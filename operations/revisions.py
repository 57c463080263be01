"""Revisions of task definitions in ECS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]


def active_revisions(ecs: Any, family: str) -> Iterator[str]:
    """The active revisions of a family, latest first; to ECS, `familyPrefix` is the whole name."""
    pages = ecs.get_paginator("list_task_definitions").paginate(
        familyPrefix=family, status="ACTIVE", sort="DESC"
    )
    arns = [arn for page in pages for arn in page["taskDefinitionArns"]]
    own = [arn for arn in arns if arn.rpartition("/")[2].rpartition(":")[0] == family]
    return iter(sorted(own, key=number_of, reverse=True))


def described(ecs: Any, name: str) -> Json:
    """A revision and its tags, as ECS describes them; by a family alone, its latest active one."""
    answer: Json = ecs.describe_task_definition(taskDefinition=name, include=["TAGS"])
    return answer


def registrable(ecs: Any, answer: Json) -> dict[str, Any]:
    """What is described, as RegisterTaskDefinition takes it.

    What can be registered is asked of botocore: a description has more, such as the revision, and a list that
    is typed here would lack the next field that AWS adds.
    """
    known = ecs.meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
    found = {name: value for name, value in answer["taskDefinition"].items() if name in known}
    return found | ({"tags": answer["tags"]} if answer.get("tags") else {})


def number_of(arn: str) -> int:
    """The number of a revision, by its ARN."""
    return int(arn.rpartition(":")[2])
