"""What an audit asks of every stack, whichever product it is of: `infra evidence` names these tests."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stacks.catalogue import catalogue
from tests.stacks.environments import environments
from tests.stacks.synthesized import listed

Json = dict[str, Any]
EVERY = [*catalogue()]
# What would give a person, or a program, credentials that do not expire; certificates are ACM's.
LASTING = ("aws_iam_user", "aws_iam_access_key", "aws_iam_user_login_profile", "aws_iam_server_certificate")
DATABASES = ("aws_db_instance", "aws_rds_cluster_instance")
# What stores data, with the argument that names its key.
STORES = {
    "aws_db_instance": "kms_key_id",
    "aws_rds_cluster": "kms_key_id",
    "aws_elasticache_replication_group": "kms_key_id",
    "aws_efs_file_system": "kms_key_id",
    "aws_secretsmanager_secret": "kms_key_id",
    "aws_sns_topic": "kms_master_key_id",
}


def bodies(stack: Json, *kinds: str) -> dict[str, Json]:
    """The resources of some types, by address."""
    found = stack["resource"]
    return {f"{kind}.{name}": body for kind in kinds for name, body in found.get(kind, {}).items()}


@pytest.mark.parametrize("name", EVERY)
def test_nobody_has_credentials_that_last(name: str, stacks: dict[str, Json]) -> None:
    assert bodies(stacks[name], "aws_iam_role", "aws_kms_key", "aws_s3_bucket")
    assert not bodies(stacks[name], *LASTING)


@pytest.mark.parametrize("name", EVERY)
def test_every_key_is_rotated(name: str, stacks: dict[str, Json]) -> None:
    keys = bodies(stacks[name], "aws_kms_key")
    assert keys
    assert [address for address, key in keys.items() if key["enable_key_rotation"] is not True] == []


@pytest.mark.parametrize("name", EVERY)
def test_every_bucket_refuses_requests_without_tls(name: str, stacks: dict[str, Json]) -> None:
    buckets = bodies(stacks[name], "aws_s3_bucket")
    if "aws_s3_bucket" in stacks[name]["resource"]:
        policies = bodies(stacks[name], "aws_s3_bucket_policy").values()
        refusing = {f"${{{address}.id}}" for address in buckets}
        assert {policy["bucket"] for policy in policies if refuses_plain_http(policy)} == refusing


def refuses_plain_http(policy: Json) -> bool:
    """Whether a statement denies everything to everyone without TLS."""
    return any(
        statement["Effect"] == "Deny"
        and listed(statement["Action"]) == ["s3:*"]
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        and len(listed(statement["Resource"])) == 2
        for statement in json.loads(policy["policy"])["Statement"]
    )


def has_the_key_of_its_source(body: Json) -> bool:
    """Whether it is a replica in the region, or restored, whose key RDS takes from its copy."""
    return "restore_to_point_in_time" in body.get("dynamic", {}) or "aws_db_instance." in str(
        body.get("replicate_source_db")
    )


@pytest.mark.parametrize("name", environments())
def test_what_is_stored_is_encrypted_with_a_key_of_the_stack(name: str, stacks: dict[str, Json]) -> None:
    stored = [
        (address, str(body.get(argument, "")))
        for kind, argument in STORES.items()
        for address, body in bodies(stacks[name], kind).items()
        if not has_the_key_of_its_source(body)
    ]
    assert stored
    assert [address for address, key in stored if "aws_kms_key." not in key] == []


@pytest.mark.parametrize("name", environments())
def test_minor_versions_of_databases_are_upgraded(name: str, stacks: dict[str, Json]) -> None:
    databases = bodies(stacks[name], *DATABASES)
    assert databases or "aws_rds_cluster" not in stacks[name]["resource"]
    assert [address for address, one in databases.items() if not one["auto_minor_version_upgrade"]] == []
