"""Patches of Lambda, each by what AWS's pages say of the call."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"


def test_a_function_is_invoked_without_a_container_and_returns_nothing(emulator: Emulator) -> None:
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = emulator.client("iam", REGION).create_role(RoleName="function", AssumeRolePolicyDocument=trust)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): raise SystemExit")
    functions = emulator.client("lambda", REGION)
    functions.create_function(
        FunctionName="shop",
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="index.handler",
        Code={"ZipFile": content.getvalue()},
    )
    answer = functions.invoke(FunctionName="shop", Payload=b"{}")
    assert answer["StatusCode"] == 200
    assert "FunctionError" not in answer
    assert json.loads(answer["Payload"].read()) is None


def test_a_secret_without_a_version_can_be_given_a_rotation(emulator: Emulator) -> None:
    secrets = emulator.client("secretsmanager", REGION)
    arn = secrets.create_secret(Name="login")["ARN"]
    function = f"arn:aws:lambda:{REGION}:123456789012:function:shop"
    secrets.rotate_secret(
        SecretId=arn,
        RotationLambdaARN=function,
        RotateImmediately=False,
        RotationRules={"AutomaticallyAfterDays": 30},
    )
    secret = secrets.describe_secret(SecretId=arn)
    assert secret["RotationEnabled"] is True
    assert secret["RotationLambdaARN"] == function
    assert secret["RotationRules"] == {"AutomaticallyAfterDays": 30}
