"""OHI's database, caches and secret, figure by figure, in every environment.

See docs/specification/ohi.md, "Data".
"""

from __future__ import annotations

import json

import pytest

from tests.stacks.synthesized import Json, every, only


@pytest.mark.parametrize(("name", "replicas"), [("ohi-dev", 0), ("ohi-staging", 0), ("ohi-prod", 2)])
def test_prod_alone_has_a_standby_and_two_replicas(name: str, replicas: int, stacks: dict[str, Json]) -> None:
    instances = every(stacks[name], "aws_db_instance")
    primaries = [one for one in instances if "replicate_source_db" not in one]
    assert [one["multi_az"] for one in primaries] == [name == "ohi-prod"]
    assert len(instances) - 1 == replicas


def test_the_database_is_postgresql_15_encrypted_backed_up_and_watched(stack: Json) -> None:
    (key,) = (key for key in stack["resource"]["aws_kms_key"] if key.startswith("database_"))
    for one in every(stack, "aws_db_instance"):
        assert one["storage_encrypted"] is True
        assert one["kms_key_id"] == f"${{aws_kms_key.{key}.arn}}"
        assert one["instance_class"].startswith("db.t4g.")
        assert one["publicly_accessible"] is False
        assert one["performance_insights_enabled"] is True
        assert one["monitoring_interval"] > 0
        assert one["enabled_cloudwatch_logs_exports"] == ["postgresql", "upgrade"]
        assert one["tags"]["DataClassification"] == "pii"
        assert one["tags"]["BackupPolicy"] == "daily"
    (primary,) = (one for one in every(stack, "aws_db_instance") if "replicate_source_db" not in one)
    assert (primary["engine"], primary["engine_version"]) == ("postgres", "15")
    assert primary["storage_type"] == "gp3"
    assert primary["max_allocated_storage"] > primary["allocated_storage"]
    assert primary["backup_retention_period"] == 7


def test_tls_is_forced_by_a_parameter_group_that_an_upgrade_can_replace(stack: Json) -> None:
    group = only(stack, "aws_db_parameter_group")
    parameters = {one["name"]: one["value"] for one in group["parameter"]}
    assert parameters["rds.force_ssl"] == "1"
    assert group["family"] == "postgres15"
    assert "15" in group["name_prefix"]
    assert group["lifecycle"]["create_before_destroy"] is True


def test_two_caches_encrypted_authenticated_and_backed_up(name: str, stack: Json) -> None:
    caches = every(stack, "aws_elasticache_replication_group")
    assert {one["replication_group_id"] for one in caches} == {f"{name}-app", f"{name}-blnk"}
    for one in caches:
        assert one["node_type"].startswith("cache.t4g.")
        assert one["at_rest_encryption_enabled"] == "true"
        assert one["transit_encryption_enabled"] is True
        assert one["transit_encryption_mode"] == "required"
        assert one["user_group_ids"] == [one["replication_group_id"]]
        assert one["snapshot_retention_limit"] == 5
        assert {log["log_type"] for log in one["log_delivery_configuration"]} == {"slow-log", "engine-log"}
        in_prod = name == "ohi-prod"
        assert one["multi_az_enabled"] is one["automatic_failover_enabled"] is in_prod


def test_no_credential_is_given_by_value(stack: Json) -> None:
    by_value = {"password", "auth_token", "secret_string", "master_password", "passwords"}
    given = [
        (kind, name, argument)
        for kind, named in stack["resource"].items()
        for name, body in named.items()
        for argument in by_value & body.keys()
    ]
    # The version that is there to be read before the first entry is: an empty object.
    (empty,) = [one for one in given if one[1].startswith("secret_empty_")]
    assert stack["resource"][empty[0]][empty[1]]["secret_string"] == "{}"
    assert given == [empty]


def test_one_secret_holds_every_credential(stack: Json) -> None:
    secret = only(stack, "aws_secretsmanager_secret")
    assert "aws_kms_key." in secret["kms_key_id"]
    versions = every(stack, "aws_secretsmanager_secret_version")
    (entries,) = (one["secret_string_wo"] for one in versions if "secret_string_wo" in one)
    for key in ("DATABASE_PASSWORD", "APP_REDIS_AUTH_TOKEN", "BLNK_REDIS_AUTH_TOKEN", "MONGODB_URL"):
        assert f'"{key}" = try(' in entries


def test_a_task_gets_credentials_by_reference_and_only_of_what_it_uses(stack: Json) -> None:
    given = {}
    for task in every(stack, "aws_ecs_task_definition"):
        for container in json.loads(task["container_definitions"]):
            references = {one["name"]: one["valueFrom"] for one in container.get("secrets", [])}
            assert all(one.startswith("${aws_secretsmanager_secret.") for one in references.values())
            given[container["name"]] = set(references)
    databases = {name for name, secrets in given.items() if "DATABASE_PASSWORD" in secrets}
    assert databases == {"api", "graphql", "provider-api", "reindexer", "blnk-api", "blnk-worker"}
    assert given["signoz-frontend"] == set()
    assert given["sse"] >= {"REDIS_AUTH_TOKEN"}
    assert "DATABASE_PASSWORD" not in given["sse"]


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("aws_db_instance", 1),
        ("aws_elasticache_replication_group", 2),
        ("aws_efs_file_system", 1),
        ("aws_route53_zone", 1),
        ("aws_secretsmanager_secret", 1),
        ("aws_kms_key", 5),
        ("aws_s3_bucket", 3),
        ("aws_ecr_repository", 11),
    ],
)
def test_what_holds_data_is_protected_in_prod_and_only_there(
    kind: str, count: int, stacks: dict[str, Json]
) -> None:
    def protected(name: str) -> int:
        found = every(stacks[name], kind)
        return sum(1 for one in found if (one.get("lifecycle") or {}).get("prevent_destroy"))

    assert protected("ohi-prod") == count
    assert protected("ohi-dev") == protected("ohi-staging") == 0
