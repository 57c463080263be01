"""Every product in another region, and in that of CloudFront's certificates: nothing of it is elsewhere."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from modules.offers.table import offers
from modules.regions import GLOBAL_REGION
from modules.terraform_json import blocks
from stacks.catalogue import PRODUCTS
from stacks.environment import EnvironmentSettings
from tests.stacks.environments import environments
from tests.stacks.regions import REGIONS, chosen, in_region, smallest

Json = dict[str, Any]
# Zones too: eu-west-1a.
_ANY = re.compile(rf"\b({'|'.join(sorted(offers().zones, key=len, reverse=True))})(?=[a-z]?\b)")
# What two of one kind in a region must not share.
_NAMES = {
    "aws_acm_certificate_validation": "certificate_arn",
    "aws_cloudwatch_composite_alarm": "alarm_name",
    "aws_cloudwatch_dashboard": "dashboard_name",
    "aws_cloudwatch_event_rule": "name",
    "aws_cloudwatch_log_group": "name",
    "aws_cloudwatch_metric_alarm": "alarm_name",
    "aws_kms_alias": "name",
    "aws_s3_bucket": "bucket",
    "aws_sns_topic": "name",
    "aws_wafv2_web_acl": "name",
}


def allowed(settings: EnvironmentSettings, region: str) -> set[str]:
    """The regions that the settings name, and the global one."""
    recovery = {settings.recovery.region} if settings.recovery else set()
    return {region, GLOBAL_REGION, *settings.environment.copy_regions, *recovery}


def leftovers(value: Any, regions: set[str], path: str = "") -> Iterator[str]:
    """Where a document names a region that is none of `regions`, as `path: text`."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leftovers(one, regions, f"{path}.{key}")
    elif isinstance(value, list):
        for one in value:
            yield from leftovers(one, regions, path)
    elif isinstance(value, str) and ({*_ANY.findall(value)} - regions):
        yield f"{path.removeprefix('.')}: {value[:200]}"


@pytest.fixture(params=REGIONS)
def region(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def moved(region: str, once: Callable[..., Path]) -> dict[str, Json]:
    """The Terraform JSON of the environments in the region, by the name of the stack."""
    found = in_region(once, region).glob("stacks/*/cdk.tf.json")
    documents = {file.parent.name: json.loads(file.read_text()) for file in found}
    assert {smallest(product) for product in PRODUCTS} <= {*documents}
    return documents


def test_no_environment_ships_in_these_regions() -> None:
    ships = {one.environment.region for one in environments().values()}
    assert ships
    assert ships.isdisjoint(REGIONS)


def test_nothing_of_a_stack_is_in_a_region_that_its_settings_do_not_name(
    region: str, moved: dict[str, Json]
) -> None:
    names = {one.environment.naming.base: one for product in PRODUCTS for one in chosen(product)}
    for name, document in moved.items():
        resources = {key: value for key, value in document.items() if key != "terraform"}
        found = [*leftovers(resources, allowed(names[name], region))] if name in names else []
        assert not found, f"{name} in {region}: " + "; ".join(found)
        assert region in json.dumps(document["provider"])
    assert {*names} <= {*moved}


def test_the_global_region_has_a_provider_of_its_own_only_from_outside(
    region: str, moved: dict[str, Json]
) -> None:
    for name, document in moved.items():
        aliases = {one.get("alias") for one in blocks(document["provider"]["aws"])}
        assert (GLOBAL_REGION in aliases) is (region != GLOBAL_REGION), name
        used = {
            str(one.get("provider"))
            for named in document["resource"].values()
            for one in named.values()
            if one.get("provider")
        }
        assert {one.removeprefix("aws.") for one in used} <= aliases, name


def test_what_meets_in_a_region_has_names_of_its_own(moved: dict[str, Json]) -> None:
    seen = set()
    for name, document in moved.items():
        for kind, argument in _NAMES.items():
            found = document["resource"].get(kind, {}).values()
            names = Counter((one[argument], one.get("provider")) for one in found if argument in one)
            seen |= {kind for _ in names}
            assert not [one for one, times in names.items() if times > 1], (name, kind)
    assert seen == {*_NAMES}


def test_one_certificate_serves_the_load_balancer_and_cloudfront_where_both_are(
    region: str, moved: dict[str, Json]
) -> None:
    with_websites = [one for one in moved.values() if "aws_cloudfront_distribution" in one["resource"]]
    assert with_websites
    for document in with_websites:
        certificates = document["resource"]["aws_acm_certificate"].values()
        waiting = document["resource"]["aws_acm_certificate_validation"]
        assert len(certificates) == len(waiting) == (1 if region == GLOBAL_REGION else 2)
        (distribution, *_) = document["resource"]["aws_cloudfront_distribution"].values()
        (shown,) = blocks(distribution["viewer_certificate"])
        used = shown["acm_certificate_arn"].split(".")[1]
        assert (waiting[used].get("provider") is None) is (region == GLOBAL_REGION)


def test_a_leftover_is_found() -> None:
    document = {"resource": {"aws_x": {"y": {"zones": ["eu-west-2a", "eu-west-1b"], "to": "s3.eu-west-2.x"}}}}
    assert [*leftovers(document, {"eu-west-2"})] == ["resource.aws_x.y.zones: eu-west-1b"]
    assert not [*leftovers(document, {"eu-west-2", "eu-west-1"})]
