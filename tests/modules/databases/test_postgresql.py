"""PostgreSQL as it is synthesized: figures of production, topologies, what a client is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modules.databases.common.settings import DEFAULT_VERSION
from modules.databases.postgresql.settings import BackupCopies, PostgresqlSettings
from modules.errors import ProblemsError
from modules.secrets.settings import Generated, SecretSettings
from tests.modules.databases.built import Built, access_of, narrow

Json = dict[str, Any]
SECRET = SecretSettings(generated={"DATABASE_PASSWORD": Generated(version=4)}, entered=("URL",))
LARGE = PostgresqlSettings(
    database="shop",
    instance_class="db.t4g.medium",
    replicas=("reader-one", "reader-two"),
    copies=BackupCopies(region="eu-central-1", days=14),
)
SMALL = PostgresqlSettings(
    name="small",
    database="shop",
    instance_class="db.t4g.micro",
    multi_az=False,
    managed_password=True,
    monitoring_seconds=0,
    insights_days=0,
    certificate_authority="rds-ca-ecc384-g1",
    version=16,
    protected=False,
)
SAME = PostgresqlSettings(
    name="same", database="x", instance_class="db.t4g.micro", copies=BackupCopies(region="eu-west-1")
)
WRONG = PostgresqlSettings(database="x", instance_class="db.t4g.micro", name="wrong", password_key="URL")


def build(stack: Any, given: dict[str, Any]) -> Json:
    from modules.databases.postgresql.postgresql import Postgresql
    from modules.secrets.secret import EnvironmentSecret

    given["secret"] = EnvironmentSecret(stack, "secret", context=given["context"], settings=SECRET)
    large = Postgresql(stack, "large", settings=LARGE, **given)
    small = Postgresql(stack, "small", settings=SMALL, **given)
    with pytest.raises(ProblemsError, match="Multi-AZ in 1 zone"):
        Postgresql(stack, "narrow-large", settings=LARGE, **narrow(stack, given))
    with pytest.raises(ProblemsError, match="got 'URL', which people enter; allowed: a generated entry"):
        Postgresql(stack, "wrong", settings=WRONG, **given)
    with pytest.raises(ProblemsError, match=r"same\.copies: got eu-west-1; allowed: another region"):
        Postgresql(stack, "same", settings=SAME, **given)
    return {
        "large-access": access_of(large),
        "small-access": access_of(small),
        "identifiers": large.identifiers,
        "max-connections": large.max_connections,
        "login": large.login_statement("reporter").as_dict(),
        "alarms": {one.key: one.text for one in large.monitored.alarms},
    }


@pytest.fixture(scope="module")
def built(synthesize_module: Callable[..., Json]) -> Built:
    return Built(synthesize_module, build)


def test_backups_are_copied_to_another_region_with_a_key_there(built: Built) -> None:
    copy = built.at("aws_db_instance_automated_backups_replication", "large/copies/Default")
    key = built.at("aws_kms_key", "large/copies/key/Default")
    assert (copy["retention_period"], copy["provider"], key["provider"]) == (
        14,
        "aws.eu-central-1",
        "aws.eu-central-1",
    )
    assert copy["source_db_instance_arn"] == "${aws_db_instance.large.arn}"
    assert "large_copies_key" in copy["kms_key_id"]
    assert key["lifecycle"] == {"prevent_destroy": True}


def test_a_database_of_production_is_as_safe_as_its_defaults(built: Built) -> None:
    primary = built.at("aws_db_instance", "large/Default")
    expected = {
        "identifier": "shop-test-postgresql",
        "engine": "postgres",
        "engine_version": str(DEFAULT_VERSION),
        "instance_class": "db.t4g.medium",
        "engine_lifecycle_support": "open-source-rds-extended-support-disabled",
        "multi_az": True,
        "storage_type": "gp3",
        "allocated_storage": 20,
        "max_allocated_storage": 200,
        "storage_encrypted": True,
        "publicly_accessible": False,
        "backup_retention_period": 7,
        "copy_tags_to_snapshot": True,
        "deletion_protection": True,
        "skip_final_snapshot": False,
        "delete_automated_backups": False,
        "apply_immediately": False,
        "auto_minor_version_upgrade": True,
        "allow_major_version_upgrade": False,
        "iam_database_authentication_enabled": True,
        "monitoring_interval": 60,
        "performance_insights_enabled": True,
        "performance_insights_retention_period": 7,
        "database_insights_mode": "standard",
        "enabled_cloudwatch_logs_exports": ["postgresql", "upgrade", "iam-db-auth-error"],
        "lifecycle": {"prevent_destroy": True},
    }
    assert {key: primary.get(key) for key in expected} == expected
    assert "large_monitoring" in primary["monitoring_role_arn"]
    assert "large_key" in primary["kms_key_id"]
    assert primary["performance_insights_kms_key_id"] == primary["kms_key_id"]
    assert primary["tags"]["DataClassification"] == "pii"
    assert primary["tags"]["BackupPolicy"] == "daily"


def test_the_password_is_read_from_the_secret_and_rotates_with_its_entry(built: Built) -> None:
    primary = built.at("aws_db_instance", "large/Default")
    assert "ephemeral.aws_secretsmanager_secret_version.secret_after" in primary["password_wo"]
    assert primary["password_wo_version"] == 4
    assert not {"password", "manage_master_user_password"} & primary.keys()


def test_replicas_are_encrypted_with_the_same_key_and_have_no_password(built: Built) -> None:
    primary = built.at("aws_db_instance", "large/Default")
    for name in ("reader-one", "reader-two"):
        replica = built.at("aws_db_instance", f"large/{name}")
        assert replica["identifier"] == f"shop-test-postgresql-{name}"
        assert replica["replicate_source_db"].endswith(".identifier}")
        same = ("kms_key_id", "storage_encrypted", "parameter_group_name", "vpc_security_group_ids", "port")
        assert {key: replica[key] for key in same} == {key: primary[key] for key in same}
        # RDS API, CreateDBInstanceReadReplica: DatabaseInsightsMode "isn't supported".
        assert "database_insights_mode" not in replica
        own = {"engine_version", "username", "db_name", "password_wo", "db_subnet_group_name", "lifecycle"}
        assert not own & replica.keys()


def test_tls_is_forced_and_the_server_accepts_what_is_budgeted(built: Built) -> None:
    group = built.at("aws_db_parameter_group", "large/parameters/Default")
    parameters = {one["name"]: (one["value"], one["apply_method"]) for one in group["parameter"]}
    assert parameters["rds.force_ssl"] == ("1", "pending-reboot")
    assert parameters["max_connections"] == (str(built.output("max-connections")), "pending-reboot")
    assert parameters["log_min_duration_statement"] == ("1000", "immediate")
    assert group["family"] == "postgres17"
    assert group["name_prefix"] == "shop-test-postgresql17-"
    assert group["lifecycle"] == {"create_before_destroy": True}
    other = built.at("aws_db_parameter_group", "small/parameters/Default")
    assert (other["family"], other["name_prefix"]) == ("postgres16", "shop-test-small16-")


@pytest.mark.parametrize("role", ["primary", "reader-one", "reader-two"])
def test_logs_are_kept_encrypted_and_made_before_rds_would(built: Built, role: str) -> None:
    path = "Default" if role == "primary" else role
    instance = built.at("aws_db_instance", f"large/{path}")
    for log in ("postgresql", "upgrade", "iam-db-auth-error"):
        group = built.at("aws_cloudwatch_log_group", f"large/{role}-{log}-log")
        assert group["name"] == f"/aws/rds/instance/{instance['identifier']}/{log}"
        assert group["retention_in_days"] == 30
        assert "large_key" in group["kms_key_id"]
        assert any(f"{role}-{log}-log" in needed for needed in instance["depends_on"])


def test_a_single_database_may_leave_its_password_to_rds(built: Built) -> None:
    instance = built.at("aws_db_instance", "small/Default")
    assert instance["manage_master_user_password"] is True
    assert "small_key" in instance["master_user_secret_kms_key_id"]
    assert "password_wo" not in instance
    rotation = built.at("aws_secretsmanager_secret_rotation", "small/rotation")
    assert rotation["rotation_rules"] == {"automatically_after_days": 30}
    assert rotation["rotate_immediately"] is False
    assert rotation["secret_id"] in built.output("small-access")["secrets"]["DATABASE_PASSWORD"]


def test_an_unprotected_database_leaves_nothing_behind(built: Built) -> None:
    instance = built.at("aws_db_instance", "small/Default")
    assert instance["deletion_protection"] is False
    assert instance["skip_final_snapshot"] is True
    assert not {"lifecycle", "final_snapshot_identifier", "monitoring_role_arn"} & instance.keys()
    assert instance["performance_insights_enabled"] is False


def test_a_certificate_authority_is_chosen_only_where_the_settings_do(built: Built) -> None:
    assert built.at("aws_db_instance", "small/Default")["ca_cert_identifier"] == "rds-ca-ecc384-g1"
    for name in ("Default", "reader-one"):
        assert "ca_cert_identifier" not in built.at("aws_db_instance", f"large/{name}")


def test_clients_of_the_database_are_given_variables_and_the_password_by_reference(built: Built) -> None:
    access = built.output("large-access")
    environment = access["environment"]
    assert environment["DATABASE_PORT"] == "5432"
    assert environment["DATABASE_NAME"] == "shop"
    assert environment["DATABASE_USER"] == "app_owner"
    assert environment["DATABASE_SSLMODE"] == "require"
    assert environment["DATABASE_HOST"].endswith(".address}")
    assert environment["DATABASE_READER_HOSTS"].count(".address}") == 2
    assert access["secrets"]["DATABASE_PASSWORD"].endswith(".arn}:DATABASE_PASSWORD_V4::")
    assert "DATABASE_READER_HOSTS" not in built.output("small-access")["environment"]


def test_every_instance_can_be_alarmed_on_and_logged_in_to_with_iam(built: Built) -> None:
    assert set(built.output("identifiers")) == {"primary", "reader-one", "reader-two"}
    assert {"silent", "free-storage", "connections", "replica-lag"} <= set(built.output("alarms"))
    alarms = built.output("alarms")
    assert "Less than 2 GiB are free" in alarms["free-storage"]
    assert "Less than 204.8 MiB of memory" in alarms["freeable-memory"]
    login = built.output("login")
    assert login["Action"] == ["rds-db:connect"]
    assert len(login["Resource"]) == 3
    assert all(resource.endswith("/reporter") for resource in login["Resource"])
