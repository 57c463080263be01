"""What PostgreSQL says of itself, on RDS and on Aurora alike. Pure.

AWS counts no failed connections of PostgreSQL, so the FATAL lines of its log are counted:
docs/decisions/failed-connections.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..monitoring.metrics import Metric, Series, highest
from ..monitoring.monitored import AlarmRule, LogMetric, Widget
from ..monitoring.resource_metrics import ResourceMetrics

# Sessions that were established and then ended by an operator or a timeout are FATAL too, and no failure.
CONNECTION_FAILURE = '"FATAL:" -"terminating connection" -"terminating autovacuum process"'
SLOW_STATEMENT = '"duration:" -"AUDIT:"'
FIVE_MINUTES = 300


class ServerMonitoring:
    """One database: its instances by role, the first of which is written to, and the log of each.

    What is counted in its logs are metrics in `namespace`, the product's own.
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
        """The filters that count."""
        return (
            self._counting("connection-failures", CONNECTION_FAILURE, self._failures),
            self._counting("slow-statements", SLOW_STATEMENT, self._slow_statements),
        )

    def each(self, name: str, statistic: str, *, only: Sequence[str] | None = None) -> dict[str, Metric]:
        """A metric of every instance, by its role as an id of metric math."""
        return {
            f"at_{role.replace('-', '_')}": instance.metric(name, statistic, role)
            for role, instance in self._instances.items()
            if only is None or role in only
        }

    def lines(self, name: str, statistic: str) -> tuple[Series, ...]:
        """A metric of every instance, a line for each."""
        return tuple(self.each(name, statistic).values())

    def connections_widget(self) -> Widget:
        """How many are connected."""
        return Widget(
            title="Connections",
            series=self.lines("DatabaseConnections", "Maximum"),
            unit="connections",
            alarms=("connections",),
            in_overview=True,
        )

    def failures_widget(self) -> Widget:
        """Who was turned away."""
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
        """How far replicas are behind, if there are some."""
        lag = tuple(self.each(metric, "Maximum", only=self._replicas).values())
        return (Widget(title="Replica lag", series=lag, unit=unit, alarms=("replica-lag",)),) if lag else ()

    def query_widgets(self) -> tuple[Widget, ...]:
        """How busy it is with queries, which nobody counts: sessions, slow statements, time on disks."""
        sessions, slow = self.lines("DBLoad", "Average"), (self._slow_statements,)
        reads, writes = self.lines("ReadLatency", "Average"), self.lines("WriteLatency", "Average")
        return (
            Widget(title="Sessions at work", series=sessions, unit="sessions"),
            Widget(title="Slow statements", series=slow, unit="in 5 minutes"),
            Widget(title="Reads", series=reads, unit="seconds each"),
            Widget(title="Writes", series=writes, unit="seconds each"),
        )

    def failures_alarm(self) -> AlarmRule:
        """More than 10 in 5 minutes."""
        return AlarmRule(
            key="connection-failures",
            severity="critical",
            series=self._failures,
            comparison=">",
            threshold=10,
            periods=1,
            missing_data="notBreaching",  # nothing was logged at all
            description="The database turned away over {threshold} connections in five minutes. The FATAL "
            "lines of its log say why: a password after a rotation, no free slot, or a restart.",
            outage=True,
        )

    def silent_alarm(self) -> AlarmRule:
        """The first instance reports nothing, not even its CPU: it is down, or stopped."""
        (reports,) = self.each("CPUUtilization", "SampleCount", only=[self._first]).values()
        return AlarmRule(
            key="silent",
            severity="critical",
            series=reports,
            comparison="<",
            threshold=1,
            periods=5,
            missing_data="breaching",  # that there is no data is what it is about
            description="The database has reported nothing for {minutes} minutes. Its events in RDS say "
            "whether it fails over, restarts or was stopped.",
            outage=True,
        )

    def connections_alarm(self, most: int) -> AlarmRule:
        """Over 80 % of what each instance accepts."""
        return AlarmRule(
            key="connections",
            severity="warning",
            series=highest("connections", self.each("DatabaseConnections", "Maximum")),
            comparison=">",
            threshold=most * 8 // 10,
            periods=5,
            missing_data="notBreaching",  # while it is down or paused, nobody is connected
            description=f"Over {{threshold}} of the {most} connections the server accepts are taken. Look "
            "for a pool that leaks, or for more tasks than the connection budget knows.",
        )

    def cpu_alarm(self) -> AlarmRule:
        """Busy for a quarter of an hour."""
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
        """A replica that stays behind, if there is one."""
        if not (lag := self.each(metric, "Maximum", only=self._replicas)):
            return ()
        rule = AlarmRule(
            key="replica-lag",
            severity="warning",
            series=highest("lag", lag),
            comparison=">",
            threshold=threshold,
            periods=10,
            missing_data="notBreaching",  # a replica that is being made or restarted says nothing
            description=f"A replica has been over {{threshold}} {unit} behind for {{minutes}} minutes: "
            "readers see old data. Look for a long transaction, a bulk load, or a replica that is too small.",
        )
        return (rule,)

    def _counting(self, key: str, pattern: str, metric: Metric) -> LogMetric:
        return LogMetric(key=key, log_group_names=self._groups, pattern=pattern, metric=metric)
