"""ServiceSettings from rows of the services table. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from modules.compute.service.container_settings import ContainerSettings
from modules.compute.service.scaling_settings import ScalingSettings
from modules.compute.service.settings import DeploymentSettings, ServiceSettings
from modules.log_retention import RetentionDays
from stacks.ohi.dependencies import DATABASE, OTEL
from stacks.ohi.services import Service


def task_settings(
    service: Service, *, environment: Mapping[str, str], pool_size: int, log_retention_days: RetentionDays
) -> ServiceSettings:
    """The settings of one service. Raises ProblemsError for values that Fargate would refuse.

    `environment`: variables that the environment gives it. `pool_size`: database connections of a task.
    """
    return ServiceSettings(
        name=service.name,
        cpu=service.cpu,
        memory=service.memory,
        count=service.count,
        container=_container(service, environment, pool_size),
        scaling=_scaling(service),
        deployment=_deployment(service),
        log_retention_days=log_retention_days,
        migration=service.migration,
        tags={"DataClassification": "pii"} if DATABASE in service.uses else {},
    )


def _container(service: Service, environment: Mapping[str, str], pool_size: int) -> ContainerSettings:
    own = service.container
    pool = {"DATABASE_POOL_SIZE": str(pool_size)} if DATABASE in service.uses else {}
    # The name of its traces, metrics and logs.
    telemetry = {"OTEL_SERVICE_NAME": service.name} if OTEL in service.uses else {}
    return replace(
        own,
        ports=service.ports,
        environment={
            **environment,
            "SERVICE_NAME": service.name,
            **pool,
            **telemetry,
            **own.environment,
        },
        labels={"service": service.name},
    )


def _scaling(service: Service) -> ScalingSettings | None:
    if service.minimum is None or service.maximum is None:
        return None
    return ScalingSettings(minimum=service.minimum, maximum=service.maximum)


def _deployment(service: Service) -> DeploymentSettings:
    if service.volume:
        # Two tasks would corrupt the shared files: the old one stops before the new one starts.
        return DeploymentSettings(minimum_percent=0, maximum_percent=100)
    return DeploymentSettings(strategy=service.strategy)
