"""The table of OHI's dependencies, from which rules, variables and credentials are derived. Pure."""

from __future__ import annotations

from ipaddress import IPv4Network

from modules.networking.dependencies import Dependencies, Dependency

DATABASE, MONGODB = "rds", "mongodb"
APP_CACHE, BLNK_CACHE = "app-cache", "blnk-cache"
BLNK_API = "blnk-api"
OTEL, CLICKHOUSE, SIGNOZ_QUERY = "otel-collector", "clickhouse", "signoz-query"
# Services that nothing depends on.
BLNK_WORKER, SIGNOZ_FRONTEND = "blnk-worker", "signoz-frontend"

ANYWHERE = IPv4Network("0.0.0.0/0")
# Both caches share a security group: a client of one has no password of the other.
_CACHES = "elasticache"

DEPENDENCIES = Dependencies(
    Dependency(name=DATABASE, ports={"postgresql": 5432}, reason="relational records"),
    Dependency(name=APP_CACHE, group=_CACHES, ports={"redis": 6379}, reason="cache, sessions and queues"),
    Dependency(name=BLNK_CACHE, group=_CACHES, ports={"redis": 6379}, reason="queues of the ledger"),
    # Atlas is outside of AWS and its addresses change; it is protected by its IP access list and TLS.
    Dependency(
        name=MONGODB,
        addresses=ANYWHERE,
        ports={"mongodb": 27017},
        reason="documents in MongoDB Atlas",
        secret_entries=("MONGODB_URL",),
    ),
    Dependency(
        name=BLNK_API,
        reason="ledger entries",
        variables={"BLNK_API_URL": "http://{host}:{http}"},
        secret_entries=("BLNK_SECRET_KEY",),
    ),
    Dependency(
        name=OTEL,
        reason="traces, metrics and logs",
        # OpenTelemetry's default protocol, and the only one that Blnk speaks.
        variables={
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://{host}:{http}",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        },
    ),
    Dependency(
        name=CLICKHOUSE,
        reason="telemetry stored and queried",
        variables={"CLICKHOUSE_HOST": "{host}"},
        secret_entries=("CLICKHOUSE_PASSWORD",),
    ),
    Dependency(
        name=SIGNOZ_QUERY,
        reason="dashboards of telemetry",
        variables={"SIGNOZ_QUERY_URL": "http://{host}:{http}"},
    ),
)
