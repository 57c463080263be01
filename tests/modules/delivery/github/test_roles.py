"""What each role may and may not do, as IAM decides it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from modules.delivery.github.trust import HOST
from tests.iam.simulator import ACCOUNT, BY_IAM, OTHER_TYPE, decisions
from tests.modules.delivery.github.conftest import DEV, STATES
from tests.stacks.iam.arns import REGION, Applied
from tests.stacks.iam.roles import Role, granted

Json = dict[str, Any]


def arn(service: str, resource: str, region: str = REGION) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"


SECRET = arn("secretsmanager", "secret:shop-dev-environment-x-AbCdEf")
OTHER_SECRET = arn("secretsmanager", "secret:blog-dev-environment-x-AbCdEf")
KEY = arn("kms", "key/k")
ROLE = arn("iam", "role/shop-dev-web-task-role", "")
HERE = {"aws:RequestedRegion": REGION}


def may(role: Role, action: str, resource: str, **context: Any) -> bool:
    """Whether a role may, its keys known by `context`, whose `__` stands for a colon."""
    given = {key.replace("__", ":"): value for key, value in context.items()}
    policy = BY_IAM if action.startswith("kms:") else None
    (said,) = decisions([role.ask(action, resource, given, policy)])
    assert said in ("Allowed", "ImplicitlyDenied", "ExplicitlyDenied"), said
    return said == "Allowed"


VALUES = [
    ("secretsmanager:GetSecretValue", SECRET),
    ("secretsmanager:GetSecretValue", OTHER_SECRET),
    ("ssm:GetParameter", arn("ssm", "parameter/shop-dev/PASSWORD")),
    ("ssm:GetParameters", arn("ssm", "parameter/shop-dev/PASSWORD")),
    ("ssm:GetParametersByPath", arn("ssm", "parameter/shop-dev")),
    ("ssm:GetParameterHistory", arn("ssm", "parameter/shop-dev/PASSWORD")),
]
ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.mark.parametrize(("action", "resource"), VALUES)
def test_a_pull_request_reads_no_secret_whatever_is_attached(
    action: str, resource: str, by_name: dict[str, Role]
) -> None:
    role = by_name["pull-request"]
    generous = replace(role, policies=[*role.policies, ANYTHING])
    assert decisions([generous.ask(action, resource, HERE)]) == ["ExplicitlyDenied"]
    assert may(replace(role, policies=[ANYTHING]), action, resource), "the question is a real one"


def test_a_pull_request_decrypts_through_s3_alone(by_name: dict[str, Role]) -> None:
    role = by_name["pull-request"]
    generous = replace(role, policies=[*role.policies, ANYTHING])
    for service in ("secretsmanager", "ssm", "rds"):
        assert not may(generous, "kms:Decrypt", KEY, kms__ViaService=f"{service}.{REGION}.amazonaws.com")
    assert not may(generous, "kms:Decrypt", KEY)
    assert may(generous, "kms:Decrypt", KEY, kms__ViaService=f"s3.{REGION}.amazonaws.com")


def test_a_pull_request_reads_states_and_changes_nothing(by_name: dict[str, Role]) -> None:
    allowed = {
        action
        for policy in by_name["pull-request"].policies
        for statement in policy["Statement"]
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
    }
    assert allowed == {"s3:GetObject", "secretsmanager:GetRandomPassword"}


def test_the_nightly_role_reads_secrets_of_the_stacks_alone(by_name: dict[str, Role], stack: Json) -> None:
    role = by_name["nightly"]
    assert may(role, "secretsmanager:GetSecretValue", SECRET)
    assert not may(role, "secretsmanager:GetSecretValue", OTHER_SECRET)
    assert not may(role, "secretsmanager:PutSecretValue", SECRET)
    via = f"secretsmanager.{REGION}.amazonaws.com"
    own = {"kms__ViaService": via, "kms__ResourceAliases": ["alias/shop-prod-environment-secret"]}
    assert may(role, "kms:Decrypt", KEY, **own)
    assert not may(role, "kms:Decrypt", KEY, **{**own, "kms__ResourceAliases": ["alias/blog-dev-secret"]})
    (attached,) = stack["resource"]["aws_iam_role_policy_attachment"].values()
    assert attached["policy_arn"].endswith(":iam::aws:policy/ReadOnlyAccess")


RELEASING = [
    ("ecs:UpdateService", arn("ecs", "service/shop-dev/shop-dev-web-service")),
    ("ecs:RegisterTaskDefinition", arn("ecs", "task-definition/shop-dev-web-task:1")),
    ("ecs:RunTask", arn("ecs", "task-definition/shop-dev-web-task:1")),
    ("ecs:StopTask", arn("ecs", "task/shop-dev/1")),
    ("ecs:StopServiceDeployment", arn("ecs", "service-deployment/shop-dev/shop-dev-web-service/1")),
    ("ecs:DescribeTaskDefinition", "*"),
    ("ecr:PutImage", arn("ecr", "repository/shop-dev-web")),
    ("ecr:PutImage", arn("ecr", "repository/shop-test-cache-shop-dev")),
    ("ssm:PutParameter", arn("ssm", "parameter/shop-dev/web/image")),
    ("logs:FilterLogEvents", arn("logs", "log-group:/ecs/shop-dev/web")),
    ("s3:PutObject", f"arn:aws:s3:::shop-dev-website-{ACCOUNT}-eu-west-1/index.html"),
    ("cloudfront:CreateInvalidation", arn("cloudfront", "distribution/E1", "")),
    ("cloudfront:GetFunction", arn("cloudfront", "function/shop-dev-website-viewer-request", "")),
]


@pytest.mark.parametrize(("action", "resource"), RELEASING)
def test_a_release_does_its_steps_and_those_of_no_other_stack(
    action: str, resource: str, by_name: dict[str, Role]
) -> None:
    assert may(by_name["shop-dev-release"], action, resource, aws__RequestedRegion=REGION)
    service, other = action.partition(":")[0], resource.replace("shop-dev", "blog-dev")
    # Stacks of one product may share its repositories.
    if other != resource and service != "ecr":
        assert not may(by_name["shop-dev-release"], action, other, aws__RequestedRegion=REGION)
    assert not may(by_name["pull-request"], action, resource, aws__RequestedRegion=REGION)


def passes(role: Role, resource: str, service: str) -> bool:
    return may(role, "iam:PassRole", resource, iam__PassedToService=f"{service}.amazonaws.com")


def test_a_release_pushes_to_no_other_product(by_name: dict[str, Role]) -> None:
    assert not may(by_name["shop-dev-release"], "ecr:PutImage", arn("ecr", "repository/blog-web"))


def test_a_release_passes_the_roles_of_tasks_to_tasks(by_name: dict[str, Role]) -> None:
    role = by_name["shop-dev-release"]
    assert passes(role, ROLE, "ecs-tasks")
    assert passes(role, arn("iam", "role/shop-dev-web-execution-role", ""), "ecs-tasks")
    assert not passes(role, ROLE, "lambda")
    assert not passes(role, arn("iam", "role/shop-dev-pipeline-role", ""), "ecs-tasks")
    assert not passes(role, arn("iam", "role/shop-prod-web-task-role", ""), "ecs-tasks")


@pytest.mark.parametrize(("action", "resource"), VALUES[:2])
def test_a_release_reads_no_secret(action: str, resource: str, by_name: dict[str, Role]) -> None:
    assert not may(by_name["shop-dev-release"], action, resource)
    password = arn("ssm", "parameter/shop-dev/PASSWORD")
    assert not may(by_name["shop-dev-release"], "ssm:GetParameters", password)


def test_an_apply_reaches_roles_secrets_parameters_and_buckets_by_its_names(by_name: dict[str, Role]) -> None:
    role = by_name["shop-dev-apply"]
    for action, resource in (
        ("iam:PutRolePolicy", ROLE),
        ("secretsmanager:GetSecretValue", SECRET),
        ("ssm:PutParameter", arn("ssm", "parameter/shop-dev/PASSWORD")),
        ("s3:PutBucketPolicy", "arn:aws:s3:::shop-dev-website-1"),
    ):
        assert may(role, action, resource)
        assert not may(role, action, resource.replace("shop-dev", "shop-prod"))
    assert passes(role, ROLE, "ecs-tasks")
    assert not passes(role, ROLE, "ec2")
    assert not passes(role, arn("iam", "role/shop-prod-web-task-role", ""), "ecs-tasks")


def test_an_apply_stays_in_the_regions_of_its_stack(by_name: dict[str, Role]) -> None:
    role = by_name["shop-dev-apply"]
    for region in (REGION, "eu-central-1", "us-east-1"):
        assert may(role, "ec2:CreateVpc", arn("ec2", "vpc/*", region), aws__RequestedRegion=region)
    assert not may(role, "ec2:CreateVpc", arn("ec2", "vpc/*", "us-west-2"), aws__RequestedRegion="us-west-2")


def test_an_apply_changes_neither_deployers_nor_who_is_trusted_nor_the_states_key(
    by_name: dict[str, Role],
) -> None:
    role = by_name["shop-dev-apply"]
    generous = replace(role, policies=[*role.policies, ANYTHING])
    for other in by_name.values():
        for action in ("iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy"):
            assert not may(generous, action, other.arn)
    provider = arn("iam", f"oidc-provider/{HOST}", "")
    for action in ("iam:DeleteOpenIDConnectProvider", "iam:AddClientIDToOpenIDConnectProvider"):
        assert not may(role, action, provider)
    assert not may(role, "iam:CreateUser", arn("iam", "user/x", ""))
    states = {"kms__ResourceAliases": ["alias/states"]}
    assert not may(role, "kms:ScheduleKeyDeletion", KEY, **states)
    assert may(role, "kms:ScheduleKeyDeletion", KEY, kms__ResourceAliases=["alias/shop-dev-alarms"])


BOUNDARY = arn("iam", "policy/shop-boundary", "")
TO_A_ROLE = [
    "CreateRole",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "AttachRolePolicy",
    "DeleteRolePolicy",
]


@pytest.mark.parametrize("action", TO_A_ROLE)
def test_an_apply_with_a_boundary_gives_nothing_to_a_role_without_it(
    action: str, by_name: dict[str, Role]
) -> None:
    role, own = by_name["shop-prod-apply"], ROLE.replace("shop-dev", "shop-prod")
    assert may(role, f"iam:{action}", own, iam__PermissionsBoundary=BOUNDARY)
    assert not may(role, f"iam:{action}", own)
    assert not may(role, f"iam:{action}", own, iam__PermissionsBoundary=f"{BOUNDARY}-of-mine")
    if action != "PutRolePermissionsBoundary":
        assert may(by_name["shop-dev-apply"], f"iam:{action}", ROLE), "a stack that asks for none has none"


def test_an_apply_neither_takes_the_boundary_away_nor_changes_it(by_name: dict[str, Role]) -> None:
    role, own = by_name["shop-prod-apply"], ROLE.replace("shop-dev", "shop-prod")
    held = {"iam__PermissionsBoundary": BOUNDARY}
    assert not may(role, "iam:DeleteRolePermissionsBoundary", own, **held)
    for action in ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy"):
        assert not may(role, action, BOUNDARY)


def test_a_bounded_role_changes_no_identity_and_reads_no_state(by_name: dict[str, Role], stack: Json) -> None:
    (policy,) = stack["resource"]["aws_iam_policy"].values()
    assert policy["name"] == "shop-boundary"
    document = Applied("small", stack).document(policy["policy"])
    bounded = Role(name="bounded", arn=ROLE, policies=[ANYTHING, document])
    assert may(bounded, "sqs:SendMessage", arn("sqs", "shop-dev-orders"))
    assert may(bounded, "iam:PassRole", ROLE), "as pipelines and backups do"
    for action, resource in (
        ("iam:CreateRole", ROLE),
        ("iam:AttachRolePolicy", ROLE),
        ("iam:DeleteRolePermissionsBoundary", ROLE),
        ("iam:CreateUser", arn("iam", "user/x", "")),
        ("iam:CreateAccessKey", arn("iam", "user/x", "")),
        ("iam:CreatePolicyVersion", BOUNDARY),
        ("sts:AssumeRole", by_name["shop-prod-apply"].arn),
        ("s3:GetObject", f"{STATES}/shop-dev/terraform.tfstate"),
        ("s3:PutBucketPolicy", STATES),
    ):
        assert not may(bounded, action, resource), action


def test_what_the_policies_grant_exists(by_name: dict[str, Role]) -> None:
    """But for whole services, whose actions the simulator does not take by pattern."""
    keys = [arn("kms", "key/*", region) for region in DEV.regions]
    asks = [
        ask
        for role in by_name.values()
        for ask in granted(allowing(role), dict.fromkeys([*keys, "*"], BY_IAM))
        if not ask.action.endswith(":*")
    ]
    decided = zip(asks, decisions(asks), strict=True)
    refused = {
        (ask.action, ask.resource, said) for ask, said in decided if said not in ("Allowed", OTHER_TYPE)
    }
    assert refused == set()


def allowing(role: Role) -> Role:
    """The role without its denials, which are asked about above."""
    policies = [
        {**policy, "Statement": [one for one in policy["Statement"] if one["Effect"] == "Allow"]}
        for policy in role.policies
    ]
    return replace(role, policies=policies)
