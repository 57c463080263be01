"""Configuration files of ClickHouse, the OpenTelemetry collector and SigNoz's frontend. Pure.

The collector resolves `${env:…}` itself: none of these files holds the password.
"""

from __future__ import annotations

from typing import Any

HEALTH_PORT = 13133  # the collector's health_check extension; reachable inside the task only

# SigNoz creates its tables ON CLUSTER, which needs a cluster of one server and a keeper in it.
CLICKHOUSE_CONFIG: dict[str, Any] = {
    "listen_host": "0.0.0.0",  # noqa: S104 - its security group restricts access
    # The console log goes to CloudWatch; log files are on tmpfs and must stay small.
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
COLLECTOR_CONFIG: dict[str, Any] = {
    "receivers": {
        "otlp": {
            "protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}, "http": {"endpoint": "0.0.0.0:4318"}},
        }
    },
    "processors": {
        # Refuses data before the task runs out of memory; clients retry.
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
                # Keeps the series of several collectors apart.
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
    "extensions": {"health_check": {"endpoint": f"0.0.0.0:{HEALTH_PORT}"}},
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

# nginx resolves host names at its start only, unless they are in a variable and a resolver (the VPC's) is
# set: so it finds a replaced task of the query service.
FRONTEND_CONFIG = """\
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
