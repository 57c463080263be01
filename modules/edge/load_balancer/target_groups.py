"""Target groups of a load balancer."""

from __future__ import annotations

from hashlib import sha256

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb_target_group import (
    LbTargetGroup,
    LbTargetGroupHealthCheck,
    LbTargetGroupStickiness,
)
from constructs import Construct

from ...context import Context
from ...naming import Limit
from .settings import TargetSettings

_HEALTHY = {"HTTP1": "200", "HTTP2": "200", "GRPC": "0"}
# ECS registers each task with the container's port, which overrides this one (Elastic Load Balancing API,
# CreateTargetGroup, Port). So a service whose port changes keeps its group, and its tasks are exchanged one
# after the other; a new group would get the requests while it is empty (containers-roadmap issue 2196).
_DEFAULT_PORT = 80


def create_target_group(
    scope: Construct,
    id: str,
    *,
    context: Context,
    vpc_id: str,
    name: str,
    settings: TargetSettings,
) -> LbTargetGroup:
    """A target group of addresses, checked and balanced by the settings."""
    # The name includes what forces replacement, so that the new group can be created before the old is
    # destroyed.
    fixed = sha256(f"{id} {settings.protocol_version}".encode()).hexdigest()[:6]
    health = settings.health
    return LbTargetGroup(
        scope,
        id,
        name=context.naming.short(Limit.TARGET_GROUP, name, fixed),
        vpc_id=vpc_id,
        target_type="ip",
        port=_DEFAULT_PORT,
        protocol="HTTP",
        protocol_version=settings.protocol_version,
        deregistration_delay=str(settings.deregistration_delay),
        slow_start=settings.slow_start,
        load_balancing_algorithm_type=settings.algorithm,
        load_balancing_anomaly_mitigation="on" if settings.algorithm == "weighted_random" else "off",
        health_check=LbTargetGroupHealthCheck(
            enabled=True,
            path=health.path,
            protocol="HTTP",
            port="traffic-port",
            interval=health.interval,
            timeout=health.timeout,
            healthy_threshold=health.healthy_threshold,
            unhealthy_threshold=health.unhealthy_threshold,
            matcher=health.matcher or _HEALTHY[settings.protocol_version],
        ),
        stickiness=LbTargetGroupStickiness(
            type="lb_cookie",
            enabled=settings.stickiness is not None,
            cookie_duration=settings.stickiness or 86_400,
        ),
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        tags=context.tags.override(Service=name),
    )
