"""How OHI's containers start and are judged, by a real shell with programs that note what they are given."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from stacks.ohi.observability import CLICKHOUSE_CONTAINER, COLLECTOR_CONTAINER
from stacks.ohi.schema import OhiSettings
from stacks.ohi.settings import PROD
from tests.stacks.ohi.test_ecs_services import container
from tests.stacks.synthesized import Json

PROGRAMS = ("/entrypoint.sh", "/signoz-otel-collector", "./signoz-community", "nginx", "blnk")
STARTED = [service.name for service in PROD.services if service.container.command]
ROWS = {service.name: service for service in PROD.services}
# Notes its arguments and its environment, each in a file of its own.
NOTES = """#!/bin/sh
number=$(ls "$NOTES" | wc -l)
printf '%s\\n' "$0" "$@" > "$NOTES/$number.arguments"
env > "$NOTES/$number.environment"
"""


@dataclass(frozen=True)
class Run:
    """What a container's programs were given, in their order; what it printed; where its files are."""

    arguments: list[str]
    environment: dict[str, str]
    printed: str
    files: Path


def start(name: str, stack: Json, directory: Path) -> Run:
    """Run the command of a container as it ships, with its variables, and secrets that can be recognised."""
    shipped = container(stack, name)
    (command,) = shipped["command"]
    programs, notes, files = (directory / each for each in ("programs", "notes", "files"))
    for each in (programs, notes, files):
        each.mkdir()
    service = ROWS[name]
    for path in (*service.container.writable_paths, *([service.volume.path] if service.volume else [])):
        (files / path.strip("/")).mkdir(parents=True, exist_ok=True)
        command = re.sub(rf"(?<![\w/.]){re.escape(path)}/", f"{files}{path}/", command)
    for program in PROGRAMS:
        file = programs / Path(program).name
        file.write_text(NOTES)
        file.chmod(0o755)
        if "/" in program:
            command = re.sub(rf"(?<![\w/.]){re.escape(program)}", str(file), command)
    variables = {one["name"]: one["value"].replace("$${", "${") for one in shipped["environment"]}
    # An address of another resource is not known before the apply.
    variables = {key: "known.later" if value.startswith("${") else value for key, value in variables.items()}
    secrets = {one["name"]: f"secret{number}" for number, one in enumerate(shipped.get("secrets", []))}
    path = f"{programs}:{os.environ['PATH']}"
    done = subprocess.run(
        [*shipped["entryPoint"], command.replace("$${", "${")],
        env={**variables, **secrets, "PATH": path, "NOTES": str(notes)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    told = sorted(notes.glob("*.arguments"), key=lambda one: int(one.stem))
    assert told
    last = told[-1].with_suffix(".environment").read_text()
    environment = dict(line.partition("=")[::2] for line in last.splitlines() if "=" in line)
    return Run(
        arguments=[one.read_text() for one in told],
        environment=environment,
        printed=done.stdout + done.stderr,
        files=files,
    )


@pytest.fixture
def dev(stacks: dict[str, Json]) -> Json:
    return stacks["ohi-dev"]


@pytest.mark.parametrize("name", STARTED)
def test_no_secret_is_an_argument_or_printed(name: str, dev: Json, tmp_path: Path) -> None:
    # Programs log their arguments, as SigNoz's former migrator did with the address of ClickHouse.
    run = start(name, dev, tmp_path)
    assert "secret" not in run.printed
    assert not [told for told in run.arguments if re.search(r"secret\d", told)]


def test_blnk_gets_its_stores_under_the_names_that_it_reads(dev: Json, tmp_path: Path) -> None:
    (api, worker) = (start(name, dev, _made(tmp_path / name)) for name in ("blnk-api", "blnk-worker"))
    assert [told.split()[1:] for told in api.arguments] == [["migrate", "up"], ["start"]]
    assert [told.split()[1:] for told in worker.arguments] == [["workers"]]
    for run in (api, worker):
        database = urlsplit(run.environment["BLNK_DATA_SOURCE_DNS"])
        assert (database.scheme, database.hostname, database.port) == ("postgres", "known.later", 5432)
        assert (database.path, database.query) == ("/ohi", "sslmode=require")
        assert database.password == run.environment["DATABASE_PASSWORD"] != ""
        redis = urlsplit(run.environment["BLNK_REDIS_DNS"])
        assert (redis.scheme, redis.hostname, redis.port) == ("rediss", "known.later", 6379)
        assert redis.password == run.environment["REDIS_AUTH_TOKEN"] != ""
        assert run.environment["BLNK_DATABASE_MAX_OPEN_CONNS"] == run.environment["DATABASE_POOL_SIZE"]
        assert run.environment["BLNK_SERVER_SECURE"] == "true"
    assert api.environment["BLNK_SERVER_SECRET_KEY"] == api.environment["BLNK_SECRET_KEY"] != ""


def test_the_collector_migrates_and_then_runs_on_its_configuration(dev: Json, tmp_path: Path) -> None:
    run = start("otel-collector", dev, tmp_path)
    steps = [" ".join(told.split()[1:]) for told in run.arguments]
    assert steps[:-1] == [f"migrate {step}" for step in ("ready", "bootstrap", "sync up", "async up")]
    assert steps[-1] == f"--config={run.files / 'tmp' / 'collector.yaml'}"
    written = (run.files / "tmp" / "collector.yaml").read_text()
    assert written == COLLECTOR_CONTAINER.environment["COLLECTOR_CONFIG"]
    address = urlsplit(run.environment["SIGNOZ_OTEL_COLLECTOR_CLICKHOUSE_DSN"])
    assert address.password == run.environment["CLICKHOUSE_PASSWORD"] != ""


def test_signoz_gets_clickhouse_and_a_password_that_it_accepts(dev: Json, tmp_path: Path) -> None:
    run = start("signoz-query", dev, tmp_path)
    assert [told.split()[1:] for told in run.arguments] == [["server"]]
    address = urlsplit(run.environment["SIGNOZ_TELEMETRYSTORE_CLICKHOUSE_DSN"])
    assert (address.scheme, address.port) == ("tcp", 9000)
    assert address.password == run.environment["CLICKHOUSE_PASSWORD"] != ""
    # pkg/types/factor_password.go: 12 characters or more, of four kinds.
    password = run.environment["SIGNOZ_USER_ROOT_PASSWORD"]
    assert password.startswith(run.environment["SIGNOZ_ROOT_PASSWORD"])
    assert all(re.search(kind, password) for kind in ("[a-z]", "[A-Z]", "[0-9]", "[-+=.]"))
    assert run.environment["SIGNOZ_TOKENIZER_JWT_SECRET"]


def test_the_proxy_is_told_where_signoz_is(dev: Json, tmp_path: Path) -> None:
    run = start("signoz-frontend", dev, tmp_path)
    written = (run.files / "tmp" / "nginx.conf").read_text()
    assert "set $signoz http://signoz-query.ohi-dev.local:8080;" in written
    assert re.search(r"keepalive_timeout \d+s;", written)
    assert "@" not in written


def test_clickhouse_finds_its_configuration_and_its_function(dev: Json, tmp_path: Path) -> None:
    run = start("clickhouse", dev, tmp_path)
    environment = CLICKHOUSE_CONTAINER.environment
    config = run.files / "etc/clickhouse-server/config.d/ohi.xml"
    assert config.read_text() == environment["SERVER_CONFIG"]
    # ClickHouse loads functions from files of this name (UserDefinedSQLObjectsDiskStorage.cpp).
    function = run.files / "var/lib/clickhouse/user_defined/function_histogramQuantile.sql"
    assert function.read_text() == environment["HISTOGRAM_QUANTILE"]


def test_idle_connections_outlive_those_of_the_load_balancer(settings: OhiSettings) -> None:
    public = [service for service in settings.services if service.host]
    assert public
    for service in public:
        seconds = settings.tasks[service.name].container.environment["KEEP_ALIVE_SECONDS"]
        assert int(seconds) > settings.load_balancer.idle_timeout


@pytest.mark.parametrize("name", list(ROWS))
def test_a_service_that_does_not_run_is_not_healthy(name: str, dev: Json) -> None:
    how, *words = container(dev, name)["healthCheck"]["command"]
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        closed = one.getsockname()[1]
    words = [re.sub(r"(127\.0\.0\.1[:/])\d+", rf"\g<1>{closed}", word) for word in words]
    shell = shutil.which("sh")
    assert shell
    command = [shell, "-c", *words] if how == "CMD-SHELL" else words
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory
