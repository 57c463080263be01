"""What ClickHouse, the collector and SigNoz are told agrees, among them and with the services table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from modules.compute.service.container_definition import ContainerContext, container_definition
from stacks.ohi.images import UPSTREAM_IMAGES
from stacks.ohi.observability import CLICKHOUSE_CONTAINER, COLLECTOR_CONTAINER, SIGNOZ_CONTAINER
from stacks.ohi.observability_config import CLICKHOUSE_CONFIG, COLLECTOR_CONFIG, PROXY_CONFIG
from stacks.ohi.settings import PROD

ROWS = {service.name: service for service in PROD.services}
PORTS = {name: service.ports for name, service in ROWS.items()}

# Settings that the collector's parts read, from their sources: the fields `mapstructure:"…"` of
# github.com/SigNoz/signoz-otel-collector v0.144.6, and for those it takes over, of
# github.com/open-telemetry/opentelemetry-collector(-contrib). An unknown setting ends the collector.
_SENDING = {"timeout", "sending_queue", "retry_on_failure"}
STRUCTURES: dict[str, set[str]] = {
    "receivers/otlp": {"protocols"},
    "processors/memory_limiter": {
        "check_interval",
        "limit_mib",
        "spike_limit_mib",
        "limit_percentage",
        "spike_limit_percentage",
    },
    "processors/batch": {
        "timeout",
        "send_batch_size",
        "send_batch_max_size",
        "metadata_keys",
        "metadata_cardinality_limit",
    },
    # processor/signozspanmetricsprocessor/config.go
    "processors/signozspanmetrics": {
        "metrics_exporter",
        "latency_histogram_buckets",
        "enable_exp_histogram",
        "dimensions",
        "exclude_patterns",
        "dimensions_cache_size",
        "aggregation_temporality",
        "metrics_flush_interval",
        "time_bucket_interval",
        "max_services_to_track",
        "max_operations_to_track_per_service",
        "skip_spans_older_than",
    },
    # connectors/signozmeterconnector/config.go
    "connectors/signozmeter": {"metrics_flush_interval", "dimensions"},
    # exporter/clickhousetracesexporter/config.go
    "exporters/clickhousetraces": {
        *_SENDING,
        "datasource",
        "low_cardinal_exception_grouping",
        "use_new_schema",
        "attributes_limits",
    },
    # exporter/signozclickhousemetrics/config.go
    "exporters/signozclickhousemetrics": {*_SENDING, "dsn", "enable_exp_hist", "database"},
    # exporter/clickhouselogsexporter/config.go
    "exporters/clickhouselogsexporter": {*_SENDING, "dsn", "use_new_schema", "attributes_limits"},
    # exporter/signozclickhousemeter/config.go
    "exporters/signozclickhousemeter": {*_SENDING, "dsn", "database"},
    # exporter/metadataexporter/config.go
    "exporters/metadataexporter": {*_SENDING, "dsn", "enabled", "cache", "tenant_id"},
    "extensions/health_check": {"endpoint", "path", "response_body", "tls"},
}


def test_each_listens_where_the_services_table_says() -> None:
    protocols = COLLECTOR_CONFIG["receivers"]["otlp"]["protocols"]
    found = {name: int(one["endpoint"].split(":")[1]) for name, one in protocols.items()}
    assert found == PORTS["otel-collector"]
    assert f"listen {PORTS['signoz-frontend']['http']};" in PROXY_CONFIG
    replica = CLICKHOUSE_CONFIG["remote_servers"]["cluster"]["shard"]["replica"]
    assert replica["port"] == PORTS["clickhouse"]["native"]
    keeper = CLICKHOUSE_CONFIG["keeper_server"]["tcp_port"]
    assert CLICKHOUSE_CONFIG["zookeeper"]["node"]["port"] == keeper
    # What the images listen on by themselves: SigNoz (pkg/query-service/constants), Blnk.
    assert PORTS["signoz-query"]["http"] == 8080
    assert ROWS["blnk-api"].container.environment["BLNK_SERVER_PORT"] == str(PORTS["blnk-api"]["http"])


def test_every_part_of_a_pipeline_is_configured_and_every_configured_part_is_used() -> None:
    pipelines = COLLECTOR_CONFIG["service"]["pipelines"]
    assert set(pipelines) == {"traces", "metrics", "logs", "metrics/meter"}
    connectors = set(COLLECTOR_CONFIG["connectors"])
    assert connectors
    for kind in ("receivers", "processors", "exporters"):
        used = {name for pipeline in pipelines.values() for name in pipeline[kind]}
        # A connector is the exporter of one pipeline and the receiver of another.
        joined = connectors if kind != "processors" else set()
        assert used == set(COLLECTOR_CONFIG[kind]) | joined
    assert COLLECTOR_CONFIG["service"]["extensions"] == list(COLLECTOR_CONFIG["extensions"])
    metrics = COLLECTOR_CONFIG["processors"]["signozspanmetrics/delta"]["metrics_exporter"]
    assert metrics in COLLECTOR_CONFIG["exporters"]


def test_the_collector_knows_every_setting_of_its_parts() -> None:
    parts = {
        f"{kind}/{name}": part
        for kind in ("receivers", "processors", "connectors", "exporters", "extensions")
        for name, part in COLLECTOR_CONFIG[kind].items()
    }
    assert {"/".join(name.split("/")[:2]) for name in parts} == set(STRUCTURES)
    for name, part in parts.items():
        assert set(part) <= STRUCTURES["/".join(name.split("/")[:2])], name
    assert set(COLLECTOR_CONFIG) <= {
        "receivers",
        "processors",
        "connectors",
        "exporters",
        "extensions",
        "service",
    }
    assert set(COLLECTOR_CONFIG["service"]) <= {"telemetry", "extensions", "pipelines"}


def test_the_collector_exports_to_clickhouse_by_what_its_task_is_given() -> None:
    exporters = COLLECTOR_CONFIG["exporters"].values()
    addresses = [one.get("dsn") or one.get("datasource") for one in exporters]
    start = "tcp://default:${env:CLICKHOUSE_PASSWORD}@${env:CLICKHOUSE_HOST}:9000/signoz_"
    assert len(addresses) == 5
    assert all(address.startswith(start) for address in addresses)


def test_terraform_leaves_the_collector_s_variables_to_the_collector() -> None:
    context = ContainerContext(name="otel-collector", image="x", log_options={}, labels={})
    definition: Any = container_definition(COLLECTOR_CONTAINER, context)
    variables = {one["name"]: one["value"] for one in definition["environment"]}
    config = variables["COLLECTOR_CONFIG"]
    assert "$${env:CLICKHOUSE_PASSWORD}" in config
    assert json.loads(config.replace("$${", "${")) == COLLECTOR_CONFIG


def test_the_collector_waits_for_clickhouse_without_failing_its_deployment() -> None:
    (command,) = COLLECTOR_CONTAINER.command
    assert not COLLECTOR_CONTAINER.starts_after
    before, _, after = command.partition("&& until ")
    assert "migrate" not in before
    assert after.index("migrate ready") < after.index("migrate sync up") < after.index("; do sleep")
    assert after.index("; done") < after.index("exec /signoz-otel-collector")
    health = COLLECTOR_CONTAINER.health_check
    assert health
    assert health.start_period_seconds + health.retries * health.interval_seconds == 600


def test_what_signoz_and_clickhouse_keep_is_on_a_file_system() -> None:
    assert SIGNOZ_CONTAINER.environment["SIGNOZ_SQLSTORE_SQLITE_PATH"].startswith(_path("signoz-query"))
    # SQLite's write-ahead log does not work over a network file system.
    assert SIGNOZ_CONTAINER.environment["SIGNOZ_SQLSTORE_SQLITE_MODE"] == "delete"
    assert CLICKHOUSE_CONFIG["keeper_server"]["log_storage_path"].startswith(_path("clickhouse"))
    for name in ("signoz-query", "clickhouse"):
        deployment = PROD.tasks[name].deployment
        assert (deployment.minimum_percent, deployment.maximum_percent) == (0, 100)
        volume = ROWS[name].volume
        assert volume
        assert PROD.tasks[name].container.user == str(volume.user)


def test_signoz_has_an_administrator_before_anybody_can_register() -> None:
    environment = PROD.tasks["signoz-query"].container.environment
    assert environment["SIGNOZ_USER_ROOT_ENABLED"] == "true"
    assert environment["SIGNOZ_USER_ROOT_EMAIL"] == PROD.signoz_administrator
    secret = ROWS["signoz-query"].secret_entries
    assert secret == ("SIGNOZ_TOKENIZER_JWT_SECRET", "SIGNOZ_ROOT_PASSWORD")
    assert set(secret) <= set(PROD.secret.generated)


def test_each_published_image_is_pinned_and_has_a_service() -> None:
    assert set(UPSTREAM_IMAGES) < set(ROWS)
    # The rest is built here; who adds a service says here which it is.
    assert set(ROWS) - set(UPSTREAM_IMAGES) == {"api", "graphql", "sse", "provider-api", "reindexer"}


@pytest.mark.parametrize("name", CLICKHOUSE_CONTAINER.environment)
def test_clickhouse_is_given_no_template_of_terraform(name: str) -> None:
    value = CLICKHOUSE_CONTAINER.environment[name]
    assert "${" not in value
    assert "%{" not in value


def _path(service: str) -> str:
    volume = ROWS[service].volume
    assert volume
    return volume.path
