"""What PostgreSQL says of itself, on RDS and on Aurora alike. Pure.

AWS counts no failed connections of PostgreSQL (`AbortedClients` and `LoginFailures` are MySQL's and SQL
Server's; `ConnectionAttempts` counts all). The server itself writes a FATAL line for each client it turns
away: wrong password, no slot left, no such database, starting up or shutting down (PostgreSQL manual,
"Message Severity Levels": FATAL "reports an error that caused the current session to abort"). So they are
counted there. A client that cannot even reach the server leaves no line; its service's own alarms tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from modules.monitoring.metrics import Metric, Series, highest
from modules.monitoring.monitored import AlarmRule, LogMetric, Widget

# Sessions that were established and then ended by an operator or a timeout are FATAL too, and no failure.
CONNECTION_FAILURE = '"FATAL:" -"terminating connection" -"terminating autovacuum process"'
SLOW_STATEMENT = '"duration:" -"AUDIT:"'
FIVE_MINUTES = 300


class Instances:
    """The instances of one database: `identifiers` by role, the first of which is written to."""

    def __init__(self, identifiers: Mapping[str, str]) -> None:
        self._identifiers = identifiers

    def each(self, name: str, statistic: str, *, only: Sequence[str] | None = None) -> dict[str, Metric]:
        """A metric of every instance, by its role as an id of metric math."""
        return {
            f"at_{role.replace('-', '_')}": Metric(
                namespace="AWS/RDS",
                name=name,
                dimensions={"DBInstanceIdentifier": identifier},
                statistic=statistic,
                label=role,
            )
            for role, identifier in self._identifiers.items()
            if only is None or role in only
        }

    def reports(self, role: str) -> Metric:
        """How often one instance says anything at all."""
        (found,) = self.each("CPUUtilization", "SampleCount", only=[role]).values()
        return found

    def lines(self, name: str, statistic: str) -> tuple[Series, ...]:
        """A metric of every instance, a line for each."""
        return tuple(self.each(name, statistic).values())

    def worst(self, name: str, statistic: str, label: str) -> Series:
        """The highest of all instances."""
        return highest(label, self.each(name, statistic))


class Logs:
    """What is counted in the server's log, as metrics in `namespace`, the product's own."""

    def __init__(self, *, key: str, namespace: str, group_names: Sequence[str]) -> None:
        self._key, self._namespace, self._groups = key, namespace, tuple(group_names)
        self.failures = self._metric("connection-failures", "connection failures")
        self.slow_statements = self._metric("slow-statements", "slow statements")

    @property
    def metrics(self) -> tuple[LogMetric, ...]:
        """The filters that count."""
        return (
            self._counting("connection-failures", CONNECTION_FAILURE, self.failures),
            self._counting("slow-statements", SLOW_STATEMENT, self.slow_statements),
        )

    def _metric(self, name: str, label: str) -> Metric:
        return Metric(
            namespace=self._namespace,
            name=f"{self._key}-{name}",
            dimensions={},
            statistic="Sum",
            label=label,
            period=FIVE_MINUTES,
        )

    def _counting(self, key: str, pattern: str, metric: Metric) -> LogMetric:
        return LogMetric(key=key, log_group_names=self._groups, pattern=pattern, metric=metric)


def failure_widget(logs: Logs) -> Widget:
    """Who was turned away."""
    return Widget(
        title="Connection failures",
        series=(logs.failures,),
        unit="in 5 minutes",
        alarms=("connection-failures",),
        in_overview=True,
    )


def query_widgets(instances: Instances, logs: Logs) -> tuple[Widget, ...]:
    """How busy it is with queries, which nobody counts: sessions at work, slow ones, how long disks take."""
    return (
        Widget(title="Sessions at work", series=instances.lines("DBLoad", "Average"), unit="sessions"),
        Widget(title="Slow statements", series=(logs.slow_statements,), unit="in 5 minutes"),
        Widget(title="Reads", series=instances.lines("ReadLatency", "Average"), unit="seconds each"),
        Widget(title="Writes", series=instances.lines("WriteLatency", "Average"), unit="seconds each"),
    )


def failure_alarm(logs: Logs) -> AlarmRule:
    """More than 10 in 5 minutes."""
    return AlarmRule(
        key="connection-failures",
        severity="critical",
        series=logs.failures,
        comparison=">",
        threshold=10,
        periods=1,
        missing_data="notBreaching",  # nothing was logged at all
        description="The database turned away over {threshold} connections in five minutes. The FATAL "
        "lines of its log say why: a password after a rotation, no free slot, or a restart.",
        outage=True,
    )


def silent_alarm(writer: Metric) -> AlarmRule:
    """The writer reports nothing: it is down, or stopped. `writer` is its CPU by SampleCount."""
    return AlarmRule(
        key="silent",
        severity="critical",
        series=writer,
        comparison="<",
        threshold=1,
        periods=5,
        missing_data="breaching",  # that there is no data is what it is about
        description="The database has reported nothing for {minutes} minutes. Its events in RDS say whether "
        "it fails over, restarts or was stopped.",
        outage=True,
    )


def connections_alarm(connections: Series, most: int) -> AlarmRule:
    """Over 80 % of what the server accepts."""
    return AlarmRule(
        key="connections",
        severity="warning",
        series=connections,
        comparison=">",
        threshold=most * 8 // 10,
        periods=5,
        missing_data="notBreaching",  # while it is down or paused, nobody is connected
        description=f"Over {{threshold}} of the {most} connections the server accepts are taken. Look for "
        "a pool that leaks, or for more tasks than the connection budget knows.",
    )


def cpu_alarm(cpu: Series) -> AlarmRule:
    """Busy for a quarter of an hour."""
    return AlarmRule(
        key="cpu",
        severity="warning",
        series=cpu,
        comparison=">",
        threshold=80,
        periods=15,
        missing_data="notBreaching",
        description="CPU has been over {threshold} % for {minutes} minutes. Performance Insights names "
        "the statements; mend them before taking a larger instance.",
    )


def cpu_widget(instances: Instances) -> Widget:
    """CPU of every instance."""
    lines = instances.lines("CPUUtilization", "Average")
    return Widget(title="CPU", series=lines, unit="%", alarms=("cpu",))


def lag_widgets(lag: tuple[Series, ...], unit: str) -> tuple[Widget, ...]:
    """How far replicas are behind, if there are some."""
    return (Widget(title="Replica lag", series=lag, unit=unit, alarms=("replica-lag",)),)


def lag_alarms(lag: Series, threshold: int, unit: str) -> tuple[AlarmRule, ...]:
    """A replica that stays behind, if there is one."""
    rule = AlarmRule(
        key="replica-lag",
        severity="warning",
        series=lag,
        comparison=">",
        threshold=threshold,
        periods=10,
        missing_data="notBreaching",  # a replica that is being made or restarted says nothing
        description=f"A replica has been over {{threshold}} {unit} behind for {{minutes}} minutes: readers "
        "see old data. Look for a long transaction, a bulk load, or a replica that is too small.",
    )
    return (rule,)
