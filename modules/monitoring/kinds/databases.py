"""PostgreSQL on RDS. Pure.

Metrics: "Amazon CloudWatch metrics for Amazon RDS" (Amazon RDS user guide).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from modules.monitoring.metrics import highest, lowest
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
    primary, *replicas = identifiers
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
            cpu_widget(instances),
            Widget(
                title="Free storage",
                series=instances.lines("FreeStorageSpace", "Minimum"),
                unit="bytes",
                alarms=("free-storage",),
            ),
            Widget(title="Free memory", series=instances.lines("FreeableMemory", "Minimum"), unit="bytes"),
            *(lag_widgets(tuple(lag.values()), "seconds") if lag else ()),
            *query_widgets(instances, logs),
        ),
        alarms=(
            failure_alarm(logs),
            silent_alarm(instances.reports(primary)),
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
                description="Less than {threshold} bytes are free, and storage has not grown by itself. "
                "Raise max_storage, or find what fills it: an unused replication slot, temporary files.",
                outage=True,
            ),
            *(lag_alarms(highest("lag", lag), 60, "seconds") if lag else ()),
        ),
        log_metrics=logs.metrics,
    )
