"""Values that AWS reads by name and a plan does not check: scaling, discovery, defaults."""

from __future__ import annotations

from typing import Any

from modules.compute.service.settings import ServiceSettings


def test_scaling_changes_the_number_of_tasks(shipped: Any) -> None:
    (target,) = shipped.named("aws_appautoscaling_target").values()
    assert (target["service_namespace"], target["scalable_dimension"]) == ("ecs", "ecs:service:DesiredCount")
    policies = shipped.named("aws_appautoscaling_policy").values()
    assert policies
    for policy in policies:
        assert policy["service_namespace"].endswith(".service_namespace}")
        assert policy["scalable_dimension"].endswith(".scalable_dimension}")


def test_discovery_answers_with_the_addresses_of_all_tasks(shipped: Any) -> None:
    services = list(shipped.named("aws_service_discovery_service").values())
    assert services
    for service in services:
        (dns,) = [service["dns_config"]]
        assert dns["routing_policy"] == "MULTIVALUE"
        assert [record["type"] for record in dns["dns_records"]] == ["A"]


def test_a_service_has_two_tasks_unless_told_otherwise() -> None:
    assert ServiceSettings(name="web", cpu=256, memory=512).count == 2
