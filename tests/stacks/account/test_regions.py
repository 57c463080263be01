"""A stack of the account for each region that the catalogue uses, and one account's own for each account."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import pytest

from modules.assumed_role import AssumedRole
from modules.errors import ProblemsError
from modules.resilience.recovery.settings import Recovery, RecoveryTier
from stacks import account
from stacks.account.settings import NAME, image_replication
from stacks.catalogue import catalogue, checked
from stacks.entry import Entry
from tests.stacks.environments import environments

Json = dict[str, Any]
OTHER = "210987654321"
REGIONAL = [name for name, one in catalogue().items() if one.governs and name != NAME]
# What AWS has once for an account and region.
ONCE = (
    "aws_config_configuration_recorder",
    "aws_config_delivery_channel",
    "aws_guardduty_detector",
    "aws_securityhub_account",
    "aws_ebs_encryption_by_default",
)
# What AWS has once for an account.
GLOBAL = (
    "aws_cloudtrail",
    "aws_s3_account_public_access_block",
    "aws_iam_account_password_policy",
    "aws_iam_openid_connect_provider",
    "aws_ce_anomaly_monitor",
)


def product(name: str, **changes: Any) -> Entry:
    """An entry of a product's environment."""
    return replace(catalogue()[next(iter(environments()))], name=name, **changes)


def test_the_account_has_a_stack_in_each_region_that_an_environment_uses() -> None:
    used = {region for name in environments() for region in catalogue()[name].regions}
    placed = [one.regions[0] for one in catalogue().values() if one.governs]
    assert len(used) > 1
    assert sorted(placed) == sorted({*used, catalogue()[NAME].regions[0]})


def test_each_region_has_once_what_aws_has_once_there(stacks: dict[str, Json]) -> None:
    assert REGIONAL
    for name in (NAME, *REGIONAL):
        assert [len(stacks[name]["resource"].get(kind, ())) for kind in ONCE] == [1] * len(ONCE), name


def test_the_first_region_alone_has_what_an_account_has_once(stacks: dict[str, Json]) -> None:
    assert [len(stacks[NAME]["resource"].get(kind, ())) for kind in GLOBAL] == [1] * len(GLOBAL)
    for name in REGIONAL:
        assert not [kind for kind in GLOBAL if kind in stacks[name]["resource"]]


def test_iam_is_recorded_in_the_first_region_alone(stacks: dict[str, Json]) -> None:
    def recorded(name: str) -> bool:
        (recorder,) = stacks[name]["resource"]["aws_config_configuration_recorder"].values()
        assert recorder["recording_mode"]["recording_frequency"] == "DAILY"
        return bool(recorder["recording_group"]["include_global_resource_types"])

    assert [name for name in (NAME, *REGIONAL) if recorded(name)] == [NAME]


def test_a_new_region_of_an_environment_brings_a_stack() -> None:
    made = account.entries([product("shop-dev", regions=("eu-west-1", "eu-west-2"))], others=())
    assert [(one.name, one.regions) for one in made] == [
        ("account", ("eu-west-1",)),
        ("account-eu-west-2", ("eu-west-2",)),
    ]


def test_images_of_what_comes_up_again_elsewhere_are_copied_there(tmp_path: Any) -> None:
    from cdktf import App

    from backend import LocalSettings

    recovery = Recovery(
        region="eu-central-1", tier=RecoveryTier.PILOT_LIGHT, cidr=IPv4Network("10.200.0.0/16")
    )
    here = {"regions": ("eu-west-1", "eu-central-1"), "recovery": recovery}
    products = [
        product("shop-prod", product="shop", **here),
        product("shop-live", product="shop", **here),
        product("blog-prod", product="blog", **here),
        product("blog-dev", product="blog", regions=("eu-west-1",)),
    ]
    assert image_replication(products, None)["eu-west-1"].prefixes == {"eu-central-1": ("shop-", "blog-")}
    assert not image_replication(products, OTHER)
    app = App(outdir=str(tmp_path))
    first, second = account.entries(products, others=())
    built: list[Any] = [one.build(app, LocalSettings()) for one in (first, second)]
    kinds = ["aws_ecr_replication_configuration" in one.to_terraform()["resource"] for one in built]
    assert kinds == [True, False]


def test_an_account_of_its_own_has_stacks_of_its_own_as_its_role() -> None:
    role = AssumedRole(role_arn=f"arn:aws:iam::{OTHER}:role/deploy")
    production = product("shop-prod", account_id=OTHER, role=role, regions=("eu-central-1", "us-east-1"))
    made = account.entries([product("shop-dev", regions=("eu-west-1",)), production], others=())
    assert [(one.name, one.account_id, one.regions[0], one.role) for one in made] == [
        ("account", None, "eu-west-1", None),
        (f"account-{OTHER}", OTHER, "eu-central-1", role),
        (f"account-{OTHER}-us-east-1", OTHER, "us-east-1", role),
    ]
    checked(made)


def test_the_first_stack_refuses_an_account_that_has_one_of_its_own(tmp_path: Any) -> None:
    from cdktf import App

    from backend import LocalSettings

    production = product("shop-prod", account_id=OTHER, regions=("eu-west-1",))
    first, other = account.entries([product("shop-dev", regions=("eu-west-1",)), production], others=())
    app = App(outdir=str(tmp_path))

    def providers(entry: Entry) -> list[Json]:
        stack: Any = entry.build(app, LocalSettings())
        found: list[Json] = stack.to_terraform()["provider"]["aws"]
        return found

    assert {tuple(one["forbidden_account_ids"]) for one in providers(first)} == {(OTHER,)}
    theirs = providers(other)
    assert all(one["allowed_account_ids"] == [OTHER] for one in theirs)
    assert not [one for one in theirs if "forbidden_account_ids" in one]


@pytest.mark.parametrize(("account_id", "named"), [(None, "the account"), (OTHER, f"account {OTHER}")])
def test_a_second_stack_of_an_account_and_region_is_refused(account_id: str | None, named: str) -> None:
    first = replace(catalogue()[NAME], account_id=account_id)
    with pytest.raises(
        ProblemsError, match=f"audit: got a second stack of {named} in eu-west-1, which account is; allowed"
    ):
        checked([first, replace(first, name="audit")])
    checked([first, replace(first, name="audit", regions=("eu-west-3",))])
