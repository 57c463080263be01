"""The function that tells when restores last succeeded, against moto."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from modules.functions import restore_ages


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any]]:
    """Systems Manager and CloudWatch of an account that is none."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("NAMESPACE", "shop-test")
    monkeypatch.setenv("PARAMETERS", json.dumps({"shop": "/shop", "events": "/events"}))
    with mock_aws():
        yield boto3.client("ssm"), boto3.client("cloudwatch")


def now() -> datetime:
    """The time of the test, not of its import, which may be long before."""
    return datetime.now(UTC)


def put(ssm: Any, name: str, **record: str) -> None:
    ssm.put_parameter(Name=name, Value=json.dumps({"check": None, **record}), Type="String", Overwrite=True)


def age(cloudwatch: Any, name: str) -> float | None:
    """What was published of one database."""
    found = cloudwatch.get_metric_statistics(
        Namespace="shop-test",
        MetricName="DaysSinceRestoreTest",
        Dimensions=[{"Name": "Database", "Value": name}],
        StartTime=now() - timedelta(hours=1),
        EndTime=now() + timedelta(hours=1),
        Period=86400,
        Statistics=["Maximum"],
    )
    return next((point["Maximum"] for point in found["Datapoints"]), None)


def test_the_age_is_that_of_the_last_success_or_of_the_record(aws: tuple[Any, Any]) -> None:
    ssm, cloudwatch = aws
    put(ssm, "/shop", succeeded=(now() - timedelta(days=31)).isoformat(), since=now().isoformat())
    put(ssm, "/events")
    restore_ages.publish(ssm, cloudwatch, now() + timedelta(days=2))
    assert age(cloudwatch, "shop") == pytest.approx(33, abs=0.01)
    assert age(cloudwatch, "events") == pytest.approx(2, abs=0.01)
    # After a failure the record is younger than what it tells of.
    put(ssm, "/events", since=(now() - timedelta(days=40)).isoformat())
    restore_ages.publish(ssm, cloudwatch, now())
    assert age(cloudwatch, "events") == pytest.approx(40, abs=0.01)


def test_one_that_is_gone_fails_the_run_after_the_others_but_not_the_first(aws: tuple[Any, Any]) -> None:
    ssm, cloudwatch = aws
    put(ssm, "/events")
    with pytest.raises(RuntimeError, match=r"^shop: "):
        restore_ages.handler({}, None)
    assert age(cloudwatch, "events") is not None
    restore_ages.handler({"first": True}, None)
