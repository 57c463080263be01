"""PostgreSQL and Redis as they are synthesized: figures of production, topologies, what a client is given."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules.databases.redis_settings import RedisSettings
from modules.databases.settings import PostgresqlSettings
from modules.errors import ProblemsError
from modules.security.secret_settings import Generated, SecretSettings

Json = dict[str, Any]
SECRET = SecretSettings(
    generated={"DATABASE_PASSWORD": Generated(version=4), "REDIS_AUTH_TOKEN": Generated(version=2)},
    entered=("URL",),
)
LARGE = PostgresqlSettings(
    database="shop", instance_class="db.t4g.medium", replicas=("reader-one", "reader-two")
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
    version=17,
    protected=False,
)
CACHE = RedisSettings(name="app", node_type="cache.t4g.small")
SINGLE = RedisSettings(
    name="one",
    node_type="cache.t4g.micro",
    engine="redis",
    version="7.1",
    nodes=1,
    multi_az=False,
    protected=False,
)
SHARDED = RedisSettings(name="many", node_type="cache.m7g.large", shards=2, nodes=3)


class Built:
    """The modules that were built, and the JSON they became."""

    def __init__(self, synthesize: Callable[..., Json]) -> None:
        self.json = synthesize(self.build)

    def build(self, stack: Any, context: Any) -> None:
        from ipaddress import IPv4Network

        from cdktf import TerraformOutput
        from cdktf_cdktf_provider_aws.security_group import SecurityGroup

        from modules.databases.postgresql import Postgresql
        from modules.databases.redis import Redis
        from modules.networking.network import Network
        from modules.networking.settings import NetworkSettings
        from modules.security.secret import EnvironmentSecret

        def network(name: str, zones: tuple[str, ...]) -> Network:
            settings = NetworkSettings(cidr=IPv4Network("10.0.0.0/16"), zones=zones)
            return Network(stack, name, context=context, settings=settings)

        given: dict[str, Any] = {
            "context": context,
            "network": network("network", ("a", "b")),
            "security_group": SecurityGroup(stack, "group", name_prefix="shop-"),
            "secret": EnvironmentSecret(stack, "secret", context=context, settings=SECRET),
        }
        large = Postgresql(stack, "large", settings=LARGE, **given)
        small = Postgresql(stack, "small", settings=SMALL, **given)
        cache = Redis(stack, "cache", settings=CACHE, **given)
        single = Redis(stack, "single", settings=SINGLE, **given)
        sharded = Redis(stack, "sharded", settings=SHARDED, **given)
        ids = {"cache": cache.cluster_ids, "single": single.cluster_ids, "sharded": sharded.cluster_ids}
        TerraformOutput(stack, "cluster-ids", value=ids, static_id=True)
        self.max_connections = large.max_connections
        for name, module in (("large", large), ("small", small), ("cache", cache), ("sharded", sharded)):
            access = module.client_access
            value = {"environment": dict(access.environment), "secrets": dict(access.secrets)}
            TerraformOutput(stack, f"{name}-access", value=value, static_id=True)
        TerraformOutput(stack, "identifiers", value=large.identifiers, static_id=True)
        login = large.login_statement("reporter").as_dict()
        TerraformOutput(stack, "login", value=json.dumps(login), static_id=True)
        one_zone = {**given, "network": network("narrow", ("a",))}
        with pytest.raises(ProblemsError, match="Multi-AZ in 1 zone"):
            Postgresql(stack, "narrow-large", settings=LARGE, **one_zone)
        with pytest.raises(ProblemsError, match="Multi-AZ in 1 zone"):
            Redis(stack, "narrow-cache", settings=CACHE, **one_zone)
        wrong = PostgresqlSettings(
            database="x", instance_class="db.t4g.micro", name="wrong", password_key="URL"
        )
        with pytest.raises(ProblemsError, match="got 'URL', which people enter; allowed: a generated entry"):
            Postgresql(stack, "wrong", settings=wrong, **given)

    def at(self, kind: str, path: str) -> Json:
        """The resource of a construct path."""
        found: Json = next(
            one
            for one in self.json["resource"][kind].values()
            if one["//"]["metadata"]["path"] == f"small/{path}"
        )
        return found

    def access(self, name: str) -> Json:
        value: Json = self.json["output"][f"{name}-access"]["value"]
        return value


@pytest.fixture(scope="module")
def built(synthesize_module: Callable[..., Json]) -> Built:
    return Built(synthesize_module)


def test_a_database_of_production_is_as_safe_as_its_defaults(built: Built) -> None:
    primary = built.at("aws_db_instance", "large/Default")
    expected = {
        "identifier": "shop-test-postgresql",
        "engine": "postgres",
        "engine_version": "15",
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
        "final_snapshot_identifier": "shop-test-postgresql-final",
        "delete_automated_backups": False,
        "apply_immediately": False,
        "auto_minor_version_upgrade": True,
        "allow_major_version_upgrade": False,
        "iam_database_authentication_enabled": True,
        "monitoring_interval": 60,
        "performance_insights_enabled": True,
        "performance_insights_retention_period": 7,
        "database_insights_mode": "standard",
        "enabled_cloudwatch_logs_exports": ["postgresql", "upgrade"],
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
        own = {"engine_version", "username", "db_name", "password_wo", "db_subnet_group_name", "lifecycle"}
        assert not own & replica.keys()


def test_tls_is_forced_and_the_server_accepts_what_is_budgeted(built: Built) -> None:
    group = built.at("aws_db_parameter_group", "large/parameters/Default")
    parameters = {one["name"]: (one["value"], one["apply_method"]) for one in group["parameter"]}
    assert parameters["rds.force_ssl"] == ("1", "pending-reboot")
    assert parameters["max_connections"] == (str(built.max_connections), "pending-reboot")
    assert parameters["log_min_duration_statement"] == ("1000", "immediate")
    assert group["family"] == "postgres15"
    assert group["name_prefix"] == "shop-test-postgresql15-"
    assert group["lifecycle"] == {"create_before_destroy": True}
    other = built.at("aws_db_parameter_group", "small/parameters/Default")
    assert (other["family"], other["name_prefix"]) == ("postgres17", "shop-test-small17-")


@pytest.mark.parametrize("role", ["primary", "reader-one", "reader-two"])
def test_logs_are_kept_encrypted_and_made_before_rds_would(built: Built, role: str) -> None:
    path = "Default" if role == "primary" else role
    instance = built.at("aws_db_instance", f"large/{path}")
    for log in ("postgresql", "upgrade"):
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
    assert rotation["secret_id"] in built.access("small")["secrets"]["DATABASE_PASSWORD"]


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
    access = built.access("large")
    environment = access["environment"]
    assert environment["DATABASE_PORT"] == "5432"
    assert environment["DATABASE_NAME"] == "shop"
    assert environment["DATABASE_USER"] == "app_owner"
    assert environment["DATABASE_SSLMODE"] == "require"
    assert environment["DATABASE_HOST"].endswith(".address}")
    assert environment["DATABASE_READER_HOSTS"].count(".address}") == 2
    assert access["secrets"]["DATABASE_PASSWORD"].endswith(".arn}:DATABASE_PASSWORD::")
    assert "DATABASE_READER_HOSTS" not in built.access("small")["environment"]


def test_every_instance_can_be_alarmed_on_and_logged_in_to_with_iam(built: Built) -> None:
    assert set(built.json["output"]["identifiers"]["value"]) == {"primary", "reader-one", "reader-two"}
    login = json.loads(built.json["output"]["login"]["value"])
    assert login["Action"] == ["rds-db:connect"]
    assert len(login["Resource"]) == 3
    assert all(resource.endswith("/reporter") for resource in login["Resource"])


def test_a_cache_of_production_is_as_safe_as_its_defaults(built: Built) -> None:
    group = built.at("aws_elasticache_replication_group", "cache/Default")
    expected = {
        "replication_group_id": "shop-test-app",
        "engine": "valkey",
        "engine_version": "8.0",
        "node_type": "cache.t4g.small",
        "num_cache_clusters": 2,
        "automatic_failover_enabled": True,
        "multi_az_enabled": True,
        "at_rest_encryption_enabled": "true",
        "transit_encryption_enabled": True,
        "transit_encryption_mode": "required",
        "snapshot_retention_limit": 5,
        "final_snapshot_identifier": "shop-test-app-final",
        "auto_minor_version_upgrade": "true",
        "apply_immediately": False,
        "user_group_ids": ["shop-test-app"],
        "lifecycle": {"prevent_destroy": True},
    }
    assert {key: group.get(key) for key in expected} == expected
    assert "cache_key" in group["kms_key_id"]
    deliveries = {one["log_type"]: one for one in group["log_delivery_configuration"]}
    assert set(deliveries) == {"slow-log", "engine-log"}
    for log in deliveries:
        destination = built.at("aws_cloudwatch_log_group", f"cache/{log}")
        assert destination["name"] == f"/aws/vendedlogs/elasticache/shop-test/app/{log}"
        assert destination["retention_in_days"] == 30
    assert not any(kind == "aws_elasticache_cluster" for kind in built.json["resource"])


def test_the_token_is_set_by_reference_and_stands_nowhere(built: Built) -> None:
    users = built.at("aws_cloudformation_stack", "cache/users/Default")
    user, group = (
        json.loads(users["template_body"])["Resources"][name]["Properties"] for name in ("User", "Group")
    )
    assert user["UserName"] == "default"
    (password,) = user["Passwords"]
    assert password.startswith("{{resolve:secretsmanager:${aws_secretsmanager_secret.")
    assert password.endswith(".arn}:SecretString:REDIS_AUTH_TOKEN}}")
    assert user["Tags"] == [{"Key": "TokenVersion", "Value": "2"}]
    assert group["UserGroupId"] == "shop-test-app"
    assert any("secret_entries" in needed for needed in users["depends_on"])
    cache = built.at("aws_elasticache_replication_group", "cache/Default")
    assert any("cache_users" in needed for needed in cache["depends_on"])
    assert "auth_token" not in cache


def test_a_small_cache_of_redis(built: Built) -> None:
    group = built.at("aws_elasticache_replication_group", "single/Default")
    assert (group["engine"], group["engine_version"], group["num_cache_clusters"]) == ("redis", "7.1", 1)
    assert group["automatic_failover_enabled"] is group["multi_az_enabled"] is False
    assert not {"lifecycle", "final_snapshot_identifier"} & group.keys()
    parameters = built.at("aws_elasticache_parameter_group", "single/parameters")
    assert (parameters["name"], parameters["family"]) == ("shop-test-one-redis7", "redis7")
    assert parameters["lifecycle"] == {"create_before_destroy": True}


def test_shards_turn_cluster_mode_on(built: Built) -> None:
    group = built.at("aws_elasticache_replication_group", "sharded/Default")
    assert (group["num_node_groups"], group["replicas_per_node_group"]) == (2, 2)
    assert "num_cache_clusters" not in group
    parameters = built.at("aws_elasticache_parameter_group", "sharded/parameters")
    assert parameters["parameter"] == [{"name": "cluster-enabled", "value": "yes"}]
    environment = built.access("sharded")["environment"]
    assert environment["REDIS_HOST"].endswith(".configuration_endpoint_address}")
    assert "REDIS_READER_HOST" not in environment


def test_clients_of_the_cache_are_given_variables_and_the_token_by_reference(built: Built) -> None:
    access = built.access("cache")
    assert access["environment"]["REDIS_PORT"] == "6379"
    assert access["environment"]["REDIS_TLS"] == "true"
    assert access["environment"]["REDIS_USER"] == "default"
    assert access["environment"]["REDIS_HOST"].endswith(".primary_endpoint_address}")
    assert access["secrets"]["REDIS_AUTH_TOKEN"].endswith(".arn}:REDIS_AUTH_TOKEN::")


def test_nodes_can_be_alarmed_on_by_their_ids(built: Built) -> None:
    ids = built.json["output"]["cluster-ids"]["value"]
    group = "${{aws_elasticache_replication_group.{}.replication_group_id}}".format
    assert ids["cache"] == [f"{group('cache')}-001", f"{group('cache')}-002"]
    assert ids["single"] == [f"{group('single')}-001"]
    assert len(ids["sharded"]) == 6
    assert ids["sharded"][-1] == f"{group('sharded')}-0002-003"
