"""Dashboard widgets and alarms of PostgreSQL, on RDS and on Aurora. Pure.

AWS counts no failed connections of PostgreSQL, so the FATAL lines of its log are counted:
docs/decisions/failed-connections.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...monitoring.metrics import Metric, Series, highest
from ...monitoring.monitored import AlarmRule, EventRule, LogMetric, Widget
from ...monitoring.resource_metrics import ResourceMetrics

# Sessions that an operator or a timeout terminates are logged as FATAL too, but are no connection failure.
CONNECTION_FAILURE = '"FATAL:" -"terminating connection" -"terminating autovacuum process"'
SLOW_STATEMENT = '"duration:" -"AUDIT:"'
FIVE_MINUTES = 300
# Amazon RDS user guide, "Amazon RDS event categories and event messages".
_EVENT_CATEGORIES = ("failover", "failure", "low storage", "recovery")


class ServerMonitoring:
    """Widgets and alarms of one database: its instances by role, the writer first, and their log groups.

    The metric filters of its logs publish to `namespace`.
    """

    def __init__(
        self, *, key: str, namespace: str, identifiers: Mapping[str, str], log_group_names: Sequence[str]
    ) -> None:
        self._key, self._groups = key, tuple(log_group_names)
        self._instances = {
            role: ResourceMetrics("AWS/RDS", {"DBInstanceIdentifier": identifier})
            for role, identifier in identifiers.items()
        }
        self._first, *self._replicas = identifiers
        lines = ResourceMetrics(namespace, {}, period=FIVE_MINUTES)
        self._failures = lines.metric(f"{key}-connection-failures", "Sum", "connection failures")
        self._slow_statements = lines.metric(f"{key}-slow-statements", "Sum", "slow statements")

    @property
    def log_metrics(self) -> tuple[LogMetric, ...]:
        """The metric filters of connection failures and slow statements."""
        return (
            self._counting("connection-failures", CONNECTION_FAILURE, self._failures),
            self._counting("slow-statements", SLOW_STATEMENT, self._slow_statements),
        )

    def each(self, name: str, statistic: str, *, only: Sequence[str] | None = None) -> dict[str, Metric]:
        """A metric of every instance, by an id for metric math."""
        return {
            f"at_{role.replace('-', '_')}": instance.metric(name, statistic, role)
            for role, instance in self._instances.items()
            if only is None or role in only
        }

    def lines(self, name: str, statistic: str) -> tuple[Series, ...]:
        """A metric of every instance, as lines of a graph."""
        return tuple(self.each(name, statistic).values())

    def connections_widget(self) -> Widget:
        """Open connections."""
        return Widget(
            title="Connections",
            series=self.lines("DatabaseConnections", "Maximum"),
            unit="connections",
            alarms=("connections",),
            in_overview=True,
        )

    def failures_widget(self) -> Widget:
        """Connection failures, from the log."""
        return Widget(
            title="Connection failures",
            series=(self._failures,),
            unit="in 5 minutes",
            alarms=("connection-failures",),
            in_overview=True,
        )

    def cpu_widget(self) -> Widget:
        """CPU of every instance."""
        lines = self.lines("CPUUtilization", "Average")
        return Widget(title="CPU", series=lines, unit="%", alarms=("cpu",))

    def lag_widgets(self, metric: str, unit: str) -> tuple[Widget, ...]:
        """Replica lag, if there are replicas."""
        lag = tuple(self.each(metric, "Maximum", only=self._replicas).values())
        return (Widget(title="Replica lag", series=lag, unit=unit, alarms=("replica-lag",)),) if lag else ()

    def query_widgets(self) -> tuple[Widget, ...]:
        """Load by queries: active sessions, slow statements, read and write latency."""
        sessions, slow = self.lines("DBLoad", "Average"), (self._slow_statements,)
        reads, writes = self.lines("ReadLatency", "Average"), self.lines("WriteLatency", "Average")
        return (
            Widget(title="Sessions at work", series=sessions, unit="sessions"),
            Widget(title="Slow statements", series=slow, unit="in 5 minutes"),
            Widget(title="Reads", series=reads, unit="seconds each"),
            Widget(title="Writes", series=writes, unit="seconds each"),
        )

    def failures_alarm(self) -> AlarmRule:
        """More than 10 connection failures in 5 minutes."""
        return AlarmRule(
            key="connection-failures",
            severity="critical",
            series=self._failures,
            comparison=">",
            threshold=10,
            periods=1,
            missing_data="notBreaching",  # nothing was logged
            description="The database turned away over {threshold} connections in five minutes. The FATAL "
            "lines of its log say why: a password after a rotation, no free slot, or a restart.",
            # A single misconfigured client must not silence the alarms of all others.
            outage=False,
        )

    def silent_alarms(self, whole: Metric | None = None) -> tuple[AlarmRule, ...]:
        """No data from an instance: it is unavailable or stopped.

        The database is gone with its first instance; with `whole`, a metric of a cluster, when none reports.
        """
        reports = dict(zip(self._instances, self.each("CPUUtilization", "SampleCount").values(), strict=True))
        gone = whole or reports.pop(self._first)
        return (
            _silent("silent", "The database", gone, outage=True),
            *(_silent(f"silent-{role}", f"The {role}", one, outage=False) for role, one in reports.items()),
        )

    def events(self, identifiers: Sequence[str], *, detail_type: str = "RDS DB Instance Event") -> EventRule:
        """What RDS tells of failures, failovers, recoveries and full storage."""
        return EventRule(
            key="instances" if "Instance" in detail_type else "cluster",
            severity="warning",
            pattern={
                "source": ["aws.rds"],
                "detail-type": [detail_type],
                "detail": {"SourceIdentifier": list(identifiers), "EventCategories": list(_EVENT_CATEGORIES)},
            },
            message="$.detail.Message",
            description="The events of the database in RDS show what came before and after.",
        )

    def connections_alarm(self, most: int) -> AlarmRule:
        """Over 80 % of an instance's maximum of connections."""
        return AlarmRule(
            key="connections",
            severity="warning",
            series=highest("connections", self.each("DatabaseConnections", "Maximum")),
            comparison=">",
            threshold=most * 8 // 10,
            periods=5,
            missing_data="notBreaching",  # no connections while it is unavailable or paused
            description=f"Over {{threshold}} of the {most} connections the server accepts are taken. Look "
            "for a pool that leaks, or for more tasks than the connection budget knows.",
        )

    def cpu_alarm(self) -> AlarmRule:
        """High CPU utilization for 15 minutes."""
        return AlarmRule(
            key="cpu",
            severity="warning",
            series=highest("CPU", self.each("CPUUtilization", "Average")),
            comparison=">",
            threshold=80,
            periods=15,
            missing_data="notBreaching",
            description="CPU has been over {threshold} % for {minutes} minutes. Performance Insights names "
            "the statements; mend them before taking a larger instance.",
        )

    def lag_alarms(self, metric: str, threshold: int, unit: str) -> tuple[AlarmRule, ...]:
        """Replica lag over a threshold, if there are replicas."""
        if not (lag := self.each(metric, "Maximum", only=self._replicas)):
            return ()
        rule = AlarmRule(
            key="replica-lag",
            severity="warning",
            series=highest("lag", lag),
            comparison=">",
            threshold=threshold,
            periods=10,
            missing_data="notBreaching",  # no data while a replica is created or restarted
            description=f"A replica has been over {{threshold}} {unit} behind for {{minutes}} minutes: "
            "readers see old data. Look for a long transaction, a bulk load, or a replica that is too small.",
        )
        return (rule,)

    def recovery_lag_alarms(self, lag: Metric | None, threshold: float, unit: str) -> tuple[AlarmRule, ...]:
        """How far a replica of another stack's database is behind, while its stack stands by too."""
        if lag is None:
            return ()
        rule = AlarmRule(
            key="recovery-lag",
            severity="warning",
            series=lag,
            comparison=">",
            threshold=threshold,
            periods=15,
            missing_data="notBreaching",  # once it is promoted it has no lag
            while_paused=True,
            description=f"The recovery's database has been over {{threshold}} {unit} behind for {{minutes}} "
            "minutes: so much would be lost with the primary's region. Look at the load of the primary, and "
            "whether the replica is still replicating.",
        )
        return (rule,)

    def _counting(self, key: str, pattern: str, metric: Metric) -> LogMetric:
        return LogMetric(key=key, log_group_names=self._groups, pattern=pattern, metric=metric)


def _silent(key: str, what: str, reports: Metric, *, outage: bool) -> AlarmRule:
    return AlarmRule(
        key=key,
        severity="critical" if outage else "warning",
        series=reports,
        comparison="<",
        threshold=1,
        periods=5,
        missing_data="breaching",  # missing data is the condition of this alarm
        description=f"{what} has reported nothing for {{minutes}} minutes. Its events in RDS say "
        "whether it fails over, restarts or was stopped.",
        outage=outage,
    )
