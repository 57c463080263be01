"""The metrics with which RDS tells how far replicas are behind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, MetricDatum, Statistics
from moto.rds.models import rds_backends

from aws_emulator.moto_patches import Patch
from aws_emulator.outages import OUTAGES

_MILLISECONDS = 1000


class ReplicaLag(Patch, of=CloudWatchBackend):
    """ReplicaLag, in seconds, of a replica, and AuroraGlobalDBReplicationLag, in milliseconds, of a secondary
    cluster (Amazon RDS user guide, "Amazon CloudWatch metrics"; Amazon Aurora user guide, the same).

    moto measures nothing. What is asked for is as `OUTAGES.replica_lag` says; 0 unless a test orders it.
    """

    def get_metric_statistics(
        self: Any,
        namespace: str,
        metric_name: str,
        start_time: datetime,
        end_time: datetime,
        period: int,
        stats: list[str],
        dimensions: list[dict[str, str]],
        unit: str | None = None,
    ) -> Any:
        """One point, a period before the end."""
        named = {one["Name"]: one["Value"] for one in dimensions or ()}
        lag = _lag(self, metric_name, named) if namespace == "AWS/RDS" else None
        if lag is None:
            return ReplicaLag.moto.get_metric_statistics(
                self, namespace, metric_name, start_time, end_time, period, stats, dimensions, unit
            )
        now = end_time.replace(microsecond=0)
        point = Statistics(stats, now)
        point.metric_data = [MetricDatum(namespace, metric_name, lag, dimensions, now)]
        return [point]


def _lag(backend: Any, metric: str, dimensions: dict[str, str]) -> float | None:
    rds = rds_backends[backend.account_id][backend.region_name]
    if metric == "ReplicaLag":
        found = rds.databases.get(dimensions.get("DBInstanceIdentifier", ""))
        return OUTAGES.replica_lag if found is not None and found.is_replica else None
    if metric == "AuroraGlobalDBReplicationLag":
        cluster = rds.clusters.get(dimensions.get("DBClusterIdentifier", ""))
        if cluster is not None and cluster.replication_source_identifier:
            return OUTAGES.replica_lag * _MILLISECONDS
    return None
