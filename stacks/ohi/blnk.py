"""The containers of Blnk, the ledger: its API and its worker run one published image. Pure.

Its variables, commands and ports: `config/config.go`, `cmd/workers.go` and `docker-compose.yaml` of
github.com/blnkfinance/blnk, v0.15.2. The entry point writes what tasks are given under Blnk's names; the
passwords consist of letters and digits, so that URLs need no escaping.
"""

from __future__ import annotations

from modules.compute.service.container_settings import ContainerSettings, http_health

# The worker's monitoring port answers /health; its security group lets nobody in.
WORKER_PORT = 5004

_USER = "65534"  # nobody: the image runs as root by default, and Blnk needs no rights of its own
_SHELL = ("/bin/sh", "-c")
_VARIABLES = " && ".join(
    (
        'export BLNK_DATA_SOURCE_DNS="postgres://$DATABASE_USER:$DATABASE_PASSWORD'
        '@$DATABASE_HOST:$DATABASE_PORT/$DATABASE_NAME?sslmode=require"',
        'export BLNK_REDIS_DNS="rediss://$REDIS_USER:$REDIS_AUTH_TOKEN@$REDIS_HOST:$REDIS_PORT"',
        'export BLNK_SERVER_SECRET_KEY="$BLNK_SECRET_KEY"',
        # Its own default is 50 connections of each task.
        'export BLNK_DATABASE_MAX_OPEN_CONNS="$DATABASE_POOL_SIZE"',
        'export BLNK_DATABASE_MAX_IDLE_CONNS="$DATABASE_POOL_SIZE"',
    )
)
_ENVIRONMENT = {
    "BLNK_PROJECT_NAME": "OHI",
    # Without it, the API takes requests without a key.
    "BLNK_SERVER_SECURE": "true",
    # Traces and metrics to the collector; no reports to the publisher.
    "BLNK_ENABLE_OBSERVABILITY": "true",
    "BLNK_ENABLE_TELEMETRY": "false",
}


def blnk_api(port: int) -> ContainerSettings:
    """The API on `port`; it migrates its schema before it starts, as upstream does."""
    return ContainerSettings(
        entry_point=_SHELL,
        command=(f"{_VARIABLES} && blnk migrate up && exec blnk start",),
        # It creates a file in its working directory.
        working_directory="/tmp",  # noqa: S108
        environment={**_ENVIRONMENT, "BLNK_SERVER_PORT": str(port)},
        health_check=http_health(port),
        user=_USER,
    )


BLNK_WORKER_CONTAINER = ContainerSettings(
    entry_point=_SHELL,
    command=(f"{_VARIABLES} && exec blnk workers",),
    working_directory="/tmp",  # noqa: S108
    environment={**_ENVIRONMENT, "BLNK_QUEUE_MONITORING_PORT": str(WORKER_PORT)},
    health_check=http_health(WORKER_PORT),
    user=_USER,
)
