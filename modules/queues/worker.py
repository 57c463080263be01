"""The container of Dramatiq's workers. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import Field, PositiveInt

from ..compute.service.container_settings import ContainerSettings, heartbeat_health
from ..errors import Problem, refusal
from ..settings import settings

# Fargate kills a container this long after SIGTERM (ECS developer guide, "Task definition parameters for
# Fargate", stopTimeout); Dramatiq needs some of it to return the messages that it has fetched.
_STOP_SECONDS, _RETURNING = 120, 10


@settings
class WorkerSettings:
    """Workers of Dramatiq: `module` with the broker and the actors, its processes and their threads.

    At SIGTERM a worker fetches nothing more, and has `shutdown_seconds` to finish what it works on.
    `protect_minutes`: for jobs that take longer. While one runs, the application protects its task from
    scale-in and deployments (README.md, "Longer jobs").
    """

    module: str
    processes: PositiveInt = 1
    threads: PositiveInt = 8
    # Dramatiq's own 600 seconds are longer than Fargate waits.
    shutdown_seconds: PositiveInt = _STOP_SECONDS - _RETURNING
    # ECS API: UpdateTaskProtection, expiresInMinutes.
    protect_minutes: Annotated[int, Field(ge=1, le=2880)] | None = None

    @property
    def connections(self) -> int:
        """Database connections of a task: one of each thread."""
        return self.processes * self.threads

    def problems(self) -> Iterator[Problem]:
        """A shutdown that Fargate ends by force."""
        most = _STOP_SECONDS - _RETURNING
        if self.shutdown_seconds > most:
            why = refusal(
                got=f"{self.shutdown_seconds} seconds",
                allowed=f"1 to {most}: Fargate kills a container {_STOP_SECONDS} seconds after SIGTERM",
                fix="shorten it; protect_minutes is for longer jobs",
            )
            yield Problem(where="shutdown_seconds", what=why)


def worker_container(worker: WorkerSettings, container: ContainerSettings | None = None) -> ContainerSettings:
    """The settings of the workers' container: their command, health check and stop timeout.

    The command runs without a shell, so that SIGTERM reaches Dramatiq. The health check is the age of a file
    that the workers touch (README.md, "Health").
    """
    command = (
        *("dramatiq", worker.module, "--processes", str(worker.processes)),
        *("--threads", str(worker.threads)),
        *("--worker-shutdown-timeout", str(worker.shutdown_seconds * 1000)),
    )
    own = container or ContainerSettings()
    protection = {"TASK_PROTECTION_MINUTES": str(worker.protect_minutes)} if worker.protect_minutes else {}
    return replace(
        own,
        command=command,
        environment={**protection, **own.environment},
        health_check=own.health_check or heartbeat_health(),
        stop_timeout_seconds=_STOP_SECONDS,
    )
