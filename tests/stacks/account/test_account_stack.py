"""The account's deployers follow the catalogue, and reach what its stacks are made of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from backend.keys import state_key
from modules.assumed_role import AssumedRole
from modules.delivery.github.applying import SERVICES
from stacks.account.settings import REPOSITORY, account_settings, deployed_stacks
from stacks.account.stack import UNKNOWN
from stacks.catalogue import catalogue
from stacks.entry import Entry
from tests.iam.simulator import ACCOUNT, BY_IAM, Ask, decisions
from tests.stacks.environments import environments
from tests.stacks.iam.arns import REGION, Applied
from tests.stacks.iam.roles import Role, roles

Json = dict[str, Any]
# The first words of a resource's type -> IAM's service.
OF_TYPE = {
    "appautoscaling": "application-autoscaling",
    "cloudwatch_event": "events",
    "cloudwatch_log": "logs",
    "db": "rds",
    "default": "ec2",
    "efs": "elasticfilesystem",
    "lb": "elasticloadbalancing",
    "service_discovery": "servicediscovery",
}
IN_EC2 = {"eip", "flow", "internet", "nat", "route", "security", "subnet", "vpc"}
BY_NAME = {"iam", "kms", "s3", "secretsmanager", "ssm"}
NAMES = ("name", "name_prefix", "bucket", "bucket_prefix")
STATES = "arn:aws:s3:::ohealth-ng-terraform-state"


@pytest.fixture(scope="module")
def by_name(stacks: dict[str, Json]) -> dict[str, Role]:
    found = roles(Applied("account", stacks["account"]))
    return {arn.rpartition("/")[2].removeprefix("infrastructure-account-"): one for arn, one in found.items()}


def service_of(kind: str) -> str:
    """IAM's service of a type of resource."""
    words = kind.removeprefix("aws_")
    known = next((service for start, service in OF_TYPE.items() if f"{words}_".startswith(f"{start}_")), None)
    first = words.partition("_")[0]
    return known or ("ec2" if first in IN_EC2 else first)


def test_whoever_applies_reaches_every_service_of_the_stacks(stacks: dict[str, Json]) -> None:
    used = {service_of(kind) for name in environments() for kind in stacks[name]["resource"]}
    assert len(used) > len(BY_NAME)
    assert not used - BY_NAME - set(SERVICES), "name it in modules/delivery/github/applying.py"


def test_whoever_applies_reaches_the_regions_of_the_stack(stacks: dict[str, Json]) -> None:
    for name in environments():
        used = {provider["region"] for provider in stacks[name]["provider"]["aws"]}
        assert used <= {*catalogue()[name].regions}, name


def test_every_environment_has_the_roles_that_deploy_it(by_name: dict[str, Role]) -> None:
    deploying = {f"{name}-{kind}" for name in environments() for kind in ("apply", "release")}
    assert set(by_name) == {*deploying, "nightly", "pull-request"}


@pytest.mark.parametrize("name", environments())
def test_names_of_a_stack_are_as_its_roles_expect(name: str, stacks: dict[str, Json]) -> None:
    resources, checked = stacks[name]["resource"], 0
    for kind in ("aws_iam_role", "aws_s3_bucket", "aws_secretsmanager_secret", "aws_ssm_parameter"):
        for body in resources.get(kind, {}).values():
            own = next(body[key] for key in NAMES if key in body)
            assert own.lstrip("/").startswith((f"{name}-", f"{name}/")), (kind, own)
            checked += 1
    assert checked
    product = environments()[name].environment.naming.product
    repositories = [body["name"] for body in resources.get("aws_ecr_repository", {}).values()]
    assert all(one.startswith(f"{product}-") for one in repositories)
    assert {body["name"] for body in resources["aws_ecs_cluster"].values()} == {name}
    for body in resources["aws_ecs_task_definition"].values():
        for kind in ("execution", "task"):
            (address,) = re.findall(r"aws_iam_role\.([\w-]+)\.", body[f"{kind}_role_arn"])
            assert re.fullmatch(rf"{name}-.*-{kind}-role", resources["aws_iam_role"][address]["name"])


def secret_values(role: Role, applied: Applied) -> Iterator[Ask]:
    """Each way to a value of a stack's secrets."""
    for one in applied.of_type("aws_secretsmanager_secret"):
        yield role.ask("secretsmanager:GetSecretValue", applied.arn("aws_secretsmanager_secret", one))
    for key in applied.keys_of_secrets():
        for service in ("secretsmanager", "ssm"):
            via: Json = {
                "kms:ViaService": f"{service}.{REGION}.amazonaws.com",
                "kms:ResourceAliases": [f"alias/{applied.name}-environment-secret"],
            }
            yield role.ask("kms:Decrypt", key, via, applied.key_policies().get(key))
    for one, body in applied.of_type("aws_ssm_parameter").items():
        if body["type"] == "SecureString":
            yield role.ask("ssm:GetParameter", applied.arn("aws_ssm_parameter", one))


def test_a_pull_request_reads_no_secret_of_any_stack(
    by_name: dict[str, Role], stacks: dict[str, Json]
) -> None:
    applied = [Applied(name, stacks[name]) for name in environments()]
    asks = [ask for one in applied for ask in secret_values(by_name["pull-request"], one)]
    assert len({ask.action for ask in asks}) == 3
    assert set(decisions(asks)) == {"ExplicitlyDenied"}


def test_states_are_read_by_pull_requests_and_written_by_whoever_applies(by_name: dict[str, Role]) -> None:
    for name in environments():
        state = f"{STATES}/{state_key(name)}"
        writing = decisions([role.ask("s3:PutObject", state) for role in by_name.values()])
        allowed = [role for role, said in zip(by_name, writing, strict=True) if said == "Allowed"]
        assert allowed == [f"{name}-apply"]
        lock = f"{state}.tflock"
        said = decisions(
            [
                by_name["pull-request"].ask("s3:GetObject", state),
                by_name["pull-request"].ask("s3:PutObject", lock),
                by_name[f"{name}-release"].ask("s3:PutObject", lock),
            ]
        )
        assert said == ["Allowed", "ImplicitlyDenied", "Allowed"]


def test_a_release_fills_the_cache_of_its_stack_alone(by_name: dict[str, Role]) -> None:
    for name in environments():
        cache = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/infrastructure-account-cache-{name}"
        said = decisions([role.ask("ecr:PutImage", cache) for role in by_name.values()])
        pushing = [role for role, one in zip(by_name, said, strict=True) if one == "Allowed"]
        assert f"{name}-release" in pushing
        assert not [role for role in pushing if role.endswith("-release") and role != f"{name}-release"]


def test_the_key_of_states_is_used_where_states_are(by_name: dict[str, Role]) -> None:
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
    via = {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}
    states: Json = {**via, "kms:ResourceAliases": ["alias/ohealth-ng-terraform-state"]}
    other: Json = {**via, "kms:ResourceAliases": ["alias/ohi-prod-environment-secret"]}
    role = by_name["pull-request"]
    asks = [role.ask("kms:Decrypt", key, one, BY_IAM) for one in (states, other)]
    asks.append(role.ask("kms:GenerateDataKey", key, states, BY_IAM))
    assert decisions(asks) == ["Allowed", "ImplicitlyDenied", "ImplicitlyDenied"]


def test_policies_fit_into_a_role(stacks: dict[str, Json]) -> None:
    """IAM and AWS STS quotas: 10,240 characters of inline policies, 2,048 of a trust policy."""
    applied = Applied("account", stacks["account"])
    policies = applied.of_type("aws_iam_role_policy").values()
    assert policies
    assert all(len(applied.resolved(body["policy"])) <= 10_240 for body in policies)
    assert all(len(body["assume_role_policy"]) <= 2_048 for body in applied.of_type("aws_iam_role").values())


def test_stacks_of_another_account_are_deployed_elsewhere() -> None:
    def named(name: str, **more: Any) -> Entry:
        return replace(catalogue()[next(iter(environments()))], name=name, **more)

    elsewhere = AssumedRole(role_arn="arn:aws:iam::123456789012:role/deploy")
    others = [named("b-dev", account_id="123456789012"), named("c-dev", role=elsewhere)]
    assert list(deployed_stacks([named("a-dev"), *others], None)) == ["a-dev"]


def test_a_part_that_is_switched_off_is_not_created() -> None:
    from cdktf import App

    from backend import LocalSettings, s3_states
    from stacks.account.stack import AccountStack

    settings = replace(account_settings([]), github=None)
    stack = AccountStack(App(), settings=settings, states=s3_states(), planned=(), state=LocalSettings())
    assert not stack.to_terraform().get("resource")


def test_that_no_repository_is_trusted_yet_is_said(output: Any) -> None:
    manifest = json.loads((output / "manifest.json").read_text())
    said = [one["message"] for one in manifest["stacks"]["account"].get("annotations", ())]
    assert (UNKNOWN in said) is not REPOSITORY.is_known
