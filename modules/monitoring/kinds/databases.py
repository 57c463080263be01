"""Databases: PostgreSQL on RDS, and Aurora. Pure.

Metrics: "Amazon CloudWatch metrics for Amazon RDS" (RDS user guide) and "Amazon CloudWatch metrics for Amazon
Aurora" (Aurora user guide).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modules.monitoring.kinds.postgresql import (
    Instances,
    Logs,
    connections_alarm,
    cpu_alarm,
    failure_alarm,
    failure_widget,
    query_widgets,
)
from modules.monitoring.metrics import Metric, Series, highest, lowest
from modules.monitoring.monitored import AlarmRule, Monitored, Widget

_GIB = 1024**3


def postgresql(
    *,
    key: str,
    namespace: str,
    identifiers: Mapping[str, str],
    log_group_names: Sequence[str],
    storage_gib: int,
    max_connections: int,
) -> Monitored:
    """A PostgreSQL database on RDS: `identifiers` has the primary first, then the replicas by name."""
    instances = Instances(identifiers)
    logs = Logs(key=key, namespace=namespace, group_names=log_group_names)
    connections = instances.worst("DatabaseConnections", "Maximum", "connections")
    cpu = instances.worst("CPUUtilization", "Average", "CPU")
    _, *replicas = identifiers
    free = lowest("free storage", instances.each("FreeStorageSpace", "Minimum"))
    lag = instances.each("ReplicaLag", "Maximum", only=replicas)
    return Monitored(
        key=key,
        title="PostgreSQL" if key == "postgresql" else key,
        group="database",
        widgets=(
            Widget(
                title="Connections",
                series=instances.lines("DatabaseConnections", "Maximum"),
                unit="connections",
                alarms=("connections",),
                in_overview=True,
            ),
            failure_widget(logs),
            _cpu_widget(instances),
            Widget(
                title="Free storage",
                series=instances.lines("FreeStorageSpace", "Minimum"),
                unit="bytes",
                alarms=("free-storage",),
            ),
            Widget(title="Free memory", series=instances.lines("FreeableMemory", "Minimum"), unit="bytes"),
            *(_lag_widget(tuple(lag.values()), "seconds") if lag else ()),
            *query_widgets(instances, logs),
        ),
        alarms=(
            failure_alarm(logs),
            connections_alarm(connections, max_connections),
            cpu_alarm(cpu),
            AlarmRule(
                key="free-storage",
                severity="critical",
                series=free,
                comparison="<",
                # Storage grows by itself at a tenth of what is left free, and not again for six hours.
                threshold=storage_gib * _GIB // 10,
                periods=15,
                missing_data="notBreaching",  # while it is stopped or restarts, nothing fills it
                description="Less than a tenth of the first storage is free, and it has not grown by itself. "
                "Raise max_storage, or find what fills it: an unused replication slot, temporary files.",
                outage=True,
            ),
            *(_lag_alarms(highest("lag", lag), 60, "60 s") if lag else ()),
        ),
        log_metrics=logs.metrics,
    )


def aurora(
    *,
    key: str,
    namespace: str,
    cluster_identifier: str,
    identifiers: Mapping[str, str],
    log_group_name: str,
    max_connections: int | None = None,
) -> Monitored:
    """An Aurora PostgreSQL Serverless v2 cluster: `identifiers` has the writer first, then the readers.

    What the cluster's maximum of connections is depends on its maximum of capacity: None rings for none.
    """
    instances = Instances(identifiers)
    logs = Logs(key=key, namespace=namespace, group_names=[log_group_name])
    _, *readers = identifiers
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
            _cpu_widget(instances),
            Widget(
                title="Storage",
                series=(_cluster(cluster_identifier, "VolumeBytesUsed", "Maximum", "used", period=3_600),),
                unit="bytes",
            ),
            *(_lag_widget(tuple(lag.values()), "milliseconds") if lag else ()),
            *query_widgets(instances, logs),
        ),
        alarms=(
            failure_alarm(logs),
            AlarmRule(
                key="acu-utilisation",
                severity="critical",
                series=utilisation,
                comparison=">",
                threshold=90,
                periods=5,
                missing_data="notBreaching",  # a paused cluster uses nothing
                description="Aurora has been at over 90 % of its maximum capacity for five minutes and can "
                "grow no further. Raise the maximum, or find the statements in Performance Insights.",
                outage=True,
            ),
            *((connections_alarm(connections, max_connections),) if max_connections else ()),
            cpu_alarm(instances.worst("CPUUtilization", "Average", "CPU")),
            *(_lag_alarms(highest("lag", lag), 2_000, "2 s") if lag else ()),
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


def _cpu_widget(instances: Instances) -> Widget:
    lines = instances.lines("CPUUtilization", "Average")
    return Widget(title="CPU", series=lines, unit="%", alarms=("cpu",))


def _lag_widget(lag: tuple[Series, ...], unit: str) -> tuple[Widget, ...]:
    return (Widget(title="Replica lag", series=lag, unit=unit, alarms=("replica-lag",)),)


def _lag_alarms(lag: Series, threshold: int, duration: str) -> tuple[AlarmRule, ...]:
    rule = AlarmRule(
        key="replica-lag",
        severity="warning",
        series=lag,
        comparison=">",
        threshold=threshold,
        periods=10,
        missing_data="notBreaching",  # a replica that is being made or restarted says nothing
        description=f"A replica has been over {duration} behind for ten minutes: readers see old data. Look "
        "for a long transaction, a bulk load, or a replica that is too small.",
    )
    return (rule,)
