"""Clusters and repositories as they ship, and blue/green where it is chosen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Json = dict[str, Any]


@pytest.fixture(scope="module")
def shipped(
    synthesize_module: Callable[..., Json], shop: Callable[..., Any], read: Callable[..., Any]
) -> Any:
    from modules.compute.cluster.settings import Capacity

    def build(stack: Any, context: Any) -> None:
        small = shop(stack, context, "web", capacity=Capacity.SPOT_FIRST)
        fill(small)

    return read(synthesize_module(build))


def fill(shop: Any) -> None:
    """Two repositories, and a service that deploys blue/green."""
    from modules.compute.repository.repository import Repository
    from modules.compute.repository.settings import RepositorySettings
    from modules.compute.service.container_settings import ContainerSettings
    from modules.compute.service.settings import DeploymentSettings, ServiceSettings

    common: Json = {"context": shop.context, "key": shop.key}
    owned = RepositorySettings(moving_tags=("prod", "test"))
    Repository(shop.stack, "owned", service="web", settings=owned, **common)
    newer = RepositorySettings(tag_mutability="IMMUTABLE_WITH_EXCLUSION", protected=False)
    Repository(shop.stack, "newer", service="store", settings=newer, **common)
    shop.service(
        ServiceSettings(
            name="web",
            cpu=256,
            memory=512,
            container=ContainerSettings(ports={"http": 8080}),
            deployment=DeploymentSettings(strategy="BLUE_GREEN"),
        ),
        target=shop.target("web", 8080, alternate=True),
    )


def test_a_cluster_measures_and_audits(shipped: Any) -> None:
    (cluster,) = shipped.named("aws_ecs_cluster").values()
    assert cluster["name"] == "shop-test"
    assert cluster["setting"] == [{"name": "containerInsights", "value": "enabled"}]
    audit = cluster["configuration"]["execute_command_configuration"]
    assert audit["logging"] == "OVERRIDE"
    assert audit["kms_key_id"] == "${aws_kms_key.key.arn}"
    assert audit["log_configuration"]["cloud_watch_encryption_enabled"] is True
    log = shipped.named("aws_cloudwatch_log_group")["cluster/exec-log"]
    assert (log["name"], log["kms_key_id"]) == ("/ecs-exec/shop-test", "${aws_kms_key.key.arn}")


def test_spot_comes_first_and_on_demand_stands_by(shipped: Any) -> None:
    (capacity,) = shipped.named("aws_ecs_cluster_capacity_providers").values()
    assert sorted(capacity["capacity_providers"]) == ["FARGATE", "FARGATE_SPOT"]
    expected = [
        {"capacity_provider": "FARGATE_SPOT", "weight": 4},
        {"capacity_provider": "FARGATE", "weight": 1},
    ]
    assert capacity["default_capacity_provider_strategy"] == expected
    assert shipped.named("aws_ecs_service")["web"]["capacity_provider_strategy"] == expected


def test_a_repository_is_scanned_encrypted_and_written_once(shipped: Any) -> None:
    repositories = shipped.named("aws_ecr_repository")
    for repository in repositories.values():
        assert repository["image_scanning_configuration"] == {"scan_on_push": True}
        assert repository["encryption_configuration"][0]["encryption_type"] == "KMS"
    owned, newer = repositories["owned"], repositories["newer"]
    assert (owned["name"], owned["image_tag_mutability"]) == ("shop-web", "IMMUTABLE")
    assert owned["lifecycle"] == {"prevent_destroy": True}
    assert owned["force_delete"] is False
    assert "image_tag_mutability_exclusion_filter" not in owned
    assert newer["force_delete"] is True
    assert newer["image_tag_mutability_exclusion_filter"] == [{"filter": "test", "filter_type": "WILDCARD"}]


def test_the_newest_image_of_an_environment_outlives_every_rule(shipped: Any) -> None:
    policy = json.loads(shipped.named("aws_ecr_lifecycle_policy")["owned/lifecycle"]["policy"])
    selections = [rule["selection"] for rule in policy["rules"]]
    assert [rule["rulePriority"] for rule in policy["rules"]] == [1, 2, 3, 4]
    assert [one.get("tagPatternList") for one in selections] == [["test"], ["prod"], None, None]
    assert [one["countNumber"] for one in selections] == [1, 1, 7, 100]
    assert selections[-1]["tagStatus"] == "any"


def test_blue_green_shifts_the_rule_with_a_role_of_its_own(shipped: Any) -> None:
    web = shipped.named("aws_ecs_service")["web"]
    assert web["deployment_configuration"] == {"strategy": "BLUE_GREEN", "bake_time_in_minutes": "5"}
    (registered,) = web["load_balancer"]
    advanced = registered["advanced_configuration"]
    assert advanced["alternate_target_group_arn"].endswith("/web-b/1")
    assert advanced["production_listener_rule"] == "${aws_lb_listener_rule.web-rule.arn}"
    assert "web_shift_role" in advanced["role_arn"]
    assert any("web_shift_policy" in one for one in web["depends_on"])
    assert set(shipped.named("aws_cloudwatch_metric_alarm")) == {
        "web/deployment-alarms/memory",
        "web/deployment-alarms/server-errors",
        "web/deployment-alarms/server-errors-alternate",
    }
