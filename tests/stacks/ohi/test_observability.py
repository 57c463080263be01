"""What ClickHouse, the collector and SigNoz are told agrees, among them and with the services table."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from modules.compute.service.container_definition import ContainerContext, container_definition
from stacks.ohi.observability import OBSERVABILITY, SIDECARS
from stacks.ohi.observability_config import CLICKHOUSE_CONFIG, COLLECTOR_CONFIG, FRONTEND_CONFIG
from stacks.ohi.settings import PROD

PORTS = {service.name: service.ports for service in PROD.services}


def test_each_listens_where_the_services_table_says() -> None:
    protocols = COLLECTOR_CONFIG["receivers"]["otlp"]["protocols"]
    found = {name: int(one["endpoint"].split(":")[1]) for name, one in protocols.items()}
    assert found == PORTS["otel-collector"]
    assert f"listen {PORTS['signoz-frontend']['http']};" in FRONTEND_CONFIG
    replica = CLICKHOUSE_CONFIG["remote_servers"]["cluster"]["shard"]["replica"]
    assert replica["port"] == PORTS["clickhouse"]["native"]
    keeper = CLICKHOUSE_CONFIG["keeper_server"]["tcp_port"]
    assert CLICKHOUSE_CONFIG["zookeeper"]["node"]["port"] == keeper


def test_every_part_of_a_pipeline_is_configured_and_every_configured_part_is_used() -> None:
    pipelines = COLLECTOR_CONFIG["service"]["pipelines"]
    assert set(pipelines) == {"traces", "metrics", "logs"}
    for kind in ("receivers", "processors", "exporters"):
        used = {name for pipeline in pipelines.values() for name in pipeline[kind]}
        assert used == set(COLLECTOR_CONFIG[kind])
    assert COLLECTOR_CONFIG["service"]["extensions"] == list(COLLECTOR_CONFIG["extensions"])
    metrics = COLLECTOR_CONFIG["processors"]["signozspanmetrics/delta"]["metrics_exporter"]
    assert metrics in COLLECTOR_CONFIG["exporters"]


def test_the_collector_exports_to_clickhouse_by_what_its_task_is_given() -> None:
    exporters = COLLECTOR_CONFIG["exporters"].values()
    addresses = [one.get("dsn") or one.get("datasource") for one in exporters]
    start = "tcp://default:${env:CLICKHOUSE_PASSWORD}@${env:CLICKHOUSE_HOST}:9000/signoz_"
    assert len(addresses) == 3
    assert all(address.startswith(start) for address in addresses)


def test_terraform_leaves_the_collector_s_variables_to_the_collector() -> None:
    context = ContainerContext(name="otel-collector", image="x", log_options={}, labels={})
    definition: Any = container_definition(OBSERVABILITY["otel-collector"], context)
    (variable,) = definition["environment"]
    assert "$${env:CLICKHOUSE_PASSWORD}" in variable["value"]
    assert json.loads(variable["value"].replace("$${", "${")) == COLLECTOR_CONFIG


@pytest.mark.parametrize("name", OBSERVABILITY)
def test_files_are_written_only_where_a_container_may_write(name: str) -> None:
    container = OBSERVABILITY[name]
    assert container.read_only_root
    written = [rest.split()[0] for rest in container.command[0].split(" > ")[1:]]
    assert written
    assert all(path.startswith(container.writable_paths) for path in written)


def test_the_collector_starts_once_its_tables_are_there() -> None:
    assert OBSERVABILITY["otel-collector"].starts_after == {"schema": "SUCCESS"}
    schema = SIDECARS["otel-collector"]["schema"]
    assert schema.essential is False
    assert schema.image is not None


@pytest.mark.parametrize(
    ("name", "variables", "file", "expected"),
    [
        (
            "signoz-frontend",
            {"SITE_CONFIG": FRONTEND_CONFIG, "SIGNOZ_QUERY_URL": "http://query.local:8080"},
            "/etc/nginx/conf.d/default.conf",
            "set $query http://query.local:8080;",
        ),
        (
            "signoz-query",
            {"CLICKHOUSE_HOST": "store.local", "CLICKHOUSE_PASSWORD": "secret"},
            "prometheus.yml",
            "remote_read: [{url: tcp://default:secret@store.local:9000/signoz_metrics}]",
        ),
        (
            "clickhouse",
            {"SERVER_CONFIG": OBSERVABILITY["clickhouse"].environment["SERVER_CONFIG"]},
            "/etc/clickhouse-server/config.d/ohi.yaml",
            '"listen_host":"0.0.0.0"',
        ),
    ],
)
def test_a_shell_writes_what_the_program_reads(
    tmp_path: Path, name: str, variables: dict[str, str], file: str, expected: str
) -> None:
    shell = shutil.which("sh")
    assert shell
    before, _, _ = OBSERVABILITY[name].command[0].partition("&& exec")
    written = tmp_path / "written"
    target = next(word for word in before.split() if word.endswith(file))
    subprocess.run(
        [shell, "-ec", before.replace(target, str(written))],
        env=variables | {"PATH": "/usr/bin:/bin"},
        check=True,
    )
    assert expected in written.read_text()
    if name == "clickhouse":
        assert json.loads(written.read_text()) == CLICKHOUSE_CONFIG
