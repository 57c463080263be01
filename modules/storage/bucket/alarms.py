"""The widget and the alarm of a bucket that is replicated. Pure."""

from __future__ import annotations

from ...monitoring.monitored import AlarmRule, Widget
from ...monitoring.resource_metrics import ResourceMetrics


def replication(*, bucket: str, replica: str, rule: str) -> tuple[Widget, AlarmRule]:
    """What was not copied to the replica, by the id of the rule."""
    # Of the replication metrics this one alone is published in the region of the source bucket (Amazon S3
    # user guide, "Using S3 Replication metrics").
    dimensions = {"SourceBucket": bucket, "DestinationBucket": replica, "RuleId": rule}
    failed = ResourceMetrics("AWS/S3", dimensions).metric("OperationsFailedReplication", "Sum", "failed")
    shown = Widget(title="Failed replications", series=(failed,), unit="a minute", alarms=("not-replicated",))
    alarm = AlarmRule(
        key="not-replicated",
        severity="warning",
        series=failed,
        comparison=">",
        threshold=0,
        periods=5,
        datapoints=1,
        missing_data="notBreaching",  # without changes nothing is replicated
        description="Files were not copied to the second region. Look at the replication status of the "
        "newest files and at the permissions of the replication role, then copy them with S3 Batch "
        "Replication: S3 does not try again.",
    )
    return shown, alarm
