"""OHI's observability: ClickHouse, the collector that exports to it, SigNoz that queries it. Pure.

Their images are taken as they are published; what configures them stands here. Each is handed its files in a
variable and writes them where its program looks, into memory, before it starts. Hosts and passwords come from
`CLICKHOUSE_HOST`, `CLICKHOUSE_PASSWORD` and `SIGNOZ_QUERY_URL`, which the task is given by what it uses.

Written for SigNoz 0.74 (the last line with a query service and a frontend of their own) and its collector
0.111, ClickHouse 24.1 or later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from modules.compute.container_settings import ContainerSettings, http_health
from stacks.ohi.services import CLICKHOUSE, OTEL, SIGNOZ_FRONTEND, SIGNOZ_QUERY

_SHELL = ("/bin/sh", "-c")
_SCRATCH = "/tmp"  # noqa: S108 - of a container: in memory and its own
_CLICKHOUSE_ETC = "/etc/clickhouse-server"
_HEALTH_PORT = 13133  # the collector's health_check extension, reached from inside the task alone
# Creates and migrates ClickHouse's tables; of the collector's own version.
_MIGRATOR = "signoz/signoz-schema-migrator:0.111.29"

# SigNoz's tables are made "on cluster", which needs a cluster of one and a keeper, inside the one server.
_CLICKHOUSE_CONFIG: dict[str, Any] = {
    "listen_host": "0.0.0.0",  # noqa: S104 - its security group says who may come
    # The console is what CloudWatch gets; files are in memory and must stay small.
    "logger": {"level": "information", "console": True, "size": "10M", "count": 2},
    "keeper_server": {
        "tcp_port": 9181,
        "server_id": 1,
        "log_storage_path": "/var/lib/clickhouse/coordination/log",
        "snapshot_storage_path": "/var/lib/clickhouse/coordination/snapshots",
        "raft_configuration": {"server": {"id": 1, "hostname": "localhost", "port": 9234}},
    },
    "zookeeper": {"node": {"host": "localhost", "port": 9181}},
    "remote_servers": {"cluster": {"shard": {"replica": {"host": "localhost", "port": 9000}}}},
    "macros": {"shard": "01", "replica": "01"},
}


def _dsn(database: str = "") -> str:
    return f"tcp://default:${{env:CLICKHOUSE_PASSWORD}}@${{env:CLICKHOUSE_HOST}}:9000/{database}"


_EVERYTHING = {"receivers": ["otlp"], "processors": ["memory_limiter", "batch"]}
_COLLECTOR_CONFIG: dict[str, Any] = {
    "receivers": {
        "otlp": {
            "protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}, "http": {"endpoint": "0.0.0.0:4318"}},
        }
    },
    "processors": {
        # Refuses what it can't hold, so that clients try again, before the task runs out of memory.
        "memory_limiter": {"check_interval": "1s", "limit_percentage": 75, "spike_limit_percentage": 20},
        "batch": {"send_batch_size": 10000, "send_batch_max_size": 11000, "timeout": "10s"},
        # Requests, errors and durations by service, from the traces.
        "signozspanmetrics/delta": {
            "metrics_exporter": "signozclickhousemetrics",
            "metrics_flush_interval": "60s",
            "latency_histogram_buckets": [
                "2ms",
                "10ms",
                "50ms",
                "100ms",
                "250ms",
                "500ms",
                "1s",
                "5s",
                "20s",
            ],
            "dimensions_cache_size": 100000,
            "aggregation_temporality": "AGGREGATION_TEMPORALITY_DELTA",
            "enable_exp_histogram": True,
            "dimensions": [
                {"name": "service.namespace", "default": "default"},
                {"name": "deployment.environment", "default": "default"},
                # Several collectors' series must not be taken for one.
                {"name": "signoz.collector.id"},
                {"name": "service.version"},
            ],
        },
    },
    "exporters": {
        "clickhousetraces": {"datasource": _dsn("signoz_traces"), "use_new_schema": True},
        "signozclickhousemetrics": {"dsn": _dsn("signoz_metrics")},
        "clickhouselogsexporter": {"dsn": _dsn("signoz_logs"), "timeout": "10s", "use_new_schema": True},
    },
    "extensions": {"health_check": {"endpoint": f"0.0.0.0:{_HEALTH_PORT}"}},
    "service": {
        "telemetry": {"logs": {"encoding": "json"}},
        "extensions": ["health_check"],
        "pipelines": {
            "traces": {
                "receivers": ["otlp"],
                "processors": ["memory_limiter", "signozspanmetrics/delta", "batch"],
                "exporters": ["clickhousetraces"],
            },
            "metrics": {**_EVERYTHING, "exporters": ["signozclickhousemetrics"]},
            "logs": {**_EVERYTHING, "exporters": ["clickhouselogsexporter"]},
        },
    },
}

# nginx looks names up when it starts; through a variable and a resolver (the VPC's own) it keeps looking, so
# that it finds a query service that was replaced.
_FRONTEND_CONFIG = """\
server {
  listen 3301;
  resolver 169.254.169.253 valid=10s;
  set $query @SIGNOZ_QUERY_URL@;
  client_max_body_size 24M;
  location / {
    root /usr/share/nginx/html;
    try_files $uri $uri/ /index.html;
  }
  location ~ ^/(api|ws) {
    proxy_pass $query;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $http_connection;
    proxy_buffering off;
    proxy_read_timeout 600s;
  }
}
"""


def _json(content: Any) -> str:
    # Every JSON document is a YAML document, which is what both programs read.
    return json.dumps(content, separators=(",", ":"))


# What each runs, without the ports and sizes of its row in the services table.
OBSERVABILITY: Mapping[str, ContainerSettings] = {
    CLICKHOUSE: ContainerSettings(
        entry_point=_SHELL,
        command=(f'echo "$SERVER_CONFIG" > {_CLICKHOUSE_ETC}/config.d/ohi.yaml && exec /entrypoint.sh',),
        environment={"SERVER_CONFIG": _json(_CLICKHOUSE_CONFIG)},
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
            f'echo "$COLLECTOR_CONFIG" > {_SCRATCH}/collector.yaml'
            f" && exec /signoz-collector --config={_SCRATCH}/collector.yaml",
        ),
        environment={"COLLECTOR_CONFIG": _json(_COLLECTOR_CONFIG)},
        starts_after={"schema": "SUCCESS"},
        health_check=http_health(_HEALTH_PORT, "/"),
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
        writable_paths=(_SCRATCH, "/var/lib/signoz"),
        health_check=http_health(8080, "/api/v1/health"),
    ),
    SIGNOZ_FRONTEND: ContainerSettings(
        entry_point=_SHELL,
        command=(
            'echo "$SITE_CONFIG" | sed "s|@SIGNOZ_QUERY_URL@|$SIGNOZ_QUERY_URL|"'
            " > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'",
        ),
        environment={"SITE_CONFIG": _FRONTEND_CONFIG},
        writable_paths=(_SCRATCH, "/etc/nginx/conf.d", "/var/cache/nginx", "/run"),
        health_check=http_health(3301, "/"),
    ),
}

# Beside whom another container must have run first. It is given what the service itself is given.
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
            # It has done its work when it ends.
            essential=False,
        )
    }
}
