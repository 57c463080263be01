"""Patches of Secrets Manager, each by what AWS's page says of the call."""

from __future__ import annotations

import pytest

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator


def test_a_version_keeps_its_own_labels_when_another_becomes_current(emulator: Emulator) -> None:
    client = emulator.client("secretsmanager", "eu-west-1")
    client.create_secret(Name="a")
    labels = ["EMPTY", "AWSCURRENT"]
    first = client.put_secret_value(SecretId="a", SecretString="1", VersionStages=labels)
    second = client.put_secret_value(SecretId="a", SecretString="2")
    stages = client.describe_secret(SecretId="a")["VersionIdsToStages"]
    assert set(stages[first["VersionId"]]) == {"EMPTY", "AWSPREVIOUS"}
    assert stages[second["VersionId"]] == ["AWSCURRENT"]


def test_a_replica_tells_the_key_that_encrypts_it(emulator: Emulator) -> None:
    client = emulator.client("secretsmanager", "eu-west-1")
    there = [{"Region": "eu-central-1", "KmsKeyId": "alias/recovery"}]
    client.create_secret(Name="a", SecretString="1", AddReplicaRegions=there)
    added = client.replicate_secret_to_regions(SecretId="a", AddReplicaRegions=[{"Region": "eu-west-2"}])
    keys = {one["Region"]: one["KmsKeyId"] for one in added["ReplicationStatus"]}
    assert keys == {"eu-central-1": "alias/recovery", "eu-west-2": "alias/aws/secretsmanager"}
    # Another's value reaches it, and nobody writes to it there.
    client.put_secret_value(SecretId="a", SecretString="2")
    replica = emulator.client("secretsmanager", "eu-central-1")
    assert replica.get_secret_value(SecretId="a")["SecretString"] == "2"
    assert replica.describe_secret(SecretId="a")["PrimaryRegion"] == "eu-west-1"
