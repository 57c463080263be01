"""IAM policies of every stack as they ship: least privilege, said once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from stacks.catalogue import catalogue
from tests.stacks.synthesized import listed

Json = dict[str, Any]
# What takes no narrower resource; each statement's reason stands where it is made (`wildcard_reason`).
WITHOUT_RESOURCE = {
    "cloudwatch:PutMetricData",
    "ecr:GetAuthorizationToken",
    "ecs:DeregisterTaskDefinition",
    "ecs:DescribeTaskDefinition",
    "logs:DescribeLogGroups",
    "secretsmanager:GetRandomPassword",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
}


def statements(stack: Json) -> Iterator[tuple[str, Json]]:
    """Every statement of what roles may do, with the address of its policy."""
    for kind in ("aws_iam_role_policy", "aws_iam_policy"):
        for name, body in stack["resource"].get(kind, {}).items():
            for statement in json.loads(body["policy"])["Statement"]:
                yield f"{kind}.{name}", statement


# What deployers may do is tested with their module and their stack: Terraform needs whole services. Stacks of
# an account's other regions have no roles but those of functions, which CloudFormation creates.
@pytest.mark.parametrize("name", [name for name, one in catalogue().items() if not one.governs])
def test_roles_may_do_what_is_named_on_what_is_named(name: str, stacks: dict[str, Json]) -> None:
    found = list(statements(stacks[name]))
    assert found
    for address, statement in found:
        actions, resources = listed(statement["Action"]), listed(statement["Resource"])
        assert not [action for action in actions if action.endswith("*")], address
        if "*" in resources:
            assert set(actions) <= WITHOUT_RESOURCE, address


@pytest.mark.parametrize(
    "name", [name for name, one in catalogue().items() if not one.governs or name == "account"]
)
def test_nothing_is_said_twice(name: str, stacks: dict[str, Json]) -> None:
    found = list(statements(stacks[name]))
    assert found
    for address, statement in found:
        for element in ("Action", "Resource"):
            values = listed(statement[element])
            assert len(values) == len(set(values)), address


@pytest.mark.parametrize("name", list(catalogue()))
def test_every_log_group_forgets_and_every_bucket_is_private(name: str, stacks: dict[str, Json]) -> None:
    resources = stacks[name]["resource"]
    groups = resources.get("aws_cloudwatch_log_group", {})
    assert all(group.get("retention_in_days", 0) > 0 for group in groups.values())
    buckets = resources.get("aws_s3_bucket", {})
    assert groups or buckets
    for protection in ("public_access_block", "server_side_encryption_configuration"):
        assert len(resources.get(f"aws_s3_bucket_{protection}", {})) == len(buckets), protection
