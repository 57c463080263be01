"""The services that commands read from a stack's JSON."""

from __future__ import annotations

import pytest

from operations.synthesized import Container, SynthesizedStack, services

_CONTAINERS = """[
    {"name": "proxy", "image": "registry.test/proxy:1", "logConfiguration": {
        "options": {
            "awslogs-group": "${aws_cloudwatch_log_group.logs.name}", "awslogs-stream-prefix": "proxy"}}},
    {"name": "api", "image": "${aws_ssm_parameter.image.insecure_value}"}
]"""
_RESOURCES = {
    "aws_cloudwatch_log_group": {"logs": {"name": "/shop-dev/api"}},
    "aws_cloudwatch_metric_alarm": {"errors": {"alarm_name": "shop-dev-api-errors"}},
    "aws_ecs_cluster": {"cluster": {"name": "shop-dev"}},
    "aws_ecs_service": {
        "api": {
            "alarms": {"alarm_names": ["${aws_cloudwatch_metric_alarm.errors.alarm_name}"]},
            "cluster": "${aws_ecs_cluster.cluster.arn}",
            "desired_count": "${var.infrastructure_paused ? 0 : 3}",
            "load_balancer": [{"target_group_arn": "${aws_lb_target_group.api.arn}"}],
            "name": "shop-dev-api-service",
            "tags": {"Service": "api"},
            "task_definition": "${aws_ecs_task_definition.api.arn}",
        }
    },
    "aws_ecs_task_definition": {"api": {"container_definitions": _CONTAINERS, "family": "shop-dev-api-task"}},
    "aws_lb_listener_rule": {
        "api": {
            "action": [{"target_group_arn": "${aws_lb_target_group.api.arn}", "type": "forward"}],
            "condition": [{"host_header": {"values": ["api.shop.test"]}}],
        },
        # As a failover's health check asks for it.
        "failover": {
            "action": [{"target_group_arn": "${aws_lb_target_group.api.arn}", "type": "forward"}],
            "condition": [{"host_header": {"values": ["${aws_lb.alb.dns_name}"]}}],
        },
        "pause": {
            "action": [{"type": "fixed-response"}],
            "condition": [{"path_pattern": {"values": ["/x"]}}],
        },
    },
    "aws_lb_target_group": {"api": {"health_check": {"path": "/health"}}},
    "aws_ssm_parameter": {"image": {"name": "/shop-dev/api/image"}},
}


@pytest.fixture
def stack() -> SynthesizedStack:
    document = {"provider": {"aws": [{"region": "eu-west-1"}]}, "resource": _RESOURCES}
    return SynthesizedStack(name="shop-dev", document=document)


def test_a_service_has_the_names_that_aws_knows(stack: SynthesizedStack) -> None:
    found = services(stack)["api"]
    assert (found.cluster, found.name, found.family) == (
        "shop-dev",
        "shop-dev-api-service",
        "shop-dev-api-task",
    )
    assert found.alarms == ("shop-dev-api-errors",)
    assert found.addresses == ("https://api.shop.test/health",)
    assert found.desired_count == 3


def test_the_own_container_is_that_of_the_services_name_and_tells_its_image_parameter(
    stack: SynthesizedStack,
) -> None:
    found = services(stack)["api"]
    assert found.container.name == "api"
    assert found.container.image_parameter == "/shop-dev/api/image"


def test_an_image_that_no_deployment_changes_has_no_parameter(stack: SynthesizedStack) -> None:
    proxy: Container = services(stack)["api"].containers[0]
    assert (proxy.image, proxy.image_parameter) == ("registry.test/proxy:1", None)
    assert (proxy.log_group, proxy.log_stream_prefix) == ("/shop-dev/api", "proxy")
