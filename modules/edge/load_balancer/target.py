"""Target groups of a load balancer."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from cdktf import TerraformResource, TerraformResourceLifecycle
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


@dataclass(frozen=True, kw_only=True)
class Target:
    """A target group with its listener rule, for a service.

    A service depends on `listener_rule`: ECS refuses a target group without a load balancer. With an
    alternate group, `listener_rule_arn` is the production listener rule of blue/green deployments.
    """

    name: str
    host: str
    port: int
    target_group_arn: str
    target_group_arn_suffix: str
    load_balancer_arn_suffix: str
    listener_rule: TerraformResource
    listener_rule_arn: str
    alternate_target_group_arn: str | None = None
    alternate_target_group_arn_suffix: str | None = None


def create_target_group(
    scope: Construct,
    id: str,
    *,
    context: Context,
    vpc_id: str,
    name: str,
    port: int,
    settings: TargetSettings,
    tags: dict[str, str],
) -> LbTargetGroup:
    """A target group of IP addresses. Its name lets a replacement be created before it is destroyed."""
    # The name includes what forces replacement, so that the new group can be created before the old is
    # destroyed.
    fixed = sha256(f"{id} {port} {settings.protocol_version}".encode()).hexdigest()[:6]
    health = settings.health
    return LbTargetGroup(
        scope,
        id,
        name=context.naming.short(Limit.TARGET_GROUP, name, fixed),
        vpc_id=vpc_id,
        target_type="ip",
        port=port,
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
        tags=tags,
    )
