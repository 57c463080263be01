"""Every stack's provider puts the whole tag policy on everything taggable."""

from __future__ import annotations

from typing import Any

from stacks.catalogue import catalogue

Json = dict[str, Any]


def test_default_tags_are_complete_and_static(stacks: dict[str, Json]) -> None:
    for name, stack in stacks.items():
        required = set(catalogue()[name].tag_policy.required)
        providers = [one for one in stack["provider"]["aws"] if one.get("alias") != "few-tags"]
        defaults = [tags["tags"] for one in providers for tags in one["default_tags"]]
        assert len(defaults) == len(providers) > 0
        for tags in defaults:
            assert required <= tags.keys(), name
            assert not any("${" in value for value in tags.values()), name


def test_what_takes_ten_tags_has_no_more_and_nothing_else_has_less(stacks: dict[str, Json]) -> None:
    """Route 53 API: ChangeTagsForResource, AddTags."""
    limited = {"aws_route53_zone", "aws_route53_health_check", "aws_s3_object"}
    checked = 0
    for name, stack in stacks.items():
        defaults = {one.get("alias"): one["default_tags"][0]["tags"] for one in stack["provider"]["aws"]}
        for kind, resources in stack["resource"].items():
            for resource in resources.values():
                alias = resource.get("provider", "aws").partition(".")[2] or None
                assert kind in limited or alias != "few-tags", (name, kind)
                if kind in limited:
                    assert len({**defaults[alias], **resource.get("tags", {})}) <= 10, (name, kind)
                    checked += 1
    assert checked


def test_what_holds_data_is_tagged_with_a_backup_policy(stacks: dict[str, Json]) -> None:
    """AWS Backup finds by this tag what it copies; RDS, Aurora and ElastiCache back themselves up daily."""
    holding = ("aws_db_instance", "aws_rds_cluster", "aws_elasticache_replication_group")
    checked = 0
    for name, stack in stacks.items():
        for kind in holding:
            for resource, body in stack["resource"].get(kind, {}).items():
                assert body["tags"].get("BackupPolicy") == "daily", (name, kind, resource)
                checked += 1
    assert checked


def test_a_tag_tells_the_costs_of_each_environment_of_a_product(stacks: dict[str, Json]) -> None:
    """Budgets filter by it: two environments with one value would count each other's costs."""
    values: dict[str, list[str]] = {}
    for name, stack in stacks.items():
        product = name.rpartition("-")[0]
        (own,) = [one for one in stack["provider"]["aws"] if not one.get("alias")]
        values.setdefault(product, []).append(own["default_tags"][0]["tags"]["Environment"])
    assert values
    for product, found in values.items():
        assert len(set(found)) == len(found), product
