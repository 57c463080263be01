"""A website whose files are in two regions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules.errors import ProblemsError

Json = dict[str, Any]
REGION = "eu-central-1"


@pytest.fixture(scope="module")
def site(edge: Callable[..., Any]) -> tuple[Any, Json]:
    """The website, and the JSON it became."""
    made: list[Any] = []

    def build(one: Any) -> None:
        made.append(one.website("site", at=False, replica_region=REGION))

    _, stack = edge(build)
    return made[0], stack


def named(stack: Json, kind: str) -> dict[str, Json]:
    """Resources of the website, by the rest of their path."""
    found = {}
    for one in stack["resource"].get(kind, {}).values():
        path = one["//"]["metadata"]["path"]
        if path.startswith("small/site/"):
            found[path.removeprefix("small/site/")] = one
    return found


def test_its_files_are_replicated_to_a_bucket_of_the_other_region(site: tuple[Any, Json]) -> None:
    _, stack = site
    buckets = named(stack, "aws_s3_bucket")
    assert "provider" not in buckets["bucket/Default"]
    assert buckets["replica-bucket/Default"]["provider"] == f"aws.{REGION}"
    (replication,) = named(stack, "aws_s3_bucket_replication_configuration").values()
    assert replication["bucket"] == "${aws_s3_bucket.site_bucket_7B14A155.id}"
    (rule,) = replication["rule"]
    assert rule["destination"]["bucket"] == "${aws_s3_bucket.site_replica-bucket_616A0FA0.arn}"
    # What a release deletes is gone in both.
    assert rule["delete_marker_replication"] == {"status": "Enabled"}


def test_cloudfront_falls_back_to_the_replica(site: tuple[Any, Json]) -> None:
    _, stack = site
    (distribution,) = named(stack, "aws_cloudfront_distribution").values()
    assert [one["origin_id"] for one in distribution["origin"]] == ["bucket", "replica"]
    assert len({one["origin_access_control_id"] for one in distribution["origin"]}) == 1
    (group,) = distribution["origin_group"]
    assert [one["origin_id"] for one in group["member"]] == ["bucket", "replica"]
    # A missing file is missing in both.
    assert group["failover_criteria"] == {"status_codes": [500, 502, 503, 504]}
    behavior = distribution["default_cache_behavior"]
    assert behavior["target_origin_id"] == group["origin_id"]
    # CloudFront falls back for these alone.
    assert behavior["allowed_methods"] == ["GET", "HEAD", "OPTIONS"]


def test_the_replica_is_readable_by_the_same_distribution_alone(site: tuple[Any, Json]) -> None:
    _, stack = site
    policies = named(stack, "aws_s3_bucket_policy")
    own, replica = (
        json.loads(policies[f"{name}/policy"]["policy"])["Statement"] for name in ("bucket", "replica-bucket")
    )
    assert [one.get("Sid") for one in own] == [one.get("Sid") for one in replica]
    assert [one.get("Condition") for one in own] == [one.get("Condition") for one in replica]
    assert all("replica" in resource for one in replica for resource in one["Resource"])


def test_what_is_not_replicated_rings(site: tuple[Any, Json]) -> None:
    website, _ = site
    assert "not-replicated" in [one.key for one in website.monitored.alarms]


def test_a_website_in_one_region_has_one_origin(edge: Callable[..., Any]) -> None:
    made: list[Any] = []
    _, stack = edge(lambda one: made.append(one.website("site", at=False)))
    (distribution,) = named(stack, "aws_cloudfront_distribution").values()
    assert "origin_group" not in distribution
    assert "not-replicated" not in [one.key for one in made[0].monitored.alarms]


def test_the_replica_is_in_another_region(edge: Callable[..., Any]) -> None:
    with pytest.raises(ProblemsError, match="got eu-west-1, the stack's own; allowed: another"):
        edge(lambda one: one.website("site", at=False, replica_region="eu-west-1"))
