"""The ECS service resource, which everything else of a service leads to."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ecs_service import (
    EcsService,
    EcsServiceAlarms,
    EcsServiceDeploymentCircuitBreaker,
    EcsServiceDeploymentController,
    EcsServiceLoadBalancer,
    EcsServiceNetworkConfiguration,
    EcsServiceServiceRegistries,
)
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ..cluster.cluster import Cluster
from .infrastructure_role import blue_green
from .settings import ServiceSettings


def create_ecs_service(
    scope: Construct,
    *,
    name: str,
    cluster: Cluster,
    task_definition_arn: str,
    subnet_ids: Sequence[str],
    security_groups: Sequence[SecurityGroup],
    settings: ServiceSettings,
    load_balancer: list[EcsServiceLoadBalancer] | None,
    alarm_names: Sequence[str],
    registry_arn: str | None,
    depends_on: Sequence[ITerraformDependable],
    tags: dict[str, str],
) -> EcsService:
    """Tasks that are kept running, exchanged without a gap, and rolled back when that fails."""
    deployment = settings.deployment
    return EcsService(
        scope,
        "Default",
        name=name,
        cluster=cluster.arn,
        task_definition=task_definition_arn,
        desired_count=settings.count,
        capacity_provider_strategy=cluster.strategy(settings.capacity),
        # Without it a change of the strategy would replace the service, which is an outage.
        force_new_deployment=True,
        network_configuration=EcsServiceNetworkConfiguration(
            subnets=subnet_ids,
            security_groups=[group.id for group in security_groups],
            assign_public_ip=settings.public_ip,
        ),
        deployment_controller=EcsServiceDeploymentController(type="ECS"),
        deployment_minimum_healthy_percent=deployment.minimum_percent,
        deployment_maximum_percent=deployment.maximum_percent,
        deployment_circuit_breaker=EcsServiceDeploymentCircuitBreaker(enable=True, rollback=True),
        deployment_configuration=blue_green(deployment),
        alarms=EcsServiceAlarms(alarm_names=alarm_names, enable=True, rollback=True) if alarm_names else None,
        # ECS moves tasks between zones by starting before it stops, which needs room for one more.
        availability_zone_rebalancing="ENABLED" if deployment.maximum_percent > 100 else "DISABLED",
        load_balancer=load_balancer,
        health_check_grace_period_seconds=deployment.health_check_grace_seconds if load_balancer else None,
        service_registries=EcsServiceServiceRegistries(registry_arn=registry_arn) if registry_arn else None,
        enable_execute_command=settings.exec_enabled,
        enable_ecs_managed_tags=True,
        propagate_tags="SERVICE",
        wait_for_steady_state=deployment.wait_for_steady_state,
        tags=tags,
        # The autoscaler owns the count of what scales; Terraform would take it back at every apply.
        lifecycle=TerraformResourceLifecycle(ignore_changes=["desired_count"]) if settings.scaling else None,
        depends_on=depends_on,
    )
