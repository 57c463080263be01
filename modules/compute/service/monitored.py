"""How a service is watched."""

from __future__ import annotations

from ...edge.load_balancer.target import Target
from ...monitoring.monitored import Monitored
from .alarms import service
from .settings import ServiceSettings


def monitored_service(
    settings: ServiceSettings, *, cluster_name: str, service_name: str, target: Target | None
) -> Monitored:
    """Its tasks, and behind a load balancer its requests. Without scaling, all of `count` should run."""
    groups = [target.target_group_arn_suffix, target.alternate_target_group_arn_suffix] if target else []
    return service(
        key=settings.name,
        cluster_name=cluster_name,
        service_name=service_name,
        minimum=settings.scaling.minimum if settings.scaling else settings.count,
        load_balancer=target.load_balancer_arn_suffix if target else "",
        target_groups=[group for group in groups if group],
    )
