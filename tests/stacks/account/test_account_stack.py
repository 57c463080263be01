"""The account's deployers follow the catalogue, and reach what its stacks are made of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from backend import s3_states
from backend.keys import state_key
from modules.assumed_role import AssumedRole
from modules.delivery.github.applying import SERVICES
from modules.errors import ProblemsError
from stacks.account.settings import PARTS, REPOSITORY, AccountSettings, account_settings, deployed_stacks
from stacks.account.stack import UNKNOWN
from stacks.catalogue import catalogue
from stacks.entry import Entry
from tests.iam.simulator import ACCOUNT, BY_IAM, Ask, decisions
from tests.stacks.account.switched_off import off
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
    kinds = {kind for name in environments() for kind in stacks[name]["resource"]}
    used = {service_of(kind) for kind in kinds if kind.startswith("aws_")}
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
        state = f"arn:aws:s3:::{s3_states().of(name).bucket}/{state_key(name)}"
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


def test_whoever_applies_changes_no_default_of_a_region(by_name: dict[str, Role]) -> None:
    applying = {name: role for name, role in by_name.items() if name.endswith("-apply")}
    asked: Json = {"aws:RequestedRegion": REGION}
    for action in ("DisableEbsEncryptionByDefault", "DisableSnapshotBlockPublicAccess"):
        said = decisions([role.ask(f"ec2:{action}", "*", asked) for role in applying.values()])
        assert set(said) == {"ExplicitlyDenied"}


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


def synthesized_with(settings: AccountSettings) -> Json:
    """The stack of the account's first region with other settings."""
    from cdktf import App

    from backend import LocalSettings, s3_states
    from stacks.account.stack import AccountStack

    stack = AccountStack(App(), settings=settings, states=s3_states(), planned=(), state=LocalSettings())
    found: Json = stack.to_terraform()
    return found


def test_an_account_whose_parts_are_all_switched_off_has_nothing() -> None:
    nothing: Json = dict.fromkeys(PARTS)
    settings = replace(account_settings([]), **nothing, off=off(*PARTS))
    assert not synthesized_with(settings).get("resource")


# What each part creates, that nothing else does.
OF_PART = {
    "github": "aws_iam_openid_connect_provider",
    "trail": "aws_cloudtrail",
    "account_defaults": "aws_s3_account_public_access_block",
    "budget": "aws_budgets_budget",
    "anomalies": "aws_ce_anomaly_monitor",
    "config": "aws_config_configuration_recorder",
    "guard_duty": "aws_guardduty_detector",
    "security_hub": "aws_securityhub_account",
    "access_analyzer": "aws_accessanalyzer_analyzer",
    "region_defaults": "aws_ebs_encryption_by_default",
    "unused_resources": "aws_cloudformation_stack",
    "findings": "aws_cloudwatch_event_rule",
}


def test_every_part_creates_something_or_is_off_by_default(stacks: dict[str, Json]) -> None:
    quiet = {part for part in PARTS if part not in OF_PART}
    # Off by default: allocation tags as a part, roles as an empty list.
    assert quiet == {"allocation_tags", "service_linked_roles"}
    assert all(stacks["account"]["resource"].get(kind) for kind in OF_PART.values())


def test_a_part_alone_is_switched_off() -> None:
    settings = replace(account_settings([]), guard_duty=None, off=off("guard_duty"))
    found = synthesized_with(settings)["resource"]
    assert [part for part, kind in OF_PART.items() if kind not in found] == ["guard_duty"]
    rules = {
        body["name"].removeprefix("infrastructure-account-findings-")
        for body in found["aws_cloudwatch_event_rule"].values()
    }
    assert "root" in rules
    assert "guard-duty" not in rules


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_switched_off_without_a_reason_is_refused(part: str) -> None:
    everything = {**account_settings([]).off}
    everything.pop(part, None)
    without: Json = {part: None}
    with pytest.raises(ProblemsError, match=rf"AccountSettings\.{part}: got None, without a reason; allowed"):
        replace(account_settings([]), off=everything, **without)


def test_reasons_of_parts_that_are_on_or_unknown_are_refused() -> None:
    with pytest.raises(ProblemsError) as refused:
        replace(account_settings([]), off=off("trail", "trial"))
    first, second = str(refused.value).splitlines()
    assert "off.trail: got 'the organization has it', of a part that is on; allowed: parts that are" in first
    assert "off: got 'trial'; allowed: github, trail" in second


def test_anomalies_that_nobody_would_be_told_of_are_refused() -> None:
    with pytest.raises(ProblemsError, match="anomalies: got nobody who is told; allowed: emails of its own"):
        replace(account_settings([]), findings=None, off=off("findings"))


def test_the_account_s_budget_is_above_those_of_its_environments_together() -> None:
    # A product need not have one.
    found = [getattr(one, "budget", None) for one in environments().values()]
    budgets = [one.monthly_usd for one in found if one]
    account = account_settings([]).budget
    assert account
    assert sum(budgets) < account.monthly_usd < 1.5 * sum(budgets)
    assert account.tag is None


def test_that_no_repository_is_trusted_yet_is_said(output: Any) -> None:
    manifest = json.loads((output / "manifest.json").read_text())
    said = [one["message"] for one in manifest["stacks"]["account"].get("annotations", ())]
    assert (UNKNOWN in said) is not REPOSITORY.is_known
