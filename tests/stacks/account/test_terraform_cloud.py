"""The account's roles of runs in Terraform Cloud: off without a project; else as GitHub's of these stacks."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

import backend
from modules.errors import ProblemsError
from modules.naming import Limit
from stacks.account.settings import TerraformCloudProject, account_settings
from stacks.account.stack import AccountStack
from stacks.catalogue import PRODUCTS, catalogue
from tests.stacks.account.switched_off import off

Json = dict[str, Any]


@pytest.fixture(scope="module")
def switched_on(tmp_path_factory: pytest.TempPathFactory) -> Json:
    """The account with a project of Terraform Cloud."""
    from cdktf import App

    output = tmp_path_factory.mktemp("account")
    products = [one for name, one in catalogue().items() if name.partition("-")[0] in PRODUCTS]
    settings = replace(account_settings(products), terraform_cloud=TerraformCloudProject(organization="acme"))
    app = App(outdir=str(output))
    AccountStack(app, settings=settings, states=backend.s3_states(), planned=(), state=backend.s3_states())
    app.synth()
    found: Json = json.loads((output / "stacks/account/cdk.tf.json").read_text())
    return found


def test_it_is_off_without_a_project(stacks: dict[str, Json]) -> None:
    hosts = {one["url"] for one in stacks["account"]["resource"]["aws_iam_openid_connect_provider"].values()}
    assert hosts == {"https://token.actions.githubusercontent.com"}


def test_a_project_without_the_stacks_of_github_is_refused() -> None:
    alone = replace(account_settings([]), github=None, off=off("github"))
    with pytest.raises(ProblemsError, match="terraform_cloud: got a project without github; allowed: a proj"):
        replace(alone, terraform_cloud=TerraformCloudProject(organization="acme"))


def test_each_stack_has_a_role_of_plans_and_one_of_applies(switched_on: Json) -> None:
    made = switched_on["resource"]
    names = {one["name"].removeprefix("infrastructure-account-") for one in made["aws_iam_role"].values()}
    stacks = {name.removesuffix("-release") for name in names if name.endswith("-release")}
    assert stacks
    naming = account_settings([]).environment.naming
    for name in stacks:
        for phase in ("plan", "apply"):
            whole = naming.short(Limit.IAM_ROLE, "terraform", f"{name}-{phase}")
            assert whole.removeprefix("infrastructure-account-") in names


def test_applies_may_what_github_s_may_but_for_the_states(switched_on: Json) -> None:
    policies = switched_on["resource"]["aws_iam_role_policy"]

    def statements(key: str) -> list[Json]:
        (found,) = [json.loads(one["policy"])["Statement"] for name, one in policies.items() if key in name]
        return list(found)

    ours, github = statements("terraform-cloud_ohi-dev-apply"), statements("github_ohi-dev-apply")
    assert [one["Sid"] for one in ours] == [one["Sid"] for one in github][: len(ours)]
    reading = statements("terraform-cloud_ohi-dev-plan")
    assert ("Deny", "NoSecrets") in [(one["Effect"], one["Sid"]) for one in reading]
