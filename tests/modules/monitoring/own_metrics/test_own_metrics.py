"""An environment's own metrics: what is asked for, what its role may do, which alarms there are; applied."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.errors import ProblemsError
from modules.monitoring.own_metrics.settings import OwnMetricSettings
from modules.monitoring.settings import MonitoringSettings, TopicSettings
from operations.terraform import Terraform

REGION = "eu-west-1"
Json = dict[str, Any]


class Instance:
    """A database on RDS with a replica."""

    identifiers: dict[str, str] = {"primary": "shop-orders", "reports": "shop-orders-reports"}  # noqa: RUF012


class Cluster:
    """A cluster of Aurora."""

    cluster_identifier = "shop-ledger"
    identifiers: dict[str, str] = {"writer": "shop-ledger-1"}  # noqa: RUF012


def build(stack: Any, context: Any, **given: Any) -> None:
    """The metrics with their alarms."""
    from modules.monitoring.monitoring import Monitoring
    from modules.monitoring.own_metrics import OwnMetrics
    from modules.secrets import RunningService

    own = OwnMetrics(
        stack,
        "own-metrics",
        context=context,
        databases={"orders": Instance(), "ledger": Cluster()},
        services={"web": RunningService(cluster="shop", service="web")},
        **given,
    )
    topics = MonitoringSettings(warning=TopicSettings(emails=("team@example.com",)))
    Monitoring(stack, "monitoring", context=context, watch=[own], settings=topics)


@pytest.fixture(scope="module")
def resources(synthesize_module: Callable[..., Json]) -> Json:
    return dict(synthesize_module(build)["resource"])


def template(resources: Json) -> Json:
    (stack,) = resources["aws_cloudformation_stack"].values()
    return dict(json.loads(stack["template_body"])["Resources"])


def test_the_function_knows_instances_clusters_and_services_by_name(resources: Json) -> None:
    variables = template(resources)["Function"]["Properties"]["Environment"]["Variables"]
    assert json.loads(variables["DATABASES"]) == {
        "orders": "shop-orders",
        "orders-reports": "shop-orders-reports",
    }
    assert json.loads(variables["CLUSTERS"]) == {"ledger": "shop-ledger"}
    assert json.loads(variables["SERVICES"]) == {"web": {"cluster": "shop", "service": "web"}}


def test_its_role_sees_what_it_measures_and_nothing_else(resources: Json) -> None:
    (policy,) = template(resources)["Role"]["Properties"]["Policies"]
    by_action = {
        action: {resource.rpartition("}:")[2] for resource in statement["Resource"]}
        for statement in policy["PolicyDocument"]["Statement"]
        for action in statement["Action"]
    }
    assert by_action["rds:DescribeDBInstances"] == {
        "db:shop-orders",
        "db:shop-orders-reports",
        "db:shop-ledger-1",
        "cluster:shop-ledger",
        "snapshot:*",
        "cluster-snapshot:*",
    }
    assert by_action["ecs:DescribeServices"] == {"service/shop/web"}
    verbs = {action.partition(":")[2] for action in by_action if not action.startswith("logs:")}
    assert all(verb.startswith("Describe") for verb in verbs - {"PutMetricData"})


def test_each_database_has_its_alarms_and_a_replica_that_of_its_certificate(resources: Json) -> None:
    alarms = resources["aws_cloudwatch_metric_alarm"].values()
    names = {one["alarm_name"].removeprefix("shop-test-own-").removesuffix("-alarm") for one in alarms}
    assert names == {
        "orders-restorable",
        "orders-snapshot",
        "orders-certificate",
        "orders-reports-certificate",
        "ledger-restorable",
        "ledger-snapshot",
        "ledger-certificate",
        "web-old-tasks",
        "unread",
        "unrun",
    }


def test_an_alarm_on_old_tasks_waits_as_long_as_the_settings_say(
    synthesize_module: Callable[..., Json],
) -> None:
    settings = OwnMetricSettings(every_minutes=5, old_tasks_minutes=90)

    def slow(stack: Any, context: Any) -> None:
        build(stack, context, settings=settings)

    alarms = synthesize_module(slow)["resource"]["aws_cloudwatch_metric_alarm"].values()
    (old,) = [one for one in alarms if one["alarm_name"].endswith("web-old-tasks-alarm")]
    assert old["period"] * old["evaluation_periods"] == settings.old_tasks_minutes * 60


def test_nothing_to_measure_is_refused(synthesize_module: Callable[..., Json]) -> None:
    def empty(stack: Any, context: Any) -> None:
        from modules.monitoring.own_metrics import OwnMetrics

        OwnMetrics(stack, "own-metrics", context=context)

    with pytest.raises(ProblemsError, match="got nothing; allowed: a database or a service"):
        synthesize_module(empty)


@pytest.mark.emulator
def test_they_are_applied_once(
    emulator: Emulator, terraform: Terraform, tmp_path: Path, synthesize_module: Callable[..., Json]
) -> None:
    synthesize_module(build, tmp_path)
    terraform.init()
    terraform.apply()
    assert terraform.plan(file="again").empty
    (rule,) = emulator.client("events", REGION).list_rules()["Rules"]
    assert rule["ScheduleExpression"] == f"rate({OwnMetricSettings().every_minutes} minutes)"
    terraform.destroy(refresh=False)
