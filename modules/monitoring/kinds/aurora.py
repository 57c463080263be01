"""Aurora PostgreSQL Serverless v2. Pure.

Metrics: "Amazon CloudWatch metrics for Amazon Aurora" (Amazon Aurora user guide).
"""

from __future__ import annotations

from collections.abc import Mapping

from modules.monitoring.kinds.postgresql import (
    Instances,
    Logs,
    connections_alarm,
    cpu_alarm,
    cpu_widget,
    failure_alarm,
    failure_widget,
    lag_alarms,
    lag_widgets,
    query_widgets,
    silent_alarm,
)
from modules.monitoring.metrics import Metric, highest
from modules.monitoring.monitored import AlarmRule, Monitored, Widget


def aurora(
    *,
    key: str,
    namespace: str,
    cluster_identifier: str,
    identifiers: Mapping[str, str],
    log_group_name: str,
    max_connections: int | None = None,
    may_pause: bool = False,
) -> Monitored:
    """An Aurora PostgreSQL Serverless v2 cluster: `identifiers` has the writer first, then the readers.

    What the cluster's maximum of connections is depends on its maximum of capacity: None rings for none. One
    that `may_pause` at 0 units may be silent.
    """
    instances = Instances(identifiers)
    logs = Logs(key=key, namespace=namespace, group_names=[log_group_name])
    writer, *readers = identifiers
    lag = instances.each("AuroraReplicaLag", "Maximum", only=readers)
    # By the cluster, the highest of its instances: an idle reader must not hide a writer at its limit.
    utilisation = _cluster(cluster_identifier, "ACUUtilization", "Maximum", "capacity in use")
    connections = instances.worst("DatabaseConnections", "Maximum", "connections")
    return Monitored(
        key=key,
        title="Aurora" if key == "aurora" else key,
        group="database",
        widgets=(
            Widget(
                title="Connections",
                series=instances.lines("DatabaseConnections", "Maximum"),
                unit="connections",
                alarms=("connections",) if max_connections else (),
                in_overview=True,
            ),
            failure_widget(logs),
            Widget(
                title="Capacity in use",
                series=(utilisation,),
                unit="% of the maximum",
                alarms=("acu-utilisation",),
                in_overview=True,
            ),
            Widget(
                title="Capacity",
                series=instances.lines("ServerlessDatabaseCapacity", "Average"),
                unit="Aurora capacity units",
            ),
            cpu_widget(instances),
            Widget(
                title="Storage",
                series=(_cluster(cluster_identifier, "VolumeBytesUsed", "Maximum", "used", period=3_600),),
                unit="bytes",
            ),
            *(lag_widgets(tuple(lag.values()), "milliseconds") if lag else ()),
            *query_widgets(instances, logs),
        ),
        alarms=(
            failure_alarm(logs),
            *(() if may_pause else (silent_alarm(instances.reports(writer)),)),
            AlarmRule(
                key="acu-utilisation",
                severity="critical",
                series=utilisation,
                comparison=">",
                threshold=90,
                periods=5,
                missing_data="notBreaching",  # a paused cluster uses nothing
                description="Aurora has been at over {threshold} % of its maximum capacity for {minutes} "
                "minutes and can grow no further. Raise the maximum, or find the statements in "
                "Performance Insights.",
                outage=True,
            ),
            *((connections_alarm(connections, max_connections),) if max_connections else ()),
            cpu_alarm(instances.worst("CPUUtilization", "Average", "CPU")),
            *(lag_alarms(highest("lag", lag), 2_000, "milliseconds") if lag else ()),
        ),
        log_metrics=logs.metrics,
    )


def _cluster(identifier: str, name: str, statistic: str, label: str, *, period: int = 60) -> Metric:
    return Metric(
        namespace="AWS/RDS",
        name=name,
        dimensions={"DBClusterIdentifier": identifier},
        statistic=statistic,
        label=label,
        period=period,
    )
