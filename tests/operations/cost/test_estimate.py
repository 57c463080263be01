"""What is counted of each service: by its own rule, with the price of the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modules.errors import ProblemsError
from operations.cost.lines import Estimate
from operations.cost.prices import HOURS, prices

Json = dict[str, Any]
Of = Callable[..., Estimate]
TASK = {"cpu": "512", "memory": "2048", "runtime_platform": {"cpu_architecture": "ARM64"}}
SERVICE = {"name": "shop-prod-web-service", "task_definition": "${aws_ecs_task_definition.web.arn}"}


def amounts(found: Estimate) -> dict[str, float]:
    """How much is expected, by the key of the price."""
    return {line.price.key: line.amount.expected for line in found.lines}


def usd(key: str, region: str = "eu-west-1") -> float:
    found = prices().price(key, region).usd
    assert found
    return found


def service(**more: Any) -> Json:
    return {"ecs_service": {"web": {**SERVICE, **more}}, "ecs_task_definition": {"web": TASK}}


def test_tasks_are_paid_by_size_and_architecture_while_they_run(of: Of) -> None:
    desired = {"desired_count": "${var.infrastructure_paused ? 0 : 3}"}
    found = of(**service(**desired))
    assert amounts(found) == {
        "fargate-vcpu-arm64": 3 * 0.5 * HOURS,
        "fargate-gib-arm64": 3 * 2 * HOURS,
    }
    expected = 3 * HOURS * (0.5 * usd("fargate-vcpu-arm64") + 2 * usd("fargate-gib-arm64"))
    assert found.total.expected == pytest.approx(expected)
    assert of(paused=True, **service(**desired)).lines == ()


def test_spot_is_the_share_of_its_weight(of: Of) -> None:
    strategy = [
        {"capacity_provider": "FARGATE_SPOT", "weight": 3},
        {"capacity_provider": "FARGATE", "weight": 1},
    ]
    found = amounts(of(**service(desired_count=1, capacity_provider_strategy=strategy)))
    assert found["fargate-spot-vcpu-arm64"] == pytest.approx(3 * found["fargate-vcpu-arm64"])
    assert found["fargate-spot-vcpu-arm64"] + found["fargate-vcpu-arm64"] == 0.5 * HOURS


def test_the_cluster_s_strategy_is_that_of_a_service_without_one(of: Of) -> None:
    spot = {"default_capacity_provider_strategy": [{"capacity_provider": "FARGATE_SPOT", "weight": 1}]}
    cluster = {"ecs_cluster_capacity_providers": {"capacity": spot}}
    found = of(**service(desired_count=1), **cluster)
    assert set(amounts(found)) == {"fargate-spot-vcpu-arm64", "fargate-spot-gib-arm64"}
    # Spot on Arm has no price that is known: it is named, and in no sum.
    assert found.total.expected == 0
    assert "Fargate Spot Arm, vCPU (eu-west-1)" in found.without


def test_scaling_gives_the_least_the_expected_and_the_most(of: Of) -> None:
    target = {
        "min_capacity": 2,
        "max_capacity": 8,
        "resource_id": "service/shop/${aws_ecs_service.web.name}",
    }
    scaled = {**service(desired_count=3), "appautoscaling_target": {"web": target}}
    hours = {line.price.key: line.amount for line in of(**scaled).lines}["fargate-vcpu-arm64"]
    assert (hours.least, hours.expected, hours.most) == tuple(n * 0.5 * HOURS for n in (2, 3, 8))
    average = of(usage={"traffic": {"tasks": {"web": 4.5}}}, **scaled)
    assert amounts(average)["fargate-vcpu-arm64"] == 4.5 * 0.5 * HOURS
    with pytest.raises(ProblemsError, match="got 9 tasks of web on average; allowed: 2 to 8"):
        of(usage={"traffic": {"tasks": {"web": 9}}}, **scaled)


def test_a_task_with_a_public_address_pays_for_it(of: Of) -> None:
    found = of(**service(desired_count=2, network_configuration={"assign_public_ip": True}))
    assert amounts(found)["address"] == 2 * HOURS


@pytest.mark.parametrize(("value", "number"), [("disabled", 0), ("enabled", 13 + 25)])
def test_container_insights_are_custom_metrics(of: Of, value: str, number: int) -> None:
    cluster = {"ecs_cluster": {"shop": {"setting": [{"name": "containerInsights", "value": value}]}}}
    assert amounts(of(**service(desired_count=1), **cluster)).get("metric", 0) == number


def database(**more: Any) -> Json:
    return {"engine": "postgres", "instance_class": "db.t4g.medium", "storage_type": "gp3", **more}


def test_multi_az_and_copies_have_prices_of_their_own(of: Of) -> None:
    found = of(
        db_instance={
            "main": database(multi_az=True, allocated_storage=50, max_allocated_storage=200),
            "copy": {
                "instance_class": "db.t4g.medium",
                "storage_type": "gp3",
                "replicate_source_db": "${aws_db_instance.main.identifier}",
            },
        }
    )
    assert amounts(found) == {
        "rds-postgres-db.t4g.medium-multi": HOURS,
        "rds-postgres-gp3-multi": 50,
        "rds-postgres-db.t4g.medium-single": HOURS,
        "rds-postgres-gp3-single": 50,
    }
    assert {line.amount.most for line in found.lines if line.price.key.endswith("gp3-multi")} == {200}


@pytest.mark.parametrize("copies", [0, 1])
def test_a_paused_instance_pays_for_storage_alone_unless_it_has_copies(of: Of, copies: int) -> None:
    copy = {**database(), "replicate_source_db": "${aws_db_instance.main.identifier}"}
    instances = {"main": database(allocated_storage=20), **({"copy": copy} if copies else {})}
    found = _sums(of(paused=True, db_instance=instances))
    assert found["rds-postgres-gp3-single"] == 20 * (1 + copies)
    assert found.get("rds-postgres-db.t4g.medium-single", 0) == 2 * copies * HOURS


def test_aurora_is_its_average_within_its_range_and_its_least_while_paused(of: Of) -> None:
    scaling = {"min_capacity": "${var.infrastructure_paused ? 0 : 1}", "max_capacity": 4}
    cluster = {
        "rds_cluster": {"db": {"serverlessv2_scaling_configuration": scaling}},
        "rds_cluster_instance": {
            name: {"instance_class": "db.serverless", "cluster_identifier": "${aws_rds_cluster.db.id}"}
            for name in "ab"
        },
    }
    [running] = of(usage={"traffic": {"aurora_units": 2}}, **cluster).by(lambda line: line.price.key).values()
    assert sum(line.amount.least for line in running) == 2 * HOURS
    assert sum(line.amount.expected for line in running) == 4 * HOURS
    assert sum(line.amount.most for line in running) == 8 * HOURS
    assert of(paused=True, usage={"traffic": {"aurora_units": 2}}, **cluster).lines == ()
    assert (
        sum(line.amount.expected for line in of(usage={"traffic": {"aurora_units": 9}}, **cluster).lines)
        == 8 * HOURS
    )


@pytest.mark.parametrize(
    ("arguments", "nodes"),
    [({"num_cache_clusters": 2}, 2), ({"num_node_groups": 2, "replicas_per_node_group": 1}, 4), ({}, 1)],
)
def test_nodes_of_a_cache_are_counted_with_shards_and_copies(of: Of, arguments: Json, nodes: int) -> None:
    cache = {"engine": "valkey", "node_type": "cache.t4g.micro", **arguments}
    found = of(elasticache_replication_group={"cache": cache})
    assert amounts(found) == {"cache-valkey-cache.t4g.micro": nodes * HOURS}


def test_ways_out_are_gateways_addresses_and_endpoints_by_zone(of: Of) -> None:
    gone = {"count": "${var.infrastructure_paused ? 0 : 1}"}
    resources: Json = {
        "nat_gateway": {"a": gone, "b": {}},
        "eip": {"a": {}, "b": {}},
        "vpc_endpoint": {
            "logs": {"vpc_endpoint_type": "Interface", "subnet_ids": ["a", "b", "c"]},
            "s3": {"vpc_endpoint_type": "Gateway", "route_table_ids": ["a"]},
        },
    }
    both = {"nat-gateway": 2 * HOURS, "address": 2 * HOURS, "endpoint": 3 * HOURS}
    assert _sums(of(**resources)) == both
    # The address of a gateway that is gone is paid for, too.
    assert _sums(of(paused=True, **resources)) == {**both, "nat-gateway": HOURS}
    traffic = {"traffic": {"nat_gb": 7, "endpoint_gb": 5}}
    assert _sums(of(usage=traffic, **resources)) == {**both, "nat-gateway-gb": 7, "endpoint-gb": 5}
    assert _sums(of(usage=traffic, paused=True, **resources)) == {**both, "nat-gateway": HOURS}


def _sums(found: Estimate) -> dict[str, float]:
    groups = found.by(lambda line: line.price.key)
    return {key: sum(line.amount.expected for line in lines) for key, lines in groups.items()}


@pytest.mark.parametrize("internal", [True, False])
def test_a_load_balancer_has_an_address_in_each_zone_unless_it_is_internal(of: Of, internal: bool) -> None:  # noqa: FBT001
    found = amounts(of(lb={"alb": {"internal": internal, "subnets": ["a", "b"]}}))
    assert found["load-balancer"] == HOURS
    assert found.get("address", 0) == (0 if internal else 2 * HOURS)


def test_an_alarm_is_paid_by_the_metrics_that_it_looks_at(of: Of) -> None:
    query = [{"id": "e", "expression": "a / b"}, *({"id": name, "metric": {"period": 60}} for name in "ab")]
    alarms = {"one": {"period": 60}, "two": {"metric_query": query}, "fast": {"period": 10}}
    found = _sums(of(cloudwatch_metric_alarm=alarms, cloudwatch_composite_alarm={"c": {}}))
    assert found == {"alarm": 3, "alarm-high-resolution": 1, "alarm-composite": 1}


def test_a_metric_of_several_filters_is_one(of: Of) -> None:
    same = {"metric_transformation": {"namespace": "shop", "name": "failures"}}
    found = of(cloudwatch_log_metric_filter={"a": same, "b": same})
    assert _sums(found) == {"metric": 1}


def test_what_is_elsewhere_has_the_price_of_there(of: Of) -> None:
    found = of(
        kms_key={"a": {"enable_key_rotation": True}, "b": {"provider": "aws.us-east-1"}},
        wafv2_web_acl={"site": {"scope": "CLOUDFRONT", "rule": [{}, {}], "provider": "aws.us-east-1"}},
        cloudfront_monitoring_subscription={"site": {}},
    )
    regions = {(line.price.key, line.price.region): line.amount.expected for line in found.lines}
    assert regions == {
        ("key", "eu-west-1"): 1,
        ("key", "us-east-1"): 1,
        ("web-acl", "global"): 1,
        ("web-acl-rule", "global"): 2,
        ("metric", "us-east-1"): 8,
    }
    # Each of its first two rotations costs as much again.
    assert [line.amount.most for line in found.lines if line.price.key == "key"] == [3, 1]


def test_a_secret_of_the_master_user_is_one_too(of: Of) -> None:
    found = of(
        secretsmanager_secret={"a": {}},
        rds_cluster={"db": {"manage_master_user_password": True}},
        ssm_parameter={"a": {"tier": "Advanced"}, "b": {}},
    )
    assert _sums(found) == {"secret": 2, "parameter-advanced": 1}


def test_no_price_is_taken_from_another_region(of: Of) -> None:
    found = of(region="eu-south-2", nat_gateway={"a": {}}, route53_zone={"z": {}})
    assert found.without == ("NAT gateway (eu-south-2)",)
    assert found.total.expected == usd("zone", "global")


def test_a_class_that_no_price_is_known_of_is_named(of: Of) -> None:
    found = of(db_instance={"main": database(instance_class="db.x9.huge", allocated_storage=10)})
    assert found.without == ("rds-postgres-db.x9.huge-single (eu-west-1)",)
    assert found.total.expected == pytest.approx(10 * usd("rds-postgres-gp3-single"))


def test_a_type_of_resources_that_nothing_prices_is_named(of: Of) -> None:
    assert of(imaginary_thing={"a": {}}).without == ("aws_imaginary_thing",)


def test_what_is_stored_stays_while_paused_and_what_passes_does_not(of: Of) -> None:
    usage = {
        "traffic": {"log_gb": 3, "vended_log_gb": 2, "key_thousand_requests": 1},
        "stored": {"log_gb": 1, "bucket_gb": 4, "image_gb": 2},
        "website": {"gb": 5},
    }
    resources: Json = {
        "cloudwatch_log_group": {"a": {}, "b": {}},
        "s3_bucket": {"a": {}, "b": {}},
        "ecr_repository": {"a": {}, "b": {}},
        "cloudfront_distribution": {"site": {}},
    }
    stays = {"log-stored-gb": 1, "bucket-gb": 4, "image-gb": 2, "cloudfront-gb": 5}
    assert _sums(of(usage=usage, paused=True, **resources)) == stays
    running = of(usage=usage, **resources)
    assert _sums(running) == {**stays, "log-gb": 3, "vended-log-gb": 2}
    assert all(line.usage and not line.module for line in running.lines)


def test_queues_pay_for_requests_by_kind_and_nothing_while_paused(of: Of) -> None:
    used = {"traffic": {"queue_million_requests": 3, "fifo_queue_million_requests": 2}}
    queues = {"orders": {}, "mail": {}, "steps": {"fifo_queue": True}}
    assert amounts(of(usage=used, sqs_queue=queues)) == {"queue-request": 3e6, "queue-request-fifo": 2e6}
    assert amounts(of(usage=used, sqs_queue={"orders": {}})) == {"queue-request": 3e6}
    assert amounts(of(usage=used, paused=True, sqs_queue=queues)) == {}
    assert of(usage=used, sqs_queue=queues).total.expected == pytest.approx(3 * 0.4 + 2 * 0.5)
    assert of(usage=used, sqs_queue=queues).unpriced == ()
