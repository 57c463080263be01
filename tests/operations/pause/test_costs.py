"""What a stack costs a month, running and paused, by its JSON."""

from __future__ import annotations

from typing import Any

import pytest

from modules.networking.endpoint_costs import HOURS
from operations.doctor.account.costs import price_table
from operations.pause import costs

REGION = "eu-west-1"
PRICES = price_table()["regions"][REGION]
Json = dict[str, Any]


def document(**resources: Json) -> Json:
    """A stack with resources by type and name."""
    provider = {"aws": [{"region": REGION}]}
    return {"provider": provider, "resource": {f"aws_{kind}": named for kind, named in resources.items()}}


def of(**resources: Json) -> costs.Costs:
    found = costs.of(document(**resources))
    assert found
    return found


def month(hourly: float) -> Any:
    return pytest.approx(hourly * HOURS)


def test_tasks_are_paid_by_their_size_and_architecture_while_they_run() -> None:
    platform = {"cpu_architecture": "ARM64"}
    found = of(
        ecs_service={
            "web": {
                "desired_count": "${var.infrastructure_paused ? 0 : 3}",
                "task_definition": "${aws_ecs_task_definition.web.arn}",
            }
        },
        ecs_task_definition={"web": {"cpu": "512", "memory": "2048", "runtime_platform": platform}},
    )
    hourly = 0.5 * PRICES["fargate_vcpu_hour"]["ARM64"] + 2 * PRICES["fargate_gib_hour"]["ARM64"]
    assert found.running == {"Fargate": month(3 * hourly)}
    assert found.paused == {"Fargate": 0}


@pytest.mark.parametrize("replicas", [0, 1])
def test_an_instance_with_replicas_costs_the_same_while_paused(replicas: int) -> None:
    small = {"instance_class": "db.t4g.micro"}
    copies = {f"copy-{n}": {**small, "replicate_source_db": "${x}"} for n in range(replicas)}
    found = of(db_instance={"database": small, **copies})
    running = (1 + replicas) * PRICES["database_hour"]["db.t4g.micro"]
    assert found.running == {"RDS": month(running)}
    assert found.paused == {"RDS": month(running) if replicas else 0}


def test_aurora_costs_its_least_capacity_and_nothing_while_it_may_pause() -> None:
    scaling = {"min_capacity": "${var.infrastructure_paused ? 0 : 2}", "max_capacity": 4}
    instance = {"instance_class": "db.serverless", "cluster_identifier": "${aws_rds_cluster.aurora.id}"}
    found = of(
        rds_cluster={"aurora": {"serverlessv2_scaling_configuration": scaling}},
        rds_cluster_instance={"a": instance, "b": instance},
    )
    assert found.running == {"Aurora": month(2 * 2 * PRICES["aurora_unit_hour"])}
    assert found.paused == {"Aurora": 0}


def test_gateways_that_go_while_paused_are_not_paid_for_then() -> None:
    gateway = {"count": "${var.infrastructure_paused ? 0 : 1}"}
    found = of(nat_gateway={"a": gateway, "b": {}}, lb={"alb": {}})
    both = 2 * (PRICES["nat_gateway_hour"] + PRICES["address_hour"])
    # The address of the one that goes stays.
    left = PRICES["nat_gateway_hour"] + 2 * PRICES["address_hour"]
    assert found.running["ways out of the network"] == month(both)
    assert found.paused["ways out of the network"] == month(left)
    assert found.running["load balancers"] == found.paused["load balancers"]


def test_what_the_price_file_lacks_is_named() -> None:
    assert of(db_instance={"database": {"instance_class": "db.x9.huge"}}).unknown == ("db.x9.huge",)
    assert costs.of({"provider": {"aws": [{"region": "xx-none-1"}]}}) is None
