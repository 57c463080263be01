"""Tells CloudWatch how many days ago a restore of each of some databases last succeeded.

Runs on Lambda. Variables: PARAMETERS, a JSON object of name and parameter of Systems Manager; NAMESPACE, that
of the metric. `infra restore-test` writes the parameters. Before the first success the age is that of the
record, which begins with the environment.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import Any

METRIC = "DaysSinceRestoreTest"
# Of each test, published by `infra restore-test`: 1 or 0.
SUCCEEDED = "RestoreSucceeded"
DIMENSION = "Database"


def handler(event: Any, context: Any) -> None:  # noqa: ARG001 - Lambda's signature
    """What Lambda calls. The first run, while parameters are being made, fails for none of them."""
    import boto3

    try:
        publish(boto3.client("ssm"), boto3.client("cloudwatch"), datetime.now(UTC))
    except RuntimeError:
        if not event.get("first"):
            raise


def publish(ssm: Any, cloudwatch: Any, now: datetime) -> None:
    """Publish the age of each; one that can't be read fails the run after all others are told."""
    failed = []
    for name, parameter in json.loads(os.environ["PARAMETERS"]).items():
        try:
            since = proven_since(ssm, parameter)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are told first
            failed.append(f"{name}: {error}")
            continue
        metric = {
            "MetricName": METRIC,
            "Dimensions": [{"Name": DIMENSION, "Value": name}],
            "Value": (now - since).total_seconds() / 86400,
        }
        cloudwatch.put_metric_data(Namespace=os.environ["NAMESPACE"], MetricData=[metric])
    if failed:
        raise RuntimeError("; ".join(failed))


def proven_since(ssm: Any, parameter: str) -> datetime:
    """When a restore last succeeded; before the first one, when the record began."""
    found = ssm.get_parameter(Name=parameter)["Parameter"]
    record = json.loads(found["Value"])
    since = record.get("succeeded") or record.get("since")
    modified: datetime = found["LastModifiedDate"]
    return datetime.fromisoformat(since) if since else modified
