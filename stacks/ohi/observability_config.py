"""Configuration files of ClickHouse, the OpenTelemetry collector and the proxy before SigNoz. Pure.

The collector resolves `${env:…}` itself: none of these files holds the password. What each program reads, at
the versions of `images.py`: the Helm chart and the Compose files of SigNoz (github.com/SigNoz/charts,
charts/signoz; github.com/SigNoz/signoz, v0.120.0, deploy/docker), and `scripts/clickhouse/histogramquantile`
of v0.138.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

SCRATCH = "/tmp"  # noqa: S108 - of a container: in memory and its own
HEALTH_PORT = 13133  # the collector's health_check extension; reachable inside the task only

# System tables about ClickHouse itself. Those that it writes all the time are off: on EFS each merge is
# billed throughput. The others are kept for a week.
_KEPT = ("query_log", "part_log", "error_log", "crash_log", "backup_log")
_OFF = (
    "aggregated_zookeeper_log",
    "asynchronous_insert_log",
    "asynchronous_metric_log",
    "blob_storage_log",
    "latency_log",
    "metric_log",
    "opentelemetry_span_log",
    "processors_profile_log",
    "query_metric_log",
    "query_thread_log",
    "query_views_log",
    "s3queue_log",
    "text_log",
    "trace_log",
)

# Keys that begin with @ are attributes. SigNoz creates its tables ON CLUSTER, which needs a cluster of one
# server and a keeper in it.
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
    # Of the task's memory. The caches are 5 GiB and more by default and may take half of it, too much for a
    # GiB.
    "max_server_memory_usage_to_ram_ratio": 0.8,
    "cache_size_to_ram_max_ratio": 0.15,
    **{name: {"ttl": "event_date + INTERVAL 7 DAY DELETE"} for name in _KEPT},
    **{name: {"@remove": "1"} for name in _OFF},
}


def clickhouse_xml(config: Mapping[str, Any]) -> str:
    """A configuration file of ClickHouse, in its own format."""
    root = Element("clickhouse")
    _fill(root, config)
    return tostring(root, encoding="unicode")


def _fill(element: Element, content: Mapping[str, Any]) -> None:
    for name, value in content.items():
        if name.startswith("@"):
            element.set(name[1:], value)
        elif isinstance(value, Mapping):
            _fill(SubElement(element, name), value)
        else:
            SubElement(element, name).text = str(value).lower() if isinstance(value, bool) else str(value)


# SigNoz asks ClickHouse for quantiles of histograms by a program that upstream downloads at every start. The
# same in SQL: sums counts of equal bounds, makes them monotonic, and interpolates within the bucket of the
# rank.
HISTOGRAM_QUANTILE = """\
CREATE FUNCTION histogramQuantile AS (bounds, counts, q) -> arrayElement(arrayMap((les, sums) -> multiIf(
    isNaN(q), nan,
    q < 0, -inf,
    q > 1, inf,
    length(les) < 2 OR NOT isInfinite(arrayElement(les, -1)) OR arrayElement(sums, -1) = 0, nan,
    arrayElement(arrayMap((b, rank) -> multiIf(
        b = length(les), arrayElement(les, -2),
        b = 1 AND arrayElement(les, 1) <= 0, arrayElement(les, 1),
        b = 1, arrayElement(les, 1) * rank / arrayElement(sums, 1),
        arrayElement(les, b - 1) + (arrayElement(les, b) - arrayElement(les, b - 1))
            * (rank - arrayElement(sums, b - 1)) / (arrayElement(sums, b) - arrayElement(sums, b - 1))
    ), [toInt64(arrayFirstIndex(each -> each >= q * arrayElement(sums, -1), sums))],
    [q * arrayElement(sums, -1)]), 1)
), [arraySort(arrayDistinct(bounds))], [arrayMap(each -> arrayMax(arrayMap(top -> arraySum(
    (bound, value) -> if(bound = top, toFloat64(value), 0), bounds, counts
), arrayFilter(other -> other <= each, bounds))), arraySort(arrayDistinct(bounds)))]), 1)
"""


def _dsn(database: str) -> str:
    return f"tcp://default:${{env:CLICKHOUSE_PASSWORD}}@${{env:CLICKHOUSE_HOST}}:9000/{database}"


# Of latency histograms; SigNoz's own.
_BUCKETS = "100us 1ms 2ms 6ms 10ms 50ms 100ms 250ms 500ms 1000ms 1400ms 2000ms 5s 10s 20s 40s 60s"


def _pipeline(exporter: str, *processors: str) -> Mapping[str, Any]:
    # metadataexporter: what the pages of SigNoz suggest in their filters. signozmeter: how much is ingested.
    return {
        "receivers": ["otlp"],
        "processors": ["memory_limiter", *processors, "batch"],
        "exporters": [exporter, "metadataexporter", "signozmeter"],
    }


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
        "batch/meter": {"send_batch_size": 20000, "send_batch_max_size": 25000, "timeout": "1s"},
        # Requests, errors and durations by service, from the traces.
        "signozspanmetrics/delta": {
            "metrics_exporter": "signozclickhousemetrics",
            "metrics_flush_interval": "60s",
            "latency_histogram_buckets": _BUCKETS.split(),
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
    "connectors": {
        "signozmeter": {
            "metrics_flush_interval": "1h",
            "dimensions": [{"name": "service.name"}, {"name": "deployment.environment"}],
        }
    },
    "exporters": {
        "clickhousetraces": {"datasource": _dsn("signoz_traces"), "use_new_schema": True},
        "signozclickhousemetrics": {"dsn": _dsn("signoz_metrics")},
        "clickhouselogsexporter": {"dsn": _dsn("signoz_logs"), "timeout": "10s", "use_new_schema": True},
        "signozclickhousemeter": {
            "dsn": _dsn("signoz_meter"),
            "timeout": "45s",
            "sending_queue": {"enabled": False},
        },
        "metadataexporter": {
            "dsn": _dsn("signoz_metadata"),
            "enabled": True,
            "timeout": "45s",
            "cache": {"provider": "in_memory"},
        },
    },
    "extensions": {"health_check": {"endpoint": f"0.0.0.0:{HEALTH_PORT}"}},
    "service": {
        "telemetry": {"logs": {"encoding": "json"}},
        "extensions": ["health_check"],
        "pipelines": {
            "traces": _pipeline("clickhousetraces", "signozspanmetrics/delta"),
            "metrics": _pipeline("signozclickhousemetrics"),
            "logs": _pipeline("clickhouselogsexporter"),
            "metrics/meter": {
                "receivers": ["signozmeter"],
                "processors": ["batch/meter"],
                "exporters": ["signozclickhousemeter"],
            },
        },
    },
}

# nginx resolves host names at its start only, unless they are in a variable and a resolver (the VPC's) is
# set: so it finds a replaced task of SigNoz. A query stands in the address, hence the large buffers
# (upstream's figures). Idle connections outlive those of the load balancer, which would answer 502 otherwise.
PROXY_CONFIG = """\
worker_processes 1;
pid @SCRATCH@/nginx.pid;
error_log /dev/stderr warn;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path @SCRATCH@/client;
  proxy_temp_path @SCRATCH@/proxy;
  fastcgi_temp_path @SCRATCH@/fastcgi;
  uwsgi_temp_path @SCRATCH@/uwsgi;
  scgi_temp_path @SCRATCH@/scgi;
  server_tokens off;
  keepalive_timeout @KEEP_ALIVE_SECONDS@s;
  server {
    listen 3301;
    resolver 169.254.169.253 valid=10s;
    set $signoz @SIGNOZ_QUERY_URL@;
    client_max_body_size 24M;
    large_client_header_buffers 8 128k;
    location = /health { default_type text/plain; return 200 "ok"; }
    location / {
      proxy_pass $signoz;
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-Proto https;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $http_connection;
      proxy_buffering off;
      proxy_read_timeout 600s;
    }
  }
}
""".replace("@SCRATCH@", SCRATCH)
