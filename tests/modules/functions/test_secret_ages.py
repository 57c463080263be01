"""The function that tells how old secrets are, against moto."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from modules.functions import secret_ages


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any]]:
    """Secrets Manager and CloudWatch of an account that is none."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("NAMESPACE", "shop-test")
    with mock_aws():
        yield boto3.client("secretsmanager"), boto3.client("cloudwatch")


def ages(cloudwatch: Any, name: str) -> list[float]:
    """What was published of one secret."""
    now = datetime.now(UTC)
    found = cloudwatch.get_metric_statistics(
        Namespace="shop-test",
        MetricName="DaysSinceRotation",
        Dimensions=[{"Name": "Secret", "Value": name}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=86400,
        Statistics=["Maximum"],
    )
    return [point["Maximum"] for point in found["Datapoints"]]


def test_the_age_is_that_of_the_present_value(aws: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    manager, cloudwatch = aws
    arn = manager.create_secret(Name="a", SecretString="one")["ARN"]
    manager.put_secret_value(SecretId=arn, SecretString="staged", VersionStages=["AWSPENDING"])
    monkeypatch.setenv("SECRETS", json.dumps({"database": arn}))
    secret_ages.publish(manager, cloudwatch, datetime.now(UTC) + timedelta(days=31))
    (age,) = ages(cloudwatch, "database")
    assert age == pytest.approx(31, abs=0.01)


def test_one_that_is_gone_fails_the_run_after_the_others_were_published(
    aws: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, cloudwatch = aws
    arn = manager.create_secret(Name="a", SecretString="one")["ARN"]
    monkeypatch.setenv("SECRETS", json.dumps({"gone": "nothing", "database": arn}))
    with pytest.raises(RuntimeError, match=r"^gone: "):
        secret_ages.publish(manager, cloudwatch, datetime.now(UTC))
    assert len(ages(cloudwatch, "database")) == 1


def test_the_first_run_does_not_fail_for_a_secret_that_is_being_made(
    aws: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, cloudwatch = aws
    arn = manager.create_secret(Name="a", SecretString="one")["ARN"]
    monkeypatch.setenv("SECRETS", json.dumps({"gone": "nothing", "database": arn}))
    secret_ages.handler({"first": True}, None)
    assert len(ages(cloudwatch, "database")) == 1
    with pytest.raises(RuntimeError, match=r"^gone: "):
        secret_ages.handler({}, None)


def test_lambda_finds_its_handler(aws: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRETS", "{}")
    secret_ages.handler({}, None)
    assert aws
