"""Redis and Valkey as they are synthesized: figures of production, topologies, what a client is given."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules.databases.redis.settings import RedisSettings
from modules.errors import ProblemsError
from modules.secrets.settings import Generated, SecretSettings
from tests.modules.databases.built import Built, access_of, narrow

Json = dict[str, Any]
SECRET = SecretSettings(generated={"REDIS_AUTH_TOKEN": Generated(version=2)})
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


def build(stack: Any, given: dict[str, Any]) -> Json:
    from modules.databases.redis.redis import Redis
    from modules.secrets.secret import EnvironmentSecret

    given["secret"] = EnvironmentSecret(stack, "secret", context=given["context"], settings=SECRET)
    cache = Redis(stack, "cache", settings=CACHE, **given)
    single = Redis(stack, "single", settings=SINGLE, **given)
    sharded = Redis(stack, "sharded", settings=SHARDED, **given)
    with pytest.raises(ProblemsError, match="Multi-AZ in 1 zone"):
        Redis(stack, "narrow-cache", settings=CACHE, **narrow(stack, given))
    return {
        "cache-access": access_of(cache),
        "single-access": access_of(single),
        "sharded-access": access_of(sharded),
        "cluster-ids": {
            "cache": cache.cluster_ids,
            "single": single.cluster_ids,
            "sharded": sharded.cluster_ids,
        },
    }


@pytest.fixture(scope="module")
def built(synthesize_module: Callable[..., Json]) -> Built:
    return Built(synthesize_module, build)


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
        "auto_minor_version_upgrade": "true",
        "apply_immediately": False,
        "user_group_ids": ["shop-test-app"],
        "lifecycle": {"prevent_destroy": True},
    }
    assert {key: group.get(key) for key in expected} == expected
    assert group["tags"] == {
        "Name": "shop-test-app",
        "DataClassification": "pii",
        "BackupPolicy": "daily",
    }
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
    # The version before too: clients keep it until they are replaced.
    for password, entry in zip(user["Passwords"], ("_V2", "_V1"), strict=True):
        assert password.startswith("{{resolve:secretsmanager:${aws_secretsmanager_secret.")
        assert password.endswith(f".arn}}:SecretString:REDIS_AUTH_TOKEN{entry}}}}}")
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
    environment = built.output("sharded-access")["environment"]
    assert environment["REDIS_HOST"].endswith(".configuration_endpoint_address}")
    assert "REDIS_READER_HOST" not in environment


def test_clients_of_the_cache_are_given_variables_and_the_token_by_reference(built: Built) -> None:
    access = built.output("cache-access")
    assert access["environment"]["REDIS_PORT"] == "6379"
    assert access["environment"]["REDIS_TLS"] == "true"
    assert access["environment"]["REDIS_USER"] == "default"
    assert access["environment"]["REDIS_HOST"].endswith(".primary_endpoint_address}")
    assert access["environment"]["REDIS_READER_HOST"].endswith(".reader_endpoint_address}")
    assert access["secrets"]["REDIS_AUTH_TOKEN"].endswith(".arn}:REDIS_AUTH_TOKEN_V2::")


def test_a_single_node_has_no_reader(built: Built) -> None:
    assert "REDIS_READER_HOST" not in built.output("single-access")["environment"]


def test_nodes_can_be_alarmed_on_by_their_ids(built: Built) -> None:
    ids = built.output("cluster-ids")
    group = "${{aws_elasticache_replication_group.{}.replication_group_id}}".format
    assert ids["cache"] == [f"{group('cache')}-001", f"{group('cache')}-002"]
    assert ids["single"] == [f"{group('single')}-001"]
    assert len(ids["sharded"]) == 6
    assert ids["sharded"][-1] == f"{group('sharded')}-0002-003"
