"""Dashboard widgets and alarms of media buckets. Pure."""

from __future__ import annotations

from ...monitoring.monitored import Monitored, Widget
from ...monitoring.resource_metrics import ResourceMetrics
from ..bucket.alarms import replication as of_replication

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
    shown, alarm = of_replication(bucket=bucket, replica=replica, rule=rule)
    return Monitored(key=key, title=key, group="frontend", widgets=(*widgets, shown), alarms=(alarm,))
