"""OHI's database, caches and secret are created as the settings of each environment have them."""

from __future__ import annotations

import json

from modules.naming import Limit
from stacks.ohi.dependencies import APP_CACHE, BLNK_CACHE, DATABASE
from stacks.ohi.schema import OhiSettings
from tests.stacks.synthesized import Json, every, only


def test_the_database_is_encrypted_backed_up_and_watched(settings: OhiSettings, stack: Json) -> None:
    (key,) = (key for key in stack["resource"]["aws_kms_key"] if key.startswith("database_"))
    for one in every(stack, "aws_db_instance"):
        assert one["storage_encrypted"] is True
        assert one["kms_key_id"] == f"${{aws_kms_key.{key}.arn}}"
        assert one["instance_class"] == settings.database.instance_class
        assert one["publicly_accessible"] is False
        assert one["performance_insights_enabled"] is True
        assert one["monitoring_interval"] > 0
        assert one["enabled_cloudwatch_logs_exports"] == ["postgresql", "upgrade", "iam-db-auth-error"]
        assert one["tags"]["DataClassification"] == "pii"
        assert one["tags"]["BackupPolicy"] == "daily"
    (primary,) = (one for one in every(stack, "aws_db_instance") if "replicate_source_db" not in one)
    assert primary["engine_version"] == str(settings.database.version)
    assert primary["allocated_storage"] == settings.database.storage
    assert primary["max_allocated_storage"] == settings.database.max_storage
    assert primary["backup_retention_period"] == settings.database.backup_days
    assert primary["multi_az"] is settings.database.multi_az


def test_tls_is_forced_by_a_parameter_group_that_an_upgrade_can_replace(
    settings: OhiSettings, stack: Json
) -> None:
    group = only(stack, "aws_db_parameter_group")
    parameters = {one["name"]: one["value"] for one in group["parameter"]}
    assert parameters["rds.force_ssl"] == "1"
    assert group["family"] == f"postgres{settings.database.version}"
    assert str(settings.database.version) in group["name_prefix"]
    assert group["lifecycle"]["create_before_destroy"] is True


def test_caches_are_encrypted_authenticated_and_backed_up(settings: OhiSettings, stack: Json) -> None:
    caches = {one["replication_group_id"]: one for one in every(stack, "aws_elasticache_replication_group")}
    naming = settings.environment.naming
    wanted = {naming.of(Limit.CACHE, one.name): one for one in (settings.app_cache, settings.blnk_cache)}
    assert caches.keys() == wanted.keys()
    for name, one in caches.items():
        assert one["node_type"] == wanted[name].node_type
        assert one["at_rest_encryption_enabled"] == "true"
        assert one["transit_encryption_enabled"] is True
        assert one["transit_encryption_mode"] == "required"
        assert one["user_group_ids"] == [one["replication_group_id"]]
        assert one["snapshot_retention_limit"] == wanted[name].backup_days
        assert {log["log_type"] for log in one["log_delivery_configuration"]} == {"slow-log", "engine-log"}
        assert one["multi_az_enabled"] is one["automatic_failover_enabled"] is wanted[name].multi_az


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


def test_a_task_gets_credentials_by_reference_and_only_of_what_it_uses(
    settings: OhiSettings, stack: Json
) -> None:
    given = {}
    for task in every(stack, "aws_ecs_task_definition"):
        for container in json.loads(task["container_definitions"]):
            references = {one["name"]: one["valueFrom"] for one in container.get("secrets", [])}
            assert all(one.startswith("${aws_secretsmanager_secret.") for one in references.values())
            given[container["name"]] = set(references)
    for service in settings.services:
        assert ("DATABASE_PASSWORD" in given[service.name]) is (DATABASE in service.uses), service.name
        uses_cache = {APP_CACHE, BLNK_CACHE} & set(service.uses)
        assert ("REDIS_AUTH_TOKEN" in given[service.name]) is bool(uses_cache), service.name
