"""One call gives a stack of another project its provider, names and tags."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.provider import ProviderVersions

Json = dict[str, Any]
SHOP: Json = {"product": "shop", "environment": "dev", "region": "eu-west-1"}


def synthesized(directory: Path, build: Callable[[Any], None]) -> Json:
    """The JSON of a stack that `build(stack)` filled, and nothing else."""
    from cdktf import App, TerraformStack

    app = App(outdir=str(directory))
    build(TerraformStack(app, "shop-dev"))
    app.synth()
    document: Json = json.loads((directory / "stacks/shop-dev/cdk.tf.json").read_text())
    return document


def of(stack: Any, **arguments: Any) -> Any:
    from modules.context import Context

    return Context.of(stack, **{**SHOP, **arguments})


def test_it_creates_the_provider_with_default_tags_and_the_data_sources(tmp_path: Path) -> None:
    document = synthesized(tmp_path, lambda stack: of(stack, tags={"Owner": "you"}) and None)
    provider, _ = document["provider"]["aws"]
    assert provider["region"] == "eu-west-1"
    assert provider["default_tags"] == [{"tags": {"Environment": "dev", "Owner": "you"}}]
    assert "allowed_account_ids" not in provider
    assert set(document["data"]) == {"aws_caller_identity", "aws_partition"}
    assert document["terraform"]["required_providers"]["aws"]["version"] == ProviderVersions().constraint()


def test_every_provider_refuses_other_accounts(tmp_path: Path) -> None:
    def build(stack: Any) -> None:
        context = of(stack, account_id="123456789012", copy_regions=("eu-west-2",))
        assert context.global_provider is context.global_provider
        assert context.provider_in("eu-west-2") is context.provider_in("eu-west-2")
        assert context.naming.base == "shop-dev"

    providers = synthesized(tmp_path, build)["provider"]["aws"]
    assert [one["region"] for one in providers] == ["eu-west-1", "us-east-1", "eu-west-2"]
    assert all(one["allowed_account_ids"] == ["123456789012"] for one in providers)
    assert providers[0]["default_tags"] == providers[1]["default_tags"] == providers[2]["default_tags"]


def test_a_region_that_data_may_not_be_copied_to_is_refused(tmp_path: Path) -> None:
    def build(stack: Any) -> None:
        said = r"shop-dev\.copy_regions: got 'eu-west-3'; allowed: eu-west-2; add it to copy_regions"
        with pytest.raises(ProblemsError, match=said):
            of(stack, copy_regions=("eu-west-2",)).provider_in("eu-west-3")

    synthesized(tmp_path, build)


def test_the_providers_that_a_resource_may_need_are_there_before_it_and_after_it(tmp_path: Path) -> None:
    tags = {f"Key{place}": "x" for place in range(9)}
    document = synthesized(tmp_path, lambda stack: of(stack, tags=tags, copy_regions=["eu-west-2"]) and None)
    found = [one.get("alias") for one in document["provider"]["aws"]]
    assert found == [None, "us-east-1", "eu-west-2"]


def test_us_east_1_needs_no_second_provider(tmp_path: Path) -> None:
    def build(stack: Any) -> None:
        assert of(stack, region="us-east-1").global_provider is None

    assert len(synthesized(tmp_path, build)["provider"]["aws"]) == 1


def test_a_provider_with_limited_tags_is_created_where_they_are_too_many(tmp_path: Path) -> None:
    def build(stack: Any) -> None:
        from modules.context import Context
        from modules.naming import Naming
        from modules.tagging import TagPolicy, Tags

        keys = tuple(f"Key{place}" for place in range(10))
        policy = TagPolicy(name="shop", required=keys, optional_where_limited=("Key3",))
        tags = Tags(policy=policy, values=dict.fromkeys(keys, "x"))
        naming = Naming(product="shop", environment="dev")
        context = Context.deployed(stack, naming=naming, tags=tags, region="eu-west-1")
        assert context.provider_with_limited_tags(own=0) is None

    limited = synthesized(tmp_path, build)["provider"]["aws"][-1]
    (tags,) = limited["default_tags"]
    assert (limited["alias"], len(tags["tags"]), "Key3" in tags["tags"]) == ("few-tags", 9, False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"product": "Shop"}, r"Naming\.product: got 'Shop'; allowed: lower-case words"),
        ({"environment": ""}, r"Naming\.environment: got ''"),
        ({"tags": {"Owner": ""}}, r"Tags\.Owner: is missing, the shop policy requires it; set it"),
        ({"tags": {"aws:Owner": "you"}}, r"Tags\.aws:Owner: got 'aws:Owner'"),
    ],
)
def test_what_is_no_name_or_tag_is_refused(arguments: Json, said: str, tmp_path: Path) -> None:
    def build(stack: Any) -> None:
        with pytest.raises(ProblemsError, match=said):
            of(stack, **arguments)

    synthesized(tmp_path, build)


def test_a_second_default_provider_is_refused_and_an_alias_is_not(tmp_path: Path) -> None:
    def build(stack: Any) -> None:
        from cdktf_cdktf_provider_aws.provider import AwsProvider

        AwsProvider(stack, "paris", region="eu-west-3", alias="paris")
        of(stack)
        with pytest.raises(ProblemsError, match="Context: got a second AWS provider; allowed: one"):
            of(stack)

    providers = synthesized(tmp_path, build)["provider"]["aws"]
    assert [one.get("alias") for one in providers] == ["paris", None, "us-east-1"]


def test_a_project_with_its_own_provider_makes_its_context_beside_it(tmp_path: Path) -> None:
    def build(stack: Any) -> None:
        from cdktf_cdktf_provider_aws.provider import AwsProvider

        from modules import Account, Context, Naming, TagPolicy, Tags

        AwsProvider(stack, "mine", region="eu-west-1")
        context = Context(
            account=Account(stack, "account", region="eu-west-1"),
            naming=Naming(product="shop", environment="dev"),
            tags=Tags(policy=TagPolicy(name="shop", required=()), values={}),
        )
        assert context.region == "eu-west-1"

    document = synthesized(tmp_path, build)
    assert [one["region"] for one in document["provider"]["aws"]] == ["eu-west-1"]
    assert "aws_caller_identity" in document["data"]


def test_the_boundary_of_roles_is_a_policy_of_the_account(tmp_path: Path) -> None:
    found: list[str | None] = []

    def build(stack: Any) -> None:
        context = of(stack, permissions_boundary="shop-boundary")
        found.append(context.boundary_arn)
        found.append(replace(context, permissions_boundary=None).boundary_arn)

    synthesized(tmp_path, build)
    bounded, free = found
    assert bounded is not None
    assert bounded.endswith(":policy/shop-boundary")
    assert free is None
