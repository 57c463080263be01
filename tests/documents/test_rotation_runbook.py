"""The runbook that rotates everything names everything, and its calls of AWS rotate a secret."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest

from aws_emulator import Emulator
from tests.documents.fences import PROJECT

RUNBOOK = (PROJECT / "docs/runbooks/rotate-everything.md").read_text()
NAMED = set(re.findall(r"`([\w-]+)`", RUNBOOK))
REGION = "eu-west-1"


def products() -> dict[str, Any]:
    """The secret's settings of each product that has one, as production has them."""
    from stacks.booking.settings import PROD as BOOKING
    from stacks.ohi.settings import PROD as OHI

    return {"OHI": OHI.secret, "Booking": BOOKING.secret}


@pytest.mark.parametrize("product", ["OHI", "Booking"])
def test_every_entry_of_a_secret_is_named(product: str) -> None:
    settings = products()[product]
    entries = {*settings.generated, *settings.entered}
    assert entries
    assert not entries - NAMED


def test_every_rotation_of_secrets_manager_is_named(stacks: dict[str, Any]) -> None:
    found = {
        one["//"]["metadata"]["path"].split("/")[1]
        for document in stacks.values()
        for one in document["resource"].get("aws_secretsmanager_secret_rotation", {}).values()
    }
    assert found
    assert not found - NAMED


def rotation_function(emulator: Emulator) -> str:
    """A function that may rotate; the emulator runs none."""
    trust = '{"Version": "2012-10-17", "Statement": []}'
    role = emulator.client("iam", REGION).create_role(RoleName="r", AssumeRolePolicyDocument=trust)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): ...")
    made: str = emulator.client("lambda", REGION).create_function(
        FunctionName="rotation",
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="index.handler",
        Code={"ZipFile": content.getvalue()},
    )["FunctionArn"]
    return made


def test_a_secret_of_a_stack_is_found_and_rotated_by_hand(emulator: Emulator) -> None:
    manager = emulator.client("secretsmanager", REGION)
    for name in ("webapp-dev-database-login-1", "other"):
        manager.create_secret(Name=name, SecretString="x")
    function = rotation_function(emulator)
    manager.rotate_secret(
        SecretId="webapp-dev-database-login-1",
        RotationLambdaARN=function,
        RotationRules={"AutomaticallyAfterDays": 30},
        RotateImmediately=False,
    )
    listed = manager.list_secrets(Filters=[{"Key": "name", "Values": ["webapp-dev-"]}])["SecretList"]
    assert [(one["Name"], "LastRotatedDate" in one) for one in listed] == [
        ("webapp-dev-database-login-1", False)
    ]
    manager.rotate_secret(SecretId=listed[0]["ARN"])
    after = manager.describe_secret(SecretId=listed[0]["ARN"])
    assert after["LastRotatedDate"]
    # Whoever rotates by hand names no function; the secret keeps its own.
    assert after["RotationLambdaARN"] == function
