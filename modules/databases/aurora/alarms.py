"""Dashboard widgets and alarms of Aurora PostgreSQL Serverless v2. Pure.

Metrics: "Amazon CloudWatch metrics for Amazon Aurora" (Amazon Aurora user guide).
"""

from __future__ import annotations

from collections.abc import Mapping

from ...monitoring.monitored import AlarmRule, Monitored, Widget
from ...monitoring.resource_metrics import ResourceMetrics
from ..common.alarms import ServerMonitoring
from .settings import AuroraSettings, GlobalSecondary


def aurora(
    settings: AuroraSettings,
    *,
    namespace: str,
    cluster_identifier: str,
    identifiers: Mapping[str, str],
    log_group_name: str,
) -> Monitored:
    """An Aurora PostgreSQL Serverless v2 cluster: `identifiers` has the writer first, then the readers."""
    key, capacity = settings.name, settings.capacity
    server = ServerMonitoring(
        key=key, namespace=namespace, identifiers=identifiers, log_group_names=[log_group_name]
    )
    dimensions = {"DBClusterIdentifier": cluster_identifier}
    # Maximum over the cluster: an idle reader must not hide a writer at its limit.
    utilisation = ResourceMetrics("AWS/RDS", dimensions).metric(
        "ACUUtilization", "Maximum", "capacity in use"
    )
    reports = ResourceMetrics("AWS/RDS", dimensions).metric("CPUUtilization", "SampleCount", "instances")
    used = ResourceMetrics("AWS/RDS", dimensions, period=3_600).metric("VolumeBytesUsed", "Maximum", "used")
    recovery_lag = (
        ResourceMetrics("AWS/RDS", dimensions).metric(
            "AuroraGlobalDBReplicationLag", "Maximum", "behind the first cluster"
        )
        if isinstance(settings.global_database, GlobalSecondary)
        else None
    )
    return Monitored(
        key=key,
        title="Aurora" if key == "aurora" else key,
        group="database",
        widgets=(
            server.connections_widget(),
            server.failures_widget(),
            Widget(
                title="Capacity in use",
                series=(utilisation,),
                unit="% of the maximum",
                alarms=("acu-utilisation",),
                in_overview=True,
            ),
            Widget(
                title="Capacity",
                series=server.lines("ServerlessDatabaseCapacity", "Average"),
                unit="Aurora capacity units",
            ),
            server.cpu_widget(),
            Widget(title="Storage", series=(used,), unit="bytes"),
            *server.lag_widgets("AuroraReplicaLag", "milliseconds"),
            *server.query_widgets(),
        ),
        alarms=(
            server.failures_alarm(),
            # A cluster that may pause at 0 ACUs has gaps in its metrics.
            *(server.silent_alarms(reports) if capacity.minimum else ()),
            AlarmRule(
                key="acu-utilisation",
                severity="critical",
                series=utilisation,
                comparison=">",
                threshold=90,
                periods=5,
                missing_data="notBreaching",  # no data while the cluster is paused
                description="Aurora has been at over {threshold} % of its maximum capacity for {minutes} "
                "minutes and can grow no further. Raise the maximum, or find the statements in "
                "Performance Insights.",
            ),
            server.connections_alarm(capacity.max_connections),
            server.cpu_alarm(),
            *server.lag_alarms("AuroraReplicaLag", 2_000, "milliseconds"),
            # "Typically under a second" (Amazon Aurora user guide, "Using Amazon Aurora global databases").
            *server.recovery_lag_alarms(recovery_lag, 30_000, "milliseconds"),
        ),
        log_metrics=server.log_metrics,
        events=(
            server.events(tuple(identifiers.values())),
            server.events((cluster_identifier,), detail_type="RDS DB Cluster Event"),
        ),
    )
