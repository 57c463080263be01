"""Dashboard widgets and alarms of media buckets. Pure."""

from __future__ import annotations

from ...monitoring.monitored import AlarmRule, Monitored, Widget
from ...monitoring.resource_metrics import ResourceMetrics

_DAY = 86_400


def media(*, key: str, bucket: str, replication: tuple[str, str] | None) -> Monitored:
    """A bucket, whose size S3 measures once a day; `replication` is the replica's name and the rule's id."""
    size = ResourceMetrics("AWS/S3", {"BucketName": bucket, "StorageType": "StandardStorage"}, period=_DAY)
    count = ResourceMetrics("AWS/S3", {"BucketName": bucket, "StorageType": "AllStorageTypes"}, period=_DAY)
    widgets = (
        Widget(title="Size", series=(size.metric("BucketSizeBytes", "Average", "size"),), unit="bytes"),
        Widget(title="Files", series=(count.metric("NumberOfObjects", "Average", "files"),), unit="files"),
    )
    if not replication:
        return Monitored(key=key, title=key, group="frontend", widgets=widgets, alarms=())
    replica, rule = replication
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
    return Monitored(key=key, title=key, group="frontend", widgets=(*widgets, shown), alarms=(alarm,))
