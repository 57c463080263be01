"""What every role can do and what it cannot, as IAM decides it: what it needs, and nothing of a neighbour."""

from __future__ import annotations

import pytest

from stacks.catalogue import catalogue
from tests.iam.simulator import OTHER_TYPE, Ask, decisions
from tests.stacks.iam.arns import Applied, Json
from tests.stacks.iam.roles import Needs, Role, container_roles, granted, roles

# The older name of codeconnections:UseConnection, with which older clients call (Developer Tools console user
# guide, "Connections resource ARN"); a resource of the newer name fits the newer action alone.
OLDER_NAMES = {"codestar-connections:UseConnection"}
# What deployers may do is tested in tests/stacks/account/.
WITH_ROLES = [name for name in catalogue() if not name.startswith(("account", "state-backend"))]


@pytest.fixture(scope="session")
def applied(stacks: dict[str, Json]) -> dict[str, Applied]:
    return {name: Applied(name, stack) for name, stack in stacks.items() if name != "account"}


@pytest.fixture(scope="session")
def all_roles(applied: dict[str, Applied]) -> list[Role]:
    return [role for stack in applied.values() for role in roles(stack).values()]


@pytest.fixture(scope="session")
def needs(applied: dict[str, Applied]) -> dict[str, Needs]:
    """What the roles of every stack need, from the task definitions."""
    found = [container_roles(stack) for stack in applied.values()]
    return {arn: needed for stack in found for arn, needed in stack.items()}


@pytest.mark.parametrize("name", WITH_ROLES)
def test_what_a_policy_grants_exists_and_is_allowed(name: str, applied: dict[str, Applied]) -> None:
    keys = applied[name].key_policies()
    asks = [
        ask
        for role in roles(applied[name]).values()
        for ask in granted(role, keys)
        if ask.action not in OLDER_NAMES
    ]
    decided = list(zip(asks, decisions(asks), strict=True))
    # A statement may name resources of several types: each action fits one, and each resource an action.
    refused = {
        (ask.action, ask.resource, said) for ask, said in decided if said not in ("Allowed", OTHER_TYPE)
    }
    assert refused == set()
    for part in ("action", "resource"):
        fitting = {(ask.principal, getattr(ask, part)) for ask, said in decided if said == "Allowed"}
        assert {(ask.principal, getattr(ask, part)) for ask in asks} == fitting


def allowed(asks: list[Ask]) -> set[tuple[str, str]]:
    """The principals and resources of the questions that IAM answers with yes."""
    return {
        (ask.principal, ask.resource)
        for ask, decision in zip(asks, decisions(asks), strict=True)
        if decision == "Allowed"
    }


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("secrets", "secretsmanager:GetSecretValue"),
        ("parameters", "ssm:GetParameters"),
        ("repositories", "ecr:BatchGetImage"),
    ],
)
def test_a_role_reads_what_its_containers_use_and_nothing_of_another(
    kind: str, action: str, all_roles: list[Role], needs: dict[str, Needs]
) -> None:
    things = {thing for needed in needs.values() for thing in getattr(needed, kind)}
    assert len(things) > 1
    # What a pipeline may do is tested with its module.
    asks = [role.ask(action, thing) for role in all_roles if "-pipeline-" not in role.arn for thing in things]
    expected = {(arn, thing) for arn, needed in needs.items() for thing in getattr(needed, kind)}
    assert allowed(asks) == expected


def test_a_role_writes_to_its_own_log_group(all_roles: list[Role], needs: dict[str, Needs]) -> None:
    streams = {f"{group}:log-stream:x" for needed in needs.values() for group in needed.log_groups}
    asks = [role.ask("logs:PutLogEvents", stream) for role in all_roles for stream in streams]
    expected = {
        (arn, f"{group}:log-stream:x") for arn, needed in needs.items() for group in needed.log_groups
    }
    assert allowed(asks) == expected


def test_the_key_of_a_secret_decrypts_through_secrets_manager_alone(applied: dict[str, Applied]) -> None:
    plain: list[Ask] = []
    through: list[Ask] = []
    for stack in applied.values():
        via = {"kms:ViaService": f"secretsmanager.{stack.region}.amazonaws.com"}
        keys = {arn: policy for arn, policy in stack.key_policies().items() if arn in stack.keys_of_secrets()}
        for role in roles(stack).values():
            plain += [role.ask("kms:Decrypt", arn, policy=policy) for arn, policy in keys.items()]
            through += [role.ask("kms:Decrypt", arn, via, policy=policy) for arn, policy in keys.items()]
    readers = {
        arn for stack in applied.values() for arn, need in container_roles(stack).items() if need.secrets
    }
    assert allowed(plain) == set()
    assert {principal for principal, _ in allowed(through)} == readers


def test_a_role_decrypts_the_parameters_that_its_containers_use_and_no_other(
    applied: dict[str, Applied],
) -> None:
    decrypted: set[tuple[str, str]] = set()
    expected: set[tuple[str, str]] = set()
    for stack in applied.values():
        encrypted = {
            stack.arn("aws_ssm_parameter", name): stack.resolved(body["key_id"])
            for name, body in stack.of_type("aws_ssm_parameter").items()
            if "key_id" in body
        }
        expected |= {
            (arn, one)
            for arn, need in container_roles(stack).items()
            for one in need.parameters & encrypted.keys()
        }
        for one, key in encrypted.items():
            context = {
                "kms:ViaService": f"ssm.{stack.region}.amazonaws.com",
                "kms:EncryptionContext:PARAMETER_ARN": one,
            }
            policy = stack.key_policies().get(key)
            asks = [role.ask("kms:Decrypt", key, context, policy) for role in roles(stack).values()]
            decrypted |= {(principal, one) for principal, _ in allowed(asks)}
    assert expected
    assert decrypted == expected


@pytest.mark.parametrize(
    "action",
    ["iam:PassRole", "iam:PutRolePolicy", "sts:AssumeRole", "kms:ScheduleKeyDeletion", "s3:DeleteBucket"],
)
def test_no_role_can_gain_more_or_destroy(
    action: str, all_roles: list[Role], applied: dict[str, Applied]
) -> None:
    kinds = {"iam": "aws_iam_role", "sts": "aws_iam_role", "kms": "aws_kms_key", "s3": "aws_s3_bucket"}
    kind = kinds[action.partition(":")[0]]
    resources = [stack.arn(kind, name) for stack in applied.values() for name in stack.of_type(kind)]
    assert resources
    asks = [role.ask(action, resource) for role in all_roles for resource in resources]
    assert allowed(asks) == set()
