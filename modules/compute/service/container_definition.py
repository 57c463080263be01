"""Container definitions of ECS as JSON, deterministic. Pure.

Strings of settings are literal: a `${HOME}` in a command belongs to the shell, so it is escaped for
Terraform. Values from other modules may hold Terraform references and are not escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .container_settings import ContainerSettings, HealthCheck, RestartPolicy

_TEMPLATE = re.compile(r"([$%])\{(?!TfToken\[)")

# ECS Exec's agent writes here. AWS's page says that a read-only root file system isn't supported; with these
# mounts it works for others (containers-roadmap 1359, amazon-ecs-exec-checker 71). If it fails, tasks keep
# running without ECS Exec.
EXEC_PATHS = {
    "exec-agent": "/managed-agents",
    "exec-state": "/var/lib/amazon",
    "exec-log": "/var/log/amazon",
}
# Anybody may write, as in /tmp: a tmpfs belongs to root, with mode 755, and images run as other users. It is
# also what keeps plans empty: an empty list would differ from what AWS returns.
_TMPFS_OPTIONS = ("mode=1777",)


@dataclass(frozen=True, kw_only=True)
class ContainerContext:
    """The parts of a container definition that are not settings; `secrets` are ECS `valueFrom` references."""

    name: str
    image: str
    log_options: Mapping[str, str]
    labels: Mapping[str, str]
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    volumes: Mapping[str, str] = field(default_factory=dict)  # volume → path
    exec_enabled: bool = False


def container_definition(settings: ContainerSettings, context: ContainerContext) -> dict[str, Any]:
    """The container definition in the terms of the ECS API, without unset parameters."""
    environment = {**{k: literal(v) for k, v in settings.environment.items()}, **context.environment}
    definition = {
        "name": context.name,
        "image": context.image,
        "essential": settings.essential,
        "cpu": settings.cpu,
        "memory": settings.memory,
        "user": settings.user,
        "entryPoint": [literal(word) for word in settings.entry_point],
        "command": [literal(word) for word in settings.command],
        "workingDirectory": settings.working_directory,
        "environment": _sorted(environment, "name", "value"),
        "secrets": _sorted(context.secrets, "name", "valueFrom"),
        "portMappings": [_port(name, number) for name, number in sorted(settings.ports.items())],
        "healthCheck": _health_check(settings.health_check),
        "dependsOn": _sorted(settings.starts_after, "containerName", "condition"),
        "restartPolicy": _restart_policy(settings.restarts),
        "stopTimeout": settings.stop_timeout_seconds,
        "ulimits": [{"name": "nofile", "softLimit": settings.open_files, "hardLimit": settings.open_files}],
        "dockerLabels": {**context.labels, **settings.labels},
        "readonlyRootFilesystem": settings.read_only_root,
        "linuxParameters": _linux_parameters(settings),
        "mountPoints": _mount_points(settings, context),
        "logConfiguration": {"logDriver": "awslogs", "options": dict(context.log_options)},
    }
    return {name: value for name, value in definition.items() if value not in (None, [], {})}


def container_definitions(containers: Sequence[tuple[ContainerSettings, ContainerContext]]) -> str:
    """The container definitions of a task as JSON."""
    content = [container_definition(settings, context) for settings, context in containers]
    return json.dumps(content, separators=(",", ":"))


def literal(text: str) -> str:
    """A text with Terraform's template sequences escaped."""
    return _TEMPLATE.sub(r"\1\1{", text)


def _sorted(pairs: Mapping[str, str], key: str, value: str) -> list[dict[str, str]]:
    return [{key: name, value: pairs[name]} for name in sorted(pairs)]


def _port(name: str, number: int) -> dict[str, Any]:
    return {"name": name, "containerPort": number, "hostPort": number, "protocol": "tcp"}


def _health_check(health_check: HealthCheck | None) -> dict[str, Any] | None:
    if health_check is None:
        return None
    return {
        "command": [literal(word) for word in health_check.command],
        "interval": health_check.interval_seconds,
        "timeout": health_check.timeout_seconds,
        "retries": health_check.retries,
        "startPeriod": health_check.start_period_seconds,
    }


def _restart_policy(restarts: RestartPolicy | None) -> dict[str, Any] | None:
    if restarts is None:
        return None
    # Without an empty list, which a plan would show again and again.
    ignored = {"ignoredExitCodes": list(restarts.ignored_exit_codes)} if restarts.ignored_exit_codes else {}
    return {"enabled": True, "restartAttemptPeriod": restarts.attempt_period_seconds, **ignored}


def _linux_parameters(settings: ContainerSettings) -> dict[str, Any]:
    # An init process reaps zombie processes of the service and of ECS Exec.
    parameters: dict[str, Any] = {"initProcessEnabled": True}
    if settings.read_only_root and settings.writable_paths:
        # tmpfs, because a bind mount belongs to root and most images run as another user.
        parameters["tmpfs"] = [
            {
                "containerPath": path,
                "size": settings.writable_mebibytes,
                "mountOptions": list(_TMPFS_OPTIONS),
            }
            for path in settings.writable_paths
        ]
    return parameters


def _mount_points(settings: ContainerSettings, context: ContainerContext) -> list[dict[str, Any]]:
    volumes = dict(context.volumes)
    if settings.read_only_root and context.exec_enabled:
        volumes |= EXEC_PATHS
    return [
        {"sourceVolume": volume, "containerPath": path, "readOnly": False}
        for volume, path in sorted(volumes.items())
    ]
