"""Services as they ship: deployments, traffic, scaling, network, names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modules.errors import ProblemsError

Json = dict[str, Any]


def test_deployments_roll_between_100_and_200_percent_and_back_when_they_fail(shipped: Any) -> None:
    web = shipped.service("web")
    assert (web["deployment_minimum_healthy_percent"], web["deployment_maximum_percent"]) == (100, 200)
    assert web["deployment_circuit_breaker"] == {"enable": True, "rollback": True}
    assert (web["alarms"]["enable"], web["alarms"]["rollback"]) == (True, True)
    alarms = shipped.named("aws_cloudwatch_metric_alarm")
    assert set(alarms) == {
        "store/deployment-alarms/memory",
        "web/deployment-alarms/memory",
        "web/deployment-alarms/server-errors",
    }
    assert alarms["web/deployment-alarms/server-errors"]["dimensions"] == {
        "LoadBalancer": "app/shop/1",
        "TargetGroup": "targetgroup/web/1",
    }
    assert "alarms" not in shipped.service("jobs")
    assert web["availability_zone_rebalancing"] == "ENABLED"
    assert shipped.service("store")["availability_zone_rebalancing"] == "DISABLED"
    assert "deployment_configuration" not in web
    assert web["deployment_controller"] == {"type": "ECS"}


def test_a_service_behind_a_load_balancer_waits_for_its_rule_and_has_grace(shipped: Any) -> None:
    web = shipped.service("web")
    assert web["health_check_grace_period_seconds"] == 60
    assert [one["container_port"] for one in web["load_balancer"]] == [8080]
    assert {"aws_lb_listener_rule.web-rule", "aws_ecs_service.store"} <= set(web["depends_on"])
    for name in ("store", "jobs"):
        assert "health_check_grace_period_seconds" not in shipped.service(name)
        assert any("capacity_providers" in one for one in shipped.service(name)["depends_on"])


def test_only_what_scales_leaves_its_count_to_the_autoscaler(shipped: Any) -> None:
    assert shipped.service("web")["lifecycle"] == {"ignore_changes": ["desired_count"]}
    assert "lifecycle" not in shipped.service("store")
    (target,) = shipped.named("aws_appautoscaling_target").values()
    assert (target["min_capacity"], target["max_capacity"]) == (2, 10)
    policies = shipped.named("aws_appautoscaling_policy")
    found = {
        path: tuple(
            policy["target_tracking_scaling_policy_configuration"][name]
            for name in ("target_value", "scale_out_cooldown", "scale_in_cooldown")
        )
        for path, policy in policies.items()
    }
    assert found == {"web/scaling/cpu": (70, 60, 300), "web/scaling/memory": (80, 60, 300)}


def test_tasks_stand_in_private_subnets_with_their_own_group_and_the_general_one(shipped: Any) -> None:
    network = shipped.service("web")["network_configuration"]
    assert network["assign_public_ip"] is False
    assert all("private" in subnet for subnet in network["subnets"])
    assert [
        "firewall_web" in network["security_groups"][0],
        "firewall_tasks" in network["security_groups"][1],
    ]
    assert len(network["security_groups"]) == 2
    public = shipped.service("jobs")["network_configuration"]
    assert public["assign_public_ip"] is True
    assert all("public" in subnet for subnet in public["subnets"])


def test_every_service_is_found_by_name(shipped: Any) -> None:
    (namespace,) = shipped.named("aws_service_discovery_private_dns_namespace").values()
    assert namespace["name"] == "shop-test.local"
    for name in ("web", "store", "jobs"):
        registry = shipped.named("aws_service_discovery_service")[f"{name}/discovery"]
        assert registry["name"] == name
        assert registry["dns_config"]["routing_policy"] == "MULTIVALUE"
        assert registry["health_check_custom_config"] == {"failure_threshold": 1}
        assert f"{name}_discovery" in shipped.service(name)["service_registries"]["registry_arn"]


def test_tags_reach_tasks_and_say_whose_they_are(shipped: Any) -> None:
    for name in ("web", "store", "jobs"):
        assert shipped.service(name)["propagate_tags"] == "SERVICE"
        assert shipped.service(name)["tags"]["Service"] == name
    assert shipped.service("jobs")["tags"]["DataClassification"] == "pii"


def test_what_two_targets_set_and_ports_nobody_listens_on_are_refused_together(
    synthesize_module: Callable[..., Json], shop: Callable[..., Any]
) -> None:
    from modules.compute.service.container_settings import ContainerSettings
    from modules.compute.service.settings import DeploymentSettings, ServiceSettings
    from modules.iam.client_access import ClientAccess

    settings = ServiceSettings(
        name="web",
        cpu=256,
        memory=512,
        container=ContainerSettings(ports={"http": 8080}, environment={"HOST": "a"}),
        deployment=DeploymentSettings(strategy="BLUE_GREEN"),
    )

    def build_wrong(stack: Any, context: Any) -> None:
        one = shop(stack, context, "web")
        one.service(
            settings,
            access=[ClientAccess(environment={"HOST": "b"})],
            sidecar_access={"nobody": ()},
            target=one.target("web", 80),
        )

    with pytest.raises(ProblemsError) as caught:
        synthesize_module(build_wrong)
    assert [str(problem).split(";")[0] for problem in caught.value.problems] == [
        "web.web.environment: got HOST twice",
        "web.sidecar_access: got 'nobody'",
        "web.target: got 80",
        "web.deployment.strategy: got BLUE_GREEN",
    ]
