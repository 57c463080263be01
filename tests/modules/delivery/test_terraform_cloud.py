"""Roles of the runs of Terraform Cloud: who may take them, and that plans read no secret. IAM decides."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from modules.delivery.terraform_cloud.settings import TerraformCloudSettings, WorkspaceSettings
from modules.errors import ProblemsError
from modules.iam.policy import Statement
from tests.iam.simulator import ACCOUNT, Ask, decisions

REGION = "eu-west-1"
HOST = "app.terraform.io"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:shop-dev-environment-AbCdEf"
OTHER = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:other-AbCdEf"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:shop-dev-work"
# As much as somebody may attach, by mistake too.
EVERYTHING = Statement(actions=["*"], resources=["*"], wildcard_reason="a test")
WORKSPACE = WorkspaceSettings(plan=(EVERYTHING,), apply=(EVERYTHING,))
SETTINGS = TerraformCloudSettings(
    organization="acme", project="shop", workspaces={"shop-dev": WORKSPACE, "shop-prod": WORKSPACE}
)

# The policy of a key that leaves it to IAM who may use it, as most do.
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
LEFT_TO_IAM = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": ROOT, "Action": "kms:*", "Resource": "*"}],
}

Json = dict[str, Any]
Roles = dict[str, Json]


@pytest.fixture(scope="module")
def resources(synthesize_module: Callable[..., Json]) -> Callable[[TerraformCloudSettings], Json]:
    """`resources(settings)` gives what the module creates."""

    def made(settings: TerraformCloudSettings) -> Json:
        from modules.delivery import TerraformCloud

        found: Json = synthesize_module(
            lambda stack, context: TerraformCloud(stack, "cloud", context=context, settings=settings)
        )["resource"]
        return found

    return made


def roles(resources: Json) -> Roles:
    """The roles by name."""
    return {one["name"]: one for one in resources["aws_iam_role"].values()}


def policies_of(resources: Json, name: str) -> list[Json]:
    """The policies of a role."""
    (id,) = [key for key, one in resources["aws_iam_role"].items() if one["name"] == name]  # noqa: A001
    inline = resources["aws_iam_role_policy"].values()
    return [json.loads(one["policy"]) for one in inline if one["role"] == f"${{aws_iam_role.{id}.id}}"]


def claims(**changed: str) -> Mapping[str, str]:
    """What a token says: of a plan of `shop-dev`, but for what is changed."""
    parts = {"organization": "acme", "project": "shop", "workspace": "shop-dev", "run_phase": "plan"}
    audience = changed.pop("audience", "aws.workload.identity")
    sub = ":".join(f"{name}:{value}" for name, value in {**parts, **changed}.items())
    return {f"{HOST}:aud": audience, f"{HOST}:sub": sub}


def trusts(role: Json, token: Mapping[str, str]) -> bool:
    """Whether the trust policy holds for a token, by its one statement's conditions."""
    (statement,) = json.loads(role["assume_role_policy"])["Statement"]
    assert statement["Action"] == ["sts:AssumeRoleWithWebIdentity"]
    assert statement["Principal"].keys() == {"Federated"}
    assert statement["Condition"].keys() == {"StringEquals"}, "nothing that takes a wildcard"
    return all(token[key] == value for key, value in statement["Condition"]["StringEquals"].items())


def test_a_workspace_has_a_role_of_plans_and_one_of_applies(resources: Any) -> None:
    found = roles(resources(SETTINGS))
    assert found.keys() == {
        f"shop-test-terraform-shop-{environment}-{phase}"
        for environment in ("dev", "prod")
        for phase in ("plan", "apply")
    }
    (provider,) = resources(SETTINGS)["aws_iam_openid_connect_provider"].values()
    assert (provider["url"], provider["client_id_list"]) == (f"https://{HOST}", ["aws.workload.identity"])


def test_a_role_is_taken_by_its_own_workspace_and_phase_alone(resources: Any) -> None:
    found = roles(resources(SETTINGS))
    tokens = {
        "shop-test-terraform-shop-dev-plan": claims(),
        "shop-test-terraform-shop-dev-apply": claims(run_phase="apply"),
        "shop-test-terraform-shop-prod-plan": claims(workspace="shop-prod"),
        "shop-test-terraform-shop-prod-apply": claims(workspace="shop-prod", run_phase="apply"),
    }
    taken = {
        (name, of) for name, role in found.items() for of, token in tokens.items() if trusts(role, token)
    }
    assert taken == {(name, name) for name in tokens}


@pytest.mark.parametrize(
    "changed",
    [
        {"organization": "acme2"},
        {"project": "Default Project"},
        {"workspace": "shop-dev2"},
        {"run_phase": "plan2"},
        {"audience": "sts.amazonaws.com"},
    ],
)
def test_no_other_token_is_trusted(resources: Any, changed: dict[str, str]) -> None:
    role = roles(resources(SETTINGS))["shop-test-terraform-shop-dev-plan"]
    assert trusts(role, claims())
    assert not trusts(role, claims(**changed))


def may(policies: list[Json], action: str, resource: str, context: Mapping[str, str] | None = None) -> bool:
    """Whether IAM lets who has these policies do it."""
    principal = f"arn:aws:iam::{ACCOUNT}:role/asked"
    ask = Ask(
        principal=principal,
        policies=policies,
        action=action,
        resource=resource,
        context=context or {},
        resource_policy=LEFT_TO_IAM if action.startswith("kms:") else None,
    )
    (said,) = decisions([ask])
    assert said in {"Allowed", "ImplicitlyDenied", "ExplicitlyDenied"}, said
    return said == "Allowed"


def read(secret: str) -> tuple[str, str, dict[str, str]]:
    return "secretsmanager:GetSecretValue", secret, {"secretsmanager:SecretId": secret}


DECRYPT_FOR_SECRETS = ("kms:Decrypt", KEY, {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"})
DECRYPT_FOR_PARAMETERS = ("kms:Decrypt", KEY, {"kms:ViaService": f"ssm.{REGION}.amazonaws.com"})


def test_plans_read_no_secret_whatever_they_are_allowed(resources: Any) -> None:
    plan = policies_of(resources(SETTINGS), "shop-test-terraform-shop-dev-plan")
    assert may(plan, "sqs:GetQueueAttributes", QUEUE)
    for ask in (read(SECRET), DECRYPT_FOR_SECRETS, DECRYPT_FOR_PARAMETERS, ("kms:Decrypt", KEY, {})):
        assert not may(plan, *ask)
    apply = policies_of(resources(SETTINGS), "shop-test-terraform-shop-dev-apply")
    for ask in (read(SECRET), DECRYPT_FOR_SECRETS, DECRYPT_FOR_PARAMETERS):
        assert may(apply, *ask)


def test_plans_read_the_secret_that_is_named_and_no_other(resources: Any) -> None:
    named = replace(WORKSPACE, plan_secrets=(SECRET,))
    made = resources(replace(SETTINGS, workspaces={"shop-dev": named}))
    plan = policies_of(made, "shop-test-terraform-shop-dev-plan")
    assert may(plan, *read(SECRET))
    assert may(plan, *DECRYPT_FOR_SECRETS)
    for ask in (read(OTHER), DECRYPT_FOR_PARAMETERS, ("kms:Decrypt", KEY, {})):
        assert not may(plan, *ask)


def test_policies_of_aws_are_attached(resources: Any) -> None:
    reading = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    workspace = replace(WORKSPACE, plan=(), plan_policies=(reading,))
    made = resources(replace(SETTINGS, workspaces={"shop-dev": workspace}))
    (attached,) = made["aws_iam_role_policy_attachment"].values()
    assert attached["policy_arn"] == reading
    (policy,) = policies_of(made, "shop-test-terraform-shop-dev-plan")
    assert {one["Effect"] for one in policy["Statement"]} == {"Deny"}


def test_a_host_of_one_s_own_is_trusted_by_its_own_claims(resources: Any) -> None:
    made = resources(replace(SETTINGS, hostname="tfe.example.com"))
    (provider,) = made["aws_iam_openid_connect_provider"].values()
    assert provider["url"] == "https://tfe.example.com"
    trust = roles(made)["shop-test-terraform-shop-dev-plan"]["assume_role_policy"]
    assert "tfe.example.com:sub" in trust
    assert HOST not in trust


def test_what_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ProblemsError) as refused:
        TerraformCloudSettings(
            organization="acme:project:other", project="*", hostname="https://tfe.example.com", workspaces={}
        )
    where = [one.where.rpartition(".")[2] for one in refused.value.problems]
    assert where == ["organization", "project", "hostname", "workspaces"]
    with pytest.raises(ProblemsError, match=r"got '\*'; allowed: letters, digits"):
        replace(SETTINGS, workspaces={"*": WORKSPACE})


def test_a_role_without_permissions_and_a_secret_without_a_name_are_refused() -> None:
    with pytest.raises(ProblemsError) as refused:
        WorkspaceSettings(plan_secrets=("*",))
    said = str(refused.value)
    assert "plan: got nothing; allowed: statements or policies; say what plans may do" in said
    assert "apply: got nothing" in said
    assert "plan_secrets: got '*'; allowed: the ARN of a secret" in said
