"""Patches of Lambda, each by what AWS's pages say of the call."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"


class Functions:
    """Functions of one file."""

    def __init__(self, emulator: Emulator) -> None:
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = emulator.client("iam", REGION).create_role(RoleName="function", AssumeRolePolicyDocument=trust)
        self._role = role["Role"]["Arn"]
        self._client = emulator.client("lambda", REGION)

    def create(self, name: str, source: str, **given: Any) -> None:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("index.py", source)
        self._client.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=self._role,
            Handler="index.handler",
            Code={"ZipFile": content.getvalue()},
            **given,
        )

    def invoke(self, name: str, event: Any) -> tuple[Any, str | None]:
        answer = self._client.invoke(FunctionName=name, Payload=json.dumps(event))
        assert answer["StatusCode"] == 200
        return json.loads(answer["Payload"].read()), answer.get("FunctionError")


@pytest.fixture
def functions(emulator: Emulator) -> Functions:
    return Functions(emulator)


def test_a_function_runs_with_its_event_its_variables_and_an_aws_that_is_the_emulator(
    functions: Functions, emulator: Emulator
) -> None:
    source = """
import os

import boto3


def handler(event, context):
    assert 0 < context.get_remaining_time_in_millis() <= 9000
    boto3.client("ssm").put_parameter(Name=os.environ["NAME"], Value=event["value"], Type="String")
    return {"stored": event["value"]}
"""
    functions.create("shop", source, Timeout=9, Environment={"Variables": {"NAME": "/shop"}})
    assert functions.invoke("shop", {"value": "one"}) == ({"stored": "one"}, None)
    stored = emulator.client("ssm", REGION).get_parameter(Name="/shop")["Parameter"]["Value"]
    assert stored == "one"


def test_what_a_function_raises_is_its_answer(functions: Functions) -> None:
    functions.create("shop", "def handler(event, context): raise ValueError('no such shop')")
    answer, error = functions.invoke("shop", {})
    assert error == "Unhandled"
    assert (answer["errorMessage"], answer["errorType"]) == ("no such shop", "ValueError")


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ("import time; time.sleep(30)", "Sandbox.Timedout", "Task timed out after 1.00 seconds"),
        ("import os; os._exit(3)", "Runtime.ExitError", "exited with 3"),
    ],
)
def test_a_function_that_does_not_end_or_ends_its_process_has_failed(
    functions: Functions, body: str, kind: str, message: str
) -> None:
    functions.create("shop", f"def handler(event, context): {body}", Timeout=1)
    answer, error = functions.invoke("shop", {})
    assert error == "Unhandled"
    assert (answer["errorType"], answer["errorMessage"]) == (kind, message)


def test_a_function_in_a_vpc_does_not_run(functions: Functions) -> None:
    network = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    functions.create("shop", "def handler(event, context): raise SystemExit", VpcConfig=network)
    assert functions.invoke("shop", {}) == (None, None)


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
