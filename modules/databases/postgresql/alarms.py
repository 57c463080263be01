"""Dashboard widgets and alarms of PostgreSQL on RDS. Pure.

Metrics: "Amazon CloudWatch metrics for Amazon RDS" (Amazon RDS user guide).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...monitoring.metrics import lowest
from ...monitoring.monitored import AlarmRule, Monitored, Widget
from ..common.alarms import ServerMonitoring
from ..common.burstable import credits_alarm, is_burstable
from .instance_classes import MEMORY_GIB, max_connections
from .settings import PostgresqlSettings, ReplicaOf

_GIB = 1024**3


def postgresql(
    settings: PostgresqlSettings,
    *,
    namespace: str,
    identifiers: Mapping[str, str],
    log_group_names: Sequence[str],
) -> Monitored:
    """A PostgreSQL database on RDS: `identifiers` has the primary first, then the replicas by name."""
    key = settings.name
    server = ServerMonitoring(
        key=key, namespace=namespace, identifiers=identifiers, log_group_names=log_group_names
    )
    free = "FreeStorageSpace"
    recovery_lag = (
        server.each("ReplicaLag", "Maximum", only=["primary"])["at_primary"]
        if isinstance(settings.source, ReplicaOf)
        else None
    )
    return Monitored(
        key=key,
        title="PostgreSQL" if key == "postgresql" else key,
        group="database",
        widgets=(
            server.connections_widget(),
            server.failures_widget(),
            server.cpu_widget(),
            Widget(
                title="Free storage",
                series=server.lines(free, "Minimum"),
                unit="bytes",
                alarms=("free-storage",),
            ),
            Widget(title="Free memory", series=server.lines("FreeableMemory", "Minimum"), unit="bytes"),
            *server.lag_widgets("ReplicaLag", "seconds"),
            *server.query_widgets(),
        ),
        alarms=(
            server.failures_alarm(),
            *server.silent_alarms(),
            server.connections_alarm(max_connections(settings.instance_class)),
            server.cpu_alarm(),
            AlarmRule(
                key="free-storage",
                severity="critical",
                series=lowest("free storage", server.each(free, "Minimum")),
                comparison="<",
                # Storage autoscaling starts below 10 % of free space, and not again for six hours.
                threshold=settings.storage * _GIB // 10,
                periods=15,
                missing_data="notBreaching",  # no data while it is stopped or restarts
                description="Less than {size} are free, and storage has not grown by itself. "
                "Raise max_storage, or find what fills it: an unused replication slot, temporary files.",
            ),
            AlarmRule(
                key="freeable-memory",
                severity="warning",
                series=lowest("free memory", server.each("FreeableMemory", "Minimum")),
                comparison="<",
                threshold=MEMORY_GIB[settings.instance_class] * _GIB // 20,
                periods=15,
                missing_data="notBreaching",  # no data while it is stopped or restarts
                description="Less than {size} of memory have been free for {minutes} minutes: "
                "soon it swaps, or PostgreSQL is killed. Look for large sorts and too many connections, or "
                "take a larger class.",
            ),
            *(
                (credits_alarm(server.each("CPUCreditBalance", "Minimum")),)
                if is_burstable(settings.instance_class)
                else ()
            ),
            *server.lag_alarms("ReplicaLag", 60, "seconds"),
            # Without transactions it reports up to five minutes (Amazon RDS user guide, "Monitoring read
            # replication": PostgreSQL).
            *server.recovery_lag_alarms(recovery_lag, 600, "seconds"),
        ),
        log_metrics=server.log_metrics,
        events=(server.events(tuple(identifiers.values())),),
    )
