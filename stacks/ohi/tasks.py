"""ServiceSettings from rows of the services table. Pure."""

from __future__ import annotations

from dataclasses import replace

from modules.compute.service.container_settings import (
    ContainerSettings,
    HealthCheck,
    http_health,
    process_health,
)
from modules.compute.service.settings import DeploymentSettings, ScalingSettings, ServiceSettings
from modules.log_retention import RetentionDays
from stacks.ohi.dependencies import CLICKHOUSE, DATABASE
from stacks.ohi.observability import OBSERVABILITY, SIDECARS
from stacks.ohi.services import Service

# The user and the data path of ClickHouse's image.
CLICKHOUSE_USER, CLICKHOUSE_DATA = 101, "/var/lib/clickhouse"


def task_settings(
    service: Service, *, environment: dict[str, str], pool_size: int, log_retention_days: RetentionDays
) -> ServiceSettings:
    """The settings of one service. Raises ProblemsError for values that Fargate would refuse.

    `environment`: variables of every task. `pool_size`: database connections of a task.
    """
    return ServiceSettings(
        name=service.name,
        cpu=service.cpu,
        memory=service.memory,
        count=service.count,
        container=_container(service, environment, pool_size),
        sidecars=SIDECARS.get(service.name, {}),
        scaling=_scaling(service),
        deployment=_deployment(service),
        log_retention_days=log_retention_days,
        tags={"DataClassification": "pii"} if DATABASE in service.uses else {},
    )


def _container(service: Service, environment: dict[str, str], pool_size: int) -> ContainerSettings:
    own = OBSERVABILITY.get(service.name) or ContainerSettings(health_check=_health(service))
    pool = {"DATABASE_POOL_SIZE": str(pool_size)} if DATABASE in service.uses else {}
    is_clickhouse = service.name == CLICKHOUSE
    return replace(
        own,
        ports=service.ports,
        environment={**environment, "SERVICE_NAME": service.name, **pool, **own.environment},
        labels={"service": service.name},
        # ClickHouse flushes its memory to disk before it exits.
        stop_timeout_seconds=120 if is_clickhouse else 30,
        # ClickHouse's documentation, "Usage recommendations": at least 262,144 open files.
        open_files=262_144 if is_clickhouse else 65_535,
        user=str(CLICKHOUSE_USER) if is_clickhouse else None,
    )


def _health(service: Service) -> HealthCheck:
    return http_health(service.ports["http"]) if "http" in service.ports else process_health(service.name)


def _scaling(service: Service) -> ScalingSettings | None:
    if service.minimum is None or service.maximum is None:
        return None
    return ScalingSettings(minimum=service.minimum, maximum=service.maximum)


def _deployment(service: Service) -> DeploymentSettings:
    if service.name == CLICKHOUSE:
        # Two servers would corrupt the shared files: the old task stops before the new one starts.
        return DeploymentSettings(minimum_percent=0, maximum_percent=100)
    return DeploymentSettings()
