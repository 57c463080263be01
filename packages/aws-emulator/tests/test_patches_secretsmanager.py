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
