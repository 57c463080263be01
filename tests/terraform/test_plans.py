"""What Terraform makes of every stack: valid, planned whole, tagged whole, nothing warned of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from modules.resilience.recovery.settings import SUFFIX
from stacks.catalogue import catalogue

pytestmark = pytest.mark.terraform
Json = dict[str, Any]
# Route 53 takes ten tags of these.
FEW_TAGS = ("aws_route53_zone.", "aws_route53_health_check.")


def created(plan: Json) -> dict[str, Json]:
    """What a plan creates, by address."""
    changes = plan["resource_changes"]
    return {
        one["address"]: one["change"]["after"] for one in changes if one["change"]["actions"] == ["create"]
    }


def test_every_stack_of_the_catalogue_plans(plans: Any) -> None:
    assert set(plans) == set(catalogue())


@pytest.mark.parametrize("name", list(catalogue()))
def test_a_plan_creates_every_resource_of_the_json(name: str, plans: Any, output: Path) -> None:
    shipped = json.loads((output / "stacks" / name / "cdk.tf.json").read_text())["resource"]
    bodies = {f"{kind}.{one}": body for kind, found in shipped.items() for one, body in found.items()}
    planned = {address.partition("[")[0] for address in created(plans[name].document)}
    missing = bodies.keys() - planned
    assert planned <= bodies.keys()
    assert len(planned) > 10
    # What a recovery stack creates once it is active.
    assert not missing or name.endswith(SUFFIX)
    assert [one for one in missing if "count" not in bodies[one]] == []


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
        if not (limited if address.startswith(FEW_TAGS) else required) <= (tags or {}).keys()
    }
    assert not incomplete


@pytest.mark.parametrize("name", list(catalogue()))
def test_terraform_warns_of_nothing_but_the_lock_table(name: str, plans: Any) -> None:
    assert [one for one in plans[name].warnings if "dynamodb_table" not in one] == []
