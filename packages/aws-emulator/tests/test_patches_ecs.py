"""Patches of ECS and Application Auto Scaling, each by what AWS's pages say of the call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION, CLUSTER, SERVICE = "eu-west-1", "shop", "web"
TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": f"service/{CLUSTER}/{SERVICE}",
    "ScalableDimension": "ecs:service:DesiredCount",
}


@pytest.fixture
def ecs(emulator: Emulator) -> Any:
    """A cluster, and two revisions of a task definition."""
    client = emulator.client("ecs", REGION)
    client.create_cluster(clusterName=CLUSTER)
    for number in (1, 2):
        containers = [{"name": SERVICE, "image": f"web@{number}", "memory": 64}]
        client.register_task_definition(family=SERVICE, containerDefinitions=containers)
    return client


def create(ecs: Any, **given: Any) -> Any:
    wanted = {"cluster": CLUSTER, "serviceName": SERVICE, "taskDefinition": f"{SERVICE}:1", **given}
    return ecs.create_service(**{"desiredCount": 2, **wanted})["service"]


def described(ecs: Any) -> Any:
    return ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]


def rollout(service: Any) -> tuple[str, str, int, int]:
    one = service["deployments"][0]
    revision = one["taskDefinition"].rpartition("/")[2]
    return revision, one["rolloutState"], one["runningCount"], one["pendingCount"]


def test_a_deployment_is_in_progress_and_then_completed(ecs: Any) -> None:
    assert rollout(create(ecs)) == ("web:1", "IN_PROGRESS", 0, 2)
    service = described(ecs)
    assert rollout(service) == ("web:1", "COMPLETED", 2, 0)
    assert (service["runningCount"], service["pendingCount"]) == (2, 0)
    (cluster,) = ecs.describe_clusters(clusters=[CLUSTER])["clusters"]
    assert (cluster["runningTasksCount"], cluster["pendingTasksCount"]) == (2, 0)


def test_another_revision_is_another_deployment(ecs: Any) -> None:
    create(ecs)
    (first,) = described(ecs)["deployments"]
    updated = ecs.update_service(cluster=CLUSTER, service=SERVICE, taskDefinition=f"{SERVICE}:2")["service"]
    assert rollout(updated)[:2] == ("web:2", "IN_PROGRESS")
    assert rollout(described(ecs)) == ("web:2", "COMPLETED", 2, 0)
    (second,) = described(ecs)["deployments"]
    assert second["id"] != first["id"]


def test_the_same_revision_is_deployed_anew_only_when_forced(ecs: Any) -> None:
    create(ecs)
    described(ecs)
    counted = ecs.update_service(cluster=CLUSTER, service=SERVICE, desiredCount=5)["service"]
    assert rollout(counted)[1] == "COMPLETED"
    assert rollout(described(ecs)) == ("web:1", "COMPLETED", 5, 0)
    forced = ecs.update_service(cluster=CLUSTER, service=SERVICE, forceNewDeployment=True)["service"]
    assert rollout(forced)[1] == "IN_PROGRESS"


def test_a_deleted_service_runs_nothing_more(ecs: Any) -> None:
    create(ecs)
    ecs.delete_service(cluster=CLUSTER, service=SERVICE, force=True)
    assert described(ecs)["status"] == "INACTIVE"
    (cluster,) = ecs.describe_clusters(clusters=[CLUSTER])["clusters"]
    assert (cluster["runningTasksCount"], cluster["pendingTasksCount"]) == (0, 0)


def test_a_service_is_described_as_it_was_given(ecs: Any) -> None:
    deployment = {"maximumPercent": 200, "minimumHealthyPercent": 100}
    strategy = [{"capacityProvider": "FARGATE", "weight": 1, "base": 0}]
    given = {
        "deploymentConfiguration": deployment,
        "capacityProviderStrategy": strategy,
        "enableECSManagedTags": True,
        "healthCheckGracePeriodSeconds": 30,
    }
    create(ecs, **given)
    service = described(ecs)
    assert {name: service[name] for name in given} == given
    assert "launchType" not in service, "a capacity provider decides"
    assert service["taskDefinition"].startswith("arn:aws:ecs:")
    ecs.update_service(cluster=CLUSTER, service=SERVICE, enableExecuteCommand=True)
    assert described(ecs)["enableExecuteCommand"]
    assert described(ecs)["deploymentConfiguration"] == deployment


def test_a_family_is_its_latest_active_revision(ecs: Any) -> None:
    ecs.deregister_task_definition(taskDefinition=f"{SERVICE}:2")
    assert ecs.describe_task_definition(taskDefinition=SERVICE)["taskDefinition"]["revision"] == 1
    assert ecs.describe_task_definition(taskDefinition=f"{SERVICE}:2")["taskDefinition"]["revision"] == 2


def test_a_revision_says_when_it_was_registered(ecs: Any) -> None:
    found = ecs.describe_task_definition(taskDefinition=SERVICE)["taskDefinition"]["registeredAt"]
    assert abs(datetime.now(UTC) - found) < timedelta(minutes=1)


def test_scalable_targets_bear_tags(emulator: Emulator, ecs: Any) -> None:
    create(ecs)
    scaling = emulator.client("application-autoscaling", REGION)
    registered = scaling.register_scalable_target(
        **TARGET, MinCapacity=1, MaxCapacity=4, Tags={"a": "1", "b": "2", "kept": "0"}
    )
    arn = registered["ScalableTargetARN"]
    scaling.tag_resource(ResourceARN=arn, Tags={"b": "3", "c": "4"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"b": "3", "c": "4", "kept": "0"}


@pytest.mark.parametrize(("least", "most", "count"), [(0, 0, 0), (3, 9, 3), (1, 5, 2)])
def test_a_scalable_target_brings_the_tasks_into_its_range(
    ecs: Any, emulator: Emulator, least: int, most: int, count: int
) -> None:
    create(ecs)
    scaling = emulator.client("application-autoscaling", REGION)
    scaling.register_scalable_target(**TARGET, MinCapacity=least, MaxCapacity=most)
    assert described(ecs)["desiredCount"] == count
