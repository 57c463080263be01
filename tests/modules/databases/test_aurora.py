"""Aurora as it is synthesized: production, one that pauses, client access."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modules.databases.aurora.settings import AuroraCapacity, AuroraSettings
from modules.databases.common.settings import DEFAULT_VERSION
from modules.errors import ProblemsError
from modules.networking.subnet_plan import Tier
from tests.modules.databases.built import Built, access_of, narrow

Json = dict[str, Any]
LARGE = AuroraSettings(
    database="shop", capacity=AuroraCapacity(minimum=1, maximum=16), parameters={"work_mem": "65536"}
)
PAUSING = AuroraSettings(
    name="small",
    database="shop",
    capacity=AuroraCapacity(minimum=0, maximum=1, seconds_until_auto_pause=600),
    zones=("b",),
    version=16,
    rotation_days=7,
    monitoring_seconds=0,
    insights_days=0,
    certificate_authority="rds-ca-ecc384-g1",
    protected=False,
)


def build(stack: Any, given: dict[str, Any]) -> Json:
    from modules.databases.aurora.aurora import Aurora

    large = Aurora(stack, "large", settings=LARGE, **given)
    small = Aurora(stack, "small", settings=PAUSING, tier=Tier.PRIVATE, **given)
    access = large.client_access
    with pytest.raises(ProblemsError, match=r"aurora\.zones: got a network of 1 zone"):
        Aurora(stack, "narrow-one", settings=LARGE, **narrow(stack, given))
    return {
        "access": access_of(large),
        "statements": [one.as_dict() for one in access.statements],
        "same": access.statements == access.execution_statements,
        "identifiers": large.identifiers,
        "login": large.login_statement("reporter").as_dict(),
        "large-alarms": [one.key for one in large.monitored.alarms],
        "small-alarms": [one.key for one in small.monitored.alarms],
    }


@pytest.fixture(scope="module")
def clusters(synthesize_module: Callable[..., Json]) -> Built:
    return Built(synthesize_module, build)


def test_a_cluster_of_production_is_as_safe_as_its_defaults(clusters: Built) -> None:
    cluster = clusters.at("aws_rds_cluster", "large/Default")
    expected = {
        "cluster_identifier": "shop-test-aurora",
        "engine": "aurora-postgresql",
        "engine_mode": "provisioned",
        "engine_version": str(DEFAULT_VERSION),
        "engine_lifecycle_support": "open-source-rds-extended-support-disabled",
        "serverlessv2_scaling_configuration": {"min_capacity": 1, "max_capacity": 16},
        "storage_encrypted": True,
        "manage_master_user_password": True,
        "iam_database_authentication_enabled": True,
        "backup_retention_period": 7,
        "copy_tags_to_snapshot": True,
        "deletion_protection": True,
        "delete_automated_backups": False,
        "skip_final_snapshot": False,
        "enabled_cloudwatch_logs_exports": ["postgresql", "iam-db-auth-error"],
        "lifecycle": {"prevent_destroy": True},
        "apply_immediately": False,
        "allow_major_version_upgrade": False,
    }
    assert {name: cluster.get(name) for name in expected} == expected
    assert cluster["tags"]["DataClassification"] == "pii"
    assert cluster["tags"]["BackupPolicy"] == "daily"
    assert cluster["kms_key_id"] != cluster["master_user_secret_kms_key_id"]
    assert not {"master_password", "availability_zones"} & cluster.keys()


def test_an_instance_stands_in_each_zone_the_writer_first(clusters: Built) -> None:
    writer, reader = (clusters.at("aws_rds_cluster_instance", f"large/instances/{zone}") for zone in "ab")
    assert (writer["availability_zone"], reader["availability_zone"]) == ("eu-west-1a", "eu-west-1b")
    assert (writer["promotion_tier"], reader["promotion_tier"]) == (0, 1)
    assert "depends_on" not in writer
    first = writer["//"]["metadata"]["uniqueId"]
    assert reader["depends_on"] == [f"aws_rds_cluster_instance.{first}"]
    for one in (writer, reader):
        assert one["instance_class"] == "db.serverless"
        assert one["publicly_accessible"] is False
        assert one["performance_insights_enabled"] is True
        assert one["performance_insights_retention_period"] == 7
        assert one["monitoring_interval"] == 60
        assert one["auto_minor_version_upgrade"] is True
        assert "ca_cert_identifier" not in one
    assert list(clusters.output("identifiers")) == ["writer", "reader-b"]


def test_tls_is_forced_by_a_group_that_an_upgrade_can_replace(clusters: Built) -> None:
    group = clusters.at("aws_rds_cluster_parameter_group", "large/parameters/Default")
    parameters = {one["name"]: (one["value"], one["apply_method"]) for one in group["parameter"]}
    assert parameters["rds.force_ssl"] == ("1", "pending-reboot")
    assert parameters["work_mem"] == ("65536", "pending-reboot")
    assert parameters["log_min_duration_statement"] == ("1000", "immediate")
    assert (group["family"], group["name_prefix"]) == ("aurora-postgresql17", "shop-test-aurora17-")
    assert group["lifecycle"]["create_before_destroy"] is True
    assert clusters.at("aws_rds_cluster_parameter_group", "small/parameters/Default")["family"] == (
        "aurora-postgresql16"
    )


def test_its_log_exists_before_it_and_is_kept_and_encrypted(clusters: Built) -> None:
    addresses = []
    for path, name in (("log", "postgresql"), ("iam-db-auth-error-log", "iam-db-auth-error")):
        log = clusters.at("aws_cloudwatch_log_group", f"large/{path}")
        assert log["name"] == f"/aws/rds/cluster/shop-test-aurora/{name}"
        assert (log["retention_in_days"], log["kms_key_id"][:12]) == (30, "${aws_kms_ke")
        addresses.append(f"aws_cloudwatch_log_group.{log['//']['metadata']['uniqueId']}")
    assert clusters.at("aws_rds_cluster", "large/Default")["depends_on"] == addresses


@pytest.mark.parametrize(("name", "days"), [("large", 30), ("small", 7)])
def test_the_password_is_rotated(name: str, days: int, clusters: Built) -> None:
    rotation = clusters.at("aws_secretsmanager_secret_rotation", f"{name}/rotation")
    assert rotation["rotation_rules"] == {"automatically_after_days": days}
    # Not at once: the tasks of a first deployment start with the password that was just made.
    assert rotation["rotate_immediately"] is False
    assert rotation["secret_id"] == f"${{aws_rds_cluster.{name}.master_user_secret[0].secret_arn}}"


def test_one_that_may_go_pauses_and_has_no_reader(clusters: Built) -> None:
    cluster = clusters.at("aws_rds_cluster", "small/Default")
    assert cluster["serverlessv2_scaling_configuration"] == {
        "min_capacity": 0,
        "max_capacity": 1,
        "seconds_until_auto_pause": 600,
    }
    assert (cluster["deletion_protection"], cluster["skip_final_snapshot"]) == (False, True)
    assert "lifecycle" not in cluster
    instances = [
        one for one in clusters.json["resource"]["aws_rds_cluster_instance"] if one.startswith("small")
    ]
    assert len(instances) == 1
    instance = clusters.at("aws_rds_cluster_instance", "small/instances/b")
    assert "monitoring_role_arn" not in instance
    assert instance["ca_cert_identifier"] == "rds-ca-ecc384-g1"


def test_subnets_are_of_the_tier_asked_for(clusters: Built) -> None:
    for name, tier in (("large", "database"), ("small", "private")):
        subnets = clusters.at("aws_db_subnet_group", f"{name}/subnets")["subnet_ids"]
        assert len(subnets) == 2
        assert all(f"aws_subnet.network_{tier}-" in one for one in subnets)


def test_a_client_is_given_addresses_and_the_password_by_reference(clusters: Built) -> None:
    environment = clusters.output("access")["environment"]
    assert environment["DATABASE_PORT"] == "5432"
    assert environment["DATABASE_HOST"] == "${aws_rds_cluster.large.endpoint}"
    assert environment["DATABASE_READER_HOST"] == "${aws_rds_cluster.large.reader_endpoint}"
    assert environment["DATABASE_SSLMODE"] == "require"
    arn = environment["DATABASE_SECRET_ARN"]
    assert clusters.output("access")["secrets"] == {"DATABASE_PASSWORD": f"{arn}:password::"}


def test_a_client_may_read_that_one_secret_and_no_other(clusters: Built) -> None:
    read, decrypt = clusters.output("statements")
    assert read["Action"] == ["secretsmanager:GetSecretValue"]
    assert read["Resource"] == ["${aws_rds_cluster.large.master_user_secret[0].secret_arn}"]
    assert decrypt["Action"] == ["kms:Decrypt"]
    assert "secret-key" in decrypt["Resource"][0]
    assert clusters.output("same") is True


def test_a_role_may_log_in_by_iam_as_one_user(clusters: Built) -> None:
    login = clusters.output("login")
    assert login["Action"] == ["rds-db:connect"]
    assert login["Resource"][0].endswith(":dbuser:${aws_rds_cluster.large.cluster_resource_id}/reporter")


def test_missing_data_alarms_unless_it_may_pause(clusters: Built) -> None:
    large, small = set(clusters.output("large-alarms")), set(clusters.output("small-alarms"))
    assert {"connection-failures", "acu-utilisation", "connections", "replica-lag"} <= large
    assert large - small == {"silent", "silent-writer", "silent-reader-b", "replica-lag"}
