"""What Terraform makes of every stack: valid, planned whole, tagged whole, nothing warned of."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.catalogue import catalogue

pytestmark = pytest.mark.terraform
Json = dict[str, Any]


def created(plan: Json) -> dict[str, Json]:
    """What a plan creates, by address."""
    changes = plan["resource_changes"]
    return {
        one["address"]: one["change"]["after"] for one in changes if one["change"]["actions"] == ["create"]
    }


def test_every_stack_of_the_catalogue_plans(plans: Any) -> None:
    assert set(plans) == set(catalogue())


@pytest.mark.parametrize("name", list(catalogue()))
def test_a_plan_creates_every_resource_of_the_json(name: str, plans: Any, stacks: dict[str, Json]) -> None:
    named = {f"{kind}.{one}" for kind, found in stacks[name]["resource"].items() for one in found}
    assert set(created(plans[name].document)) == named
    assert len(named) > 10


@pytest.mark.parametrize("name", list(catalogue()))
def test_everything_taggable_carries_every_tag(name: str, plans: Any) -> None:
    """`tags_all` is the provider's own word for what a resource will carry."""
    tagged = {
        address: one["tags_all"]
        for address, one in created(plans[name].document).items()
        if "tags_all" in one
    }
    assert len(tagged) >= 3
    policy = catalogue()[name].tag_policy
    required = set(policy.required)
    # Of what takes ten tags, those that may be are left out.
    limited = required - {*policy.optional_where_limited}
    incomplete = {
        address
        for address, tags in tagged.items()
        if not (limited if address.startswith("aws_route53_zone.") else required) <= (tags or {}).keys()
    }
    assert not incomplete


@pytest.mark.parametrize("name", list(catalogue()))
def test_terraform_warns_of_nothing_but_the_lock_table(name: str, plans: Any) -> None:
    assert [one for one in plans[name].warnings if "dynamodb_table" not in one] == []
