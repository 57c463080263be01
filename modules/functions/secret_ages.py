"""Tells CloudWatch how many days ago each of some secrets got its present value.

Runs on Lambda. Variables: SECRETS, a JSON object of name and ARN; NAMESPACE, that of the metric. It reads
when versions were made, never a value.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import Any

METRIC = "DaysSinceRotation"
DIMENSION = "Secret"


def handler(event: Any, context: Any) -> None:  # noqa: ARG001 - Lambda's signature
    """What Lambda calls. The first run, while secrets are being made, fails for none of them."""
    import boto3

    try:
        publish(boto3.client("secretsmanager"), boto3.client("cloudwatch"), datetime.now(UTC))
    except RuntimeError:
        if not event.get("first"):
            raise


def publish(manager: Any, cloudwatch: Any, now: datetime) -> None:
    """Publish the age of every secret; one that can't be read fails the run after all others are told."""
    failed = []
    for name, arn in json.loads(os.environ["SECRETS"]).items():
        try:
            made = present_since(manager, arn)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are told first
            failed.append(f"{name}: {error}")
            continue
        metric = {
            "MetricName": METRIC,
            "Dimensions": [{"Name": DIMENSION, "Value": name}],
            "Value": (now - made).total_seconds() / 86400,
        }
        cloudwatch.put_metric_data(Namespace=os.environ["NAMESPACE"], MetricData=[metric])
    if failed:
        raise RuntimeError("; ".join(failed))


def present_since(manager: Any, arn: str) -> datetime:
    """When the version was made that clients get. Versions without a label are not asked for: one page."""
    for version in manager.list_secret_version_ids(SecretId=arn)["Versions"]:
        if "AWSCURRENT" in version["VersionStages"]:
            made: datetime = version["CreatedDate"]
            return made
    raise LookupError("no version is current")
