"""OHI's observability: ClickHouse, the collector that exports to it, SigNoz that queries it. Pure.

They run the published images. Their configuration files are passed in environment variables, and the entry
point writes them to tmpfs before the program starts. Hosts and passwords come from `CLICKHOUSE_HOST`,
`CLICKHOUSE_PASSWORD` and `SIGNOZ_QUERY_URL`, which the task gets from its dependencies.

Written for SigNoz 0.74 (the last line with a query service and a frontend of their own) and its collector
0.111, ClickHouse 24.1 or later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from modules.compute.service.container_settings import ContainerSettings, http_health
from stacks.ohi.dependencies import CLICKHOUSE, OTEL, SIGNOZ_QUERY
from stacks.ohi.observability_config import CLICKHOUSE_CONFIG, COLLECTOR_CONFIG, FRONTEND_CONFIG, HEALTH_PORT

_SHELL = ("/bin/sh", "-c")
_SCRATCH = "/tmp"  # noqa: S108 - of a container: in memory and its own
_CLICKHOUSE_ETC = "/etc/clickhouse-server"
# Creates and migrates ClickHouse's tables; of the collector's own version.
_MIGRATOR = "signoz/signoz-schema-migrator:0.111.29"


def _json(content: Any) -> str:
    # Both programs read YAML, of which JSON is a subset.
    return json.dumps(content, separators=(",", ":"))


# Containers without ports and sizes, which are in the services table.
OBSERVABILITY: Mapping[str, ContainerSettings] = {
    CLICKHOUSE: ContainerSettings(
        entry_point=_SHELL,
        command=(f'printf %s "$SERVER_CONFIG" > {_CLICKHOUSE_ETC}/config.d/ohi.yaml && exec /entrypoint.sh',),
        environment={"SERVER_CONFIG": _json(CLICKHOUSE_CONFIG)},
        # Its entry point writes the password to users.d.
        writable_paths=(
            _SCRATCH,
            f"{_CLICKHOUSE_ETC}/config.d",
            f"{_CLICKHOUSE_ETC}/users.d",
            "/var/log/clickhouse-server",
        ),
        health_check=http_health(8123, "/ping"),
    ),
    OTEL: ContainerSettings(
        entry_point=_SHELL,
        command=(
            f'printf %s "$COLLECTOR_CONFIG" > {_SCRATCH}/collector.yaml'
            f" && exec /signoz-collector --config={_SCRATCH}/collector.yaml",
        ),
        environment={"COLLECTOR_CONFIG": _json(COLLECTOR_CONFIG)},
        starts_after={"schema": "SUCCESS"},
        health_check=http_health(HEALTH_PORT, "/"),
    ),
    SIGNOZ_QUERY: ContainerSettings(
        entry_point=_SHELL,
        command=(
            'export ClickHouseUrl="tcp://default:$CLICKHOUSE_PASSWORD@$CLICKHOUSE_HOST:9000"'
            f' && echo "remote_read: [{{url: $ClickHouseUrl/signoz_metrics}}]" > {_SCRATCH}/prometheus.yml'
            # The program was renamed between versions.
            " && exec $(ls ./query-service ./signoz 2> /dev/null | head -n 1)"
            f" --config={_SCRATCH}/prometheus.yml --use-logs-new-schema=true --use-trace-new-schema=true",
        ),
        working_directory="/root",
        environment={
            "STORAGE": "clickhouse",
            "SIGNOZ_SQLSTORE_SQLITE_PATH": "/var/lib/signoz/signoz.db",
            "DEPLOYMENT_TYPE": "ecs",
            "TELEMETRY_ENABLED": "false",
        },
        # Its SQLite database (users, dashboards) is lost with the task.
        writable_paths=(_SCRATCH, "/var/lib/signoz"),
        health_check=http_health(8080, "/api/v1/health"),
    ),
    "signoz-frontend": ContainerSettings(
        entry_point=_SHELL,
        command=(
            'printf %s "$SITE_CONFIG" | sed "s|@SIGNOZ_QUERY_URL@|$SIGNOZ_QUERY_URL|"'
            " > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'",
        ),
        environment={"SITE_CONFIG": FRONTEND_CONFIG},
        writable_paths=(_SCRATCH, "/etc/nginx/conf.d", "/var/cache/nginx", "/run"),
        health_check=http_health(3301, "/"),
    ),
}

# Containers that must finish before the main container starts. They have the same client access.
SIDECARS: Mapping[str, Mapping[str, ContainerSettings]] = {
    OTEL: {
        "schema": ContainerSettings(
            image=_MIGRATOR,
            entry_point=_SHELL,
            command=(
                'dsn="tcp://default:$CLICKHOUSE_PASSWORD@$CLICKHOUSE_HOST:9000"'
                ' && /signoz-schema-migrator sync --dsn="$dsn" --up='
                ' && /signoz-schema-migrator async --dsn="$dsn" --up=',
            ),
            # It ends when the migration is complete.
            essential=False,
        )
    }
}
