"""OHI's settings refuse what contradicts itself, by name, before anything is synthesized."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import pytest

from modules.compute.service.container_settings import ContainerSettings, heartbeat_health
from modules.databases.connection_budget import OPERATIONS, RESERVED
from modules.errors import ProblemsError
from modules.settings import collecting_problems
from stacks.ohi.dependencies import DATABASE
from stacks.ohi.schema import OhiSettings
from stacks.ohi.services import Service
from stacks.ohi.settings import ENVIRONMENTS, PROD, STAGING

# What tasks of 20 connections each hold while all of them are replaced at once.
CONNECTIONS = OPERATIONS + RESERVED
CONNECTIONS += sum(2 * (one.maximum or one.count) * 20 for one in PROD.services if DATABASE in one.uses)
OFFICE = IPv4Network("192.0.2.0/24")
Change = Callable[[OhiSettings], OhiSettings]


def with_service(service: str, /, **fields: Any) -> Change:
    def change(settings: OhiSettings) -> OhiSettings:
        changed = (replace(one, **fields) if one.name == service else one for one in settings.services)
        return replace(settings, services=tuple(changed))

    return change


def with_part(part: str, **fields: Any) -> Change:
    return lambda settings: replace(settings, **{part: replace(getattr(settings, part), **fields)})


BAD: dict[str, tuple[Change, str]] = {
    "replicas without backups": (
        with_part("database", backup_days=0),
        r"PostgresqlSettings\.backup_days: got 0 days with replicas",
    ),
    "Multi-AZ with one zone": (with_part("network", zones=("a",)), r"multi_az: got Multi-AZ in 1 zone"),
    "a host used twice": (with_service("graphql", host="api"), r"services\.host: got 'api' twice"),
    "a name used twice": (with_service("graphql", name="api"), r"services\.name: got 'api' twice"),
    "a secret key nobody defines": (
        with_part("database", password_key="POSTGRES_PASSWORD"),
        r"secret: got 'POSTGRES_PASSWORD'; allowed: DATABASE_PASSWORD",
    ),
    "services that wait for each other": (
        with_service("blnk-api", uses=("api",)),
        r"got (api → blnk-api → api|blnk-api → api → blnk-api); allowed: a start-up order without a circle",
    ),
    "a service that waits for itself": (with_service("sse", uses=("sse",)), r"got sse → sse"),
    "something nobody knows is used": (
        with_service("api", uses=("databse",)),
        r"services\.api\.uses: got 'databse'; allowed: rds, app-cache",
    ),
    "a host without an http port": (
        with_service("otel-collector", ports={"grpc": 4317}, host="otel"),
        r"otel-collector\.host: got 'otel' without a port, only grpc; allowed: a port named http",
    ),
    "a service under the name of another group": (
        with_service("api", name="alb"),
        r"alb: is declared twice",
    ),
    "a variable that needs a port nobody has": (
        with_service("blnk-api", ports={"grpc": 5001}),
        r"dependencies\.blnk-api\.variables\.BLNK_API_URL: got \{http\}; allowed: \{host\}, \{grpc\}",
    ),
    "an entry that is not in the secret": (
        with_service("sse", secret_entries=("STREAM_KEY",)),
        r"services\.sse\.secret_entries: got 'STREAM_KEY'; allowed: DATABASE_PASSWORD",
    ),
    "no row for ClickHouse": (
        lambda settings: replace(
            settings, services=tuple(one for one in settings.services if one.name != "clickhouse")
        ),
        r"dependencies\.clickhouse: got no port, used by otel-collector, signoz-query",
    ),
    "operators whom the firewall would block": (
        lambda settings: replace(settings, operators=(OFFICE,)),
        r"operators: got 192\.0\.2\.0/24; allowed: operators that web_acl\.allowed names too",
    ),
    "telemetry for everybody": (
        with_service("signoz-frontend", operators_only=False),
        r"services\.signoz-frontend\.operators_only: got a host for everybody",
    ),
    "an invalid CPU and memory pair": (with_service("api", memory=3000), r"api\.memory: got 3000"),
    "a domain outside the zone": (
        with_part("website", domains=("example.com",)),
        r"website\.domains: got example\.com; allowed: ohealth-ng\.com",
    ),
    "a database that no service uses": (
        lambda settings: replace(settings, services=()),
        r"OhiSettings\.services: got none that uses 'rds'; allowed: one or more",
    ),
    "scaling minimum over maximum": (with_service("api", minimum=11), r"got minimum 11 over maximum 10"),
    "a count outside the scaling": (with_service("api", count=11), r"api\.count: got 11; allowed: 2 to 10"),
    "a retention CloudWatch does not know": (
        lambda settings: replace(settings, log_retention_days=31),
        r"log_retention_days: got 31 days; allowed: 1, 3, 5, 7",
    ),
    "more connections than the database takes": (
        lambda settings: replace(settings, database_pool_size=20),
        rf"connections of ohi-prod: got {CONNECTIONS} connections at most \(.*api 20 tasks × 20 = 400 \+",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_it_is_refused_by_name(kind: str) -> None:
    change, message = BAD[kind]
    with pytest.raises(ProblemsError, match=message):
        change(PROD)


def test_everything_wrong_is_reported_at_once() -> None:
    def broken() -> None:
        with collecting_problems():
            with_service("api", memory=3000)(PROD)
            with_part("database", backup_days=0)(PROD)
            with_part("website", domains=("example.com",))(STAGING)

    with pytest.raises(ProblemsError) as error:
        broken()
    text = str(error.value)
    assert "api.memory: got 3000" in text
    assert "backup_days: got 0" in text
    assert "got example.com" in text


def test_every_task_that_is_refused_is_named() -> None:
    wrong: dict[str, dict[str, Any]] = {"api": {"memory": 3000}, "graphql": {"count": 11}}
    two_wrong = (replace(one, **wrong.get(one.name, {})) for one in PROD.services)
    with pytest.raises(ProblemsError, match=r"api\.memory: got 3000[^;]*;(.|\n)*graphql\.count: got 11"):
        replace(PROD, services=tuple(two_wrong))


def test_tasks_are_made_once_for_settings_and_anew_for_changed_ones() -> None:
    assert PROD.tasks is PROD.tasks
    changed = replace(PROD, log_level="debug")
    levels = [one.tasks["api"].container.environment["LOG_LEVEL"] for one in (PROD, changed)]
    assert levels == ["info", "debug"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"host": "jobs"}, r"Service\.jobs\.host: got 'jobs' without a port"),
        (
            {"container": ContainerSettings()},
            r"Service\.jobs\.container\.health_check: got none; allowed: a health check of its own",
        ),
        ({"strategy": "BLUE_GREEN"}, r"Service\.jobs\.strategy: got BLUE_GREEN; allowed: BLUE_GREEN for a"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(fields: dict[str, Any], message: str) -> None:
    row = {
        "cpu": 256,
        "memory": 512,
        "count": 1,
        "container": ContainerSettings(health_check=heartbeat_health()),
    }
    with pytest.raises(ProblemsError, match=message):
        Service(**{"name": "jobs", **row, **fields})


def test_a_deployment_may_shift_traffic_from_blue_to_green() -> None:
    settings = with_service("api", strategy="BLUE_GREEN")(PROD)
    assert settings.tasks["api"].deployment.strategy == "BLUE_GREEN"
    assert settings.tasks["graphql"].deployment.strategy == "ROLLING"


def test_operators_are_known_to_the_load_balancer_and_to_the_firewall() -> None:
    settings = replace(PROD, operators=(OFFICE,), web_acl=replace(PROD.web_acl, allowed=(OFFICE,)))
    assert settings.operator_networks == (OFFICE,)
    assert PROD.operator_networks == (PROD.network.cidr,)


def test_environments_share_nothing_but_the_product() -> None:
    for what in (
        [one.environment.naming.base for one in ENVIRONMENTS],
        [one.zone.domain for one in ENVIRONMENTS],
        [one.network.cidr for one in ENVIRONMENTS],
        [domain for one in ENVIRONMENTS for domain in one.website.domains],
    ):
        assert len(set(what)) == len(what) >= len(ENVIRONMENTS)
