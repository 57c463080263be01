"""PgBouncer's settings, its container, and the task that it is in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from modules.compute.pgbouncer.pgbouncer import PgBouncer, pgbouncer_config
from modules.compute.pgbouncer.settings import PgBouncerSettings
from modules.compute.service.container_settings import ContainerSettings
from modules.databases.common.certificate_authorities import rds_certificate_authorities
from modules.databases.connection_budget import OPERATIONS, RESERVED, check_connection_budget
from modules.databases.postgresql.instance_classes import max_connections
from modules.errors import ProblemsError
from modules.iam.client_access import ClientAccess
from tests.modules.databases.built import Built

Json = dict[str, Any]
SETTINGS = PgBouncerSettings(
    image="123456789012.dkr.ecr.eu-west-1.amazonaws.com/pgbouncer:v1.25.2-p0",
    version="1.25.2",
    max_db_connections=10,
)
POOLER = PgBouncer(settings=SETTINGS, region="eu-west-1")
DATABASE = ClientAccess(
    environment={
        "DATABASE_HOST": "db.example.com",
        "DATABASE_PORT": "5432",
        "DATABASE_NAME": "shop",
        "DATABASE_USER": "app_owner",
        "DATABASE_SSLMODE": "verify-full",
        "DATABASE_READER_HOSTS": "reader.example.com",
    },
    secrets={"DATABASE_PASSWORD": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x:password::"},
)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": "1.25.1", "image": "pgbouncer:v1.25.1"}, r"got '1\.25\.1'; allowed: 1\.25\.2 or later"),
        ({"version": "1.18.0", "image": "pgbouncer:1.18.0"}, r"CVE-2026-6664"),
        ({"version": "latest"}, r"got 'latest'; allowed: 1\.25\.2 or later, in full"),
        ({"version": "1.26.0"}, r"got 1\.26\.0 in an image tagged v1\.25\.2-p0; allowed: the version in the"),
        ({"default_pool_size": 11}, r"got 11 over max_db_connections 10; allowed: 1 to 10; lower it"),
        ({"port": 543}, r"got 543; allowed: 1024 to 65535; take 6432"),
        ({"name": "Pg Bouncer"}, r"got 'Pg Bouncer'; allowed: lower-case words"),
        (
            {"certificate_authorities": "/etc/ssl/rds.pem"},
            r"got no certificate; allowed: certificates as",
        ),
        ({"stop_timeout_seconds": 121}, r"stop_timeout_seconds: got 121; .* 120"),
    ],
)
def test_what_cannot_work_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        replace(SETTINGS, **changes)


def test_a_version_newer_than_the_oldest_is_taken() -> None:
    assert replace(SETTINGS, version="1.30.0", image="pgbouncer@sha256:0").version == "1.30.0"


def test_a_pool_larger_than_the_database_allows_is_refused() -> None:
    available = max_connections("db.t4g.micro") - RESERVED - OPERATIONS
    fitting = replace(SETTINGS, max_db_connections=available // 4)
    check_connection_budget([fitting.client("web", tasks=2)], database="shop", instance_class="db.t4g.micro")
    larger = replace(SETTINGS, max_db_connections=available // 4 + 1)
    with pytest.raises(
        ProblemsError, match=r"got \d+ connections at most \(web 4 tasks × .*allowed: .*lower"
    ):
        check_connection_budget(
            [larger.client("web", tasks=2)], database="shop", instance_class="db.t4g.micro"
        )


def test_the_database_is_verified_and_clients_log_in() -> None:
    lines = pgbouncer_config(SETTINGS).splitlines()
    assert "server_tls_sslmode = verify-full" in lines
    assert "auth_type = scram-sha-256" in lines
    assert "listen_addr = 127.0.0.1" in lines
    assert f"max_db_connections = {SETTINGS.max_db_connections}" in lines


def test_the_service_is_told_pgbouncer_in_place_of_the_database() -> None:
    access = POOLER.access(DATABASE)
    assert access.environment["DATABASE_HOST"] == "127.0.0.1"
    assert access.environment["DATABASE_PORT"] == str(SETTINGS.port)
    assert access.environment["DATABASE_DISABLE_SERVER_SIDE_CURSORS"] == "true"
    assert "DATABASE_READER_HOSTS" not in access.environment
    assert access.secrets == DATABASE.secrets


def test_what_lacks_a_variable_is_refused() -> None:
    with pytest.raises(ProblemsError, match=r"got no DATABASE_PASSWORD; allowed: .*logins"):
        POOLER.access(replace(DATABASE, secrets={}))
    rotated = replace(
        DATABASE,
        environment={k: v for k, v in DATABASE.environment.items() if k != "DATABASE_USER"},
        secrets={**DATABASE.secrets, "DATABASE_USER": "arn:x:username::"},
    )
    assert POOLER.sidecar_access(rotated)["pgbouncer"][0].secrets["DATABASE_USER"] == "arn:x:username::"


def test_an_unknown_region_is_refused_and_a_known_one_has_its_own_roots() -> None:
    with pytest.raises(ProblemsError, match=r"got 'xx-west-9'; allowed: .*eu-west-1.*; add its roots"):
        rds_certificate_authorities("xx-west-9")
    assert POOLER.sidecars["pgbouncer"].environment["PGBOUNCER_CERTIFICATE_AUTHORITIES"] == (
        rds_certificate_authorities("eu-west-1")
    )
    assert rds_certificate_authorities("eu-west-1") != rds_certificate_authorities("eu-west-2")


def test_a_task_has_it_beside_the_service_and_no_secret_in_its_definition(
    synthesize_module: Callable[..., Json],
) -> None:
    built = Built(synthesize_module, _build)
    task = built.at("aws_ecs_task_definition", "web/task/Default")
    web, pgbouncer = json.loads(task["container_definitions"])
    assert web["dependsOn"] == [{"containerName": "pgbouncer", "condition": "HEALTHY"}]
    assert {"name": "DATABASE_HOST", "value": "127.0.0.1"} in web["environment"]
    assert pgbouncer["essential"] is True
    assert pgbouncer["readonlyRootFilesystem"] is True
    assert [one["name"] for one in pgbouncer["secrets"]] == ["DATABASE_PASSWORD"]
    (host,) = [one["value"] for one in pgbouncer["environment"] if one["name"] == "DATABASE_HOST"]
    assert host.startswith("${aws_db_instance.")
    assert "portMappings" not in pgbouncer
    # ECS API reference, RegisterTaskDefinition: 64 KiB in all.
    assert len(task["container_definitions"]) < 64 * 1024


def _build(stack: Any, given: dict[str, Any]) -> Json:
    from modules.compute import Cluster, ClusterSettings, Image, Service, ServiceSettings
    from modules.databases import Postgresql, PostgresqlSettings
    from modules.kms import Key

    context = given["context"]
    database = Postgresql(
        stack,
        "database",
        settings=PostgresqlSettings(database="shop", instance_class="db.t4g.micro", managed_password=True),
        **given,
    )
    key = Key(stack, "key", context=context, purpose="services", services=("logs",), protected=False)
    Service(
        stack,
        "web",
        context=context,
        network=given["network"],
        cluster=Cluster(stack, "cluster", context=context, key=key, settings=ClusterSettings()),
        security_groups=[given["security_group"]],
        image=Image(stack, "image", context=context, service="web"),
        settings=ServiceSettings(
            name="web",
            cpu=256,
            memory=512,
            container=POOLER.container(ContainerSettings(ports={"http": 8000})),
            sidecars=POOLER.sidecars,
        ),
        access=[POOLER.access(database.client_access)],
        sidecar_access=POOLER.sidecar_access(database.client_access),
    )
    return {}
