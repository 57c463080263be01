"""Names of final snapshots: AWS keeps them after a destroy, so those of the next creation must differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modules.databases.aurora.settings import AuroraCapacity, AuroraSettings
from modules.databases.postgresql.settings import PostgresqlSettings
from modules.databases.redis.settings import RedisSettings
from modules.secrets.settings import Generated, SecretSettings
from tests.modules.databases.built import Built

Json = dict[str, Any]
KINDS = ("aws_db_instance", "aws_rds_cluster", "aws_elasticache_replication_group")


def build(stack: Any, given: dict[str, Any]) -> Json:
    from modules.databases.aurora.aurora import Aurora
    from modules.databases.postgresql.postgresql import Postgresql
    from modules.databases.redis.redis import Redis
    from modules.secrets.secret import EnvironmentSecret

    generated = {"REDIS_AUTH_TOKEN": Generated(), "DATABASE_PASSWORD": Generated()}
    secret = EnvironmentSecret(
        stack, "secret", context=given["context"], settings=SecretSettings(generated=generated)
    )
    database = PostgresqlSettings(database="shop", instance_class="db.t4g.medium")
    Postgresql(stack, "database", settings=database, secret=secret, **given)
    Aurora(
        stack,
        "aurora",
        settings=AuroraSettings(database="shop", capacity=AuroraCapacity(maximum=2)),
        **given,
    )
    Redis(
        stack,
        "cache",
        settings=RedisSettings(name="app", node_type="cache.t4g.small"),
        secret=secret,
        **given,
    )
    return {}


@pytest.fixture(scope="module")
def built(synthesize_module: Callable[..., Json]) -> Built:
    return Built(synthesize_module, build)


@pytest.mark.parametrize("kind", KINDS)
def test_a_final_snapshot_is_named_after_a_key_that_another_creation_has_not(built: Built, kind: str) -> None:
    (one,) = built.json["resource"][kind].values()
    key = one["kms_key_id"].removeprefix("${").removesuffix(".arn}")
    name, _, suffix = one["final_snapshot_identifier"].partition("-final-")
    assert name.startswith("shop-test-")
    assert suffix == f"${{substr({key}.key_id, 0, 8)}}"
