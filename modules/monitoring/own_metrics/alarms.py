"""Dashboard widgets and alarms of an environment's own metrics. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...functions import own_metrics
from ...functions.alarms import failing, function_metrics, not_running
from ..metrics import Metric
from ..monitored import AlarmRule, Comparison, Monitored, Widget
from ..resource_metrics import ResourceMetrics
from .settings import OwnMetricSettings

_HOUR = 3_600


def own(
    settings: OwnMetricSettings,
    *,
    namespace: str,
    function_name: str,
    databases: Sequence[str],
    replicas: Sequence[str],
    services: Sequence[str],
) -> Monitored:
    """The metrics of databases, of read replicas, which have no backups, and of services, by name."""
    plan = _Plan(settings, namespace, databases, replicas, services)
    function = function_metrics(function_name, period=_HOUR)
    unread = failing(
        function,
        periods=3,
        description="The function that publishes the environment's own metrics has failed for {minutes} "
        "minutes. Its log names what it could not read: it was deleted, or its role may no longer see it.",
    )
    unrun = not_running(
        function,
        periods=3,
        description="The function that publishes the environment's own metrics has not run for {minutes} "
        "minutes: nobody would hear of a database without backups. Its schedule is off.",
    )
    return Monitored(
        key="own",
        title="Own metrics",
        group="overview",
        widgets=tuple(plan.widgets()),
        alarms=(*plan.alarms(), unread, unrun),
    )


class _Plan:
    def __init__(
        self,
        settings: OwnMetricSettings,
        namespace: str,
        databases: Sequence[str],
        replicas: Sequence[str],
        services: Sequence[str],
    ) -> None:
        self._settings, self._namespace = settings, namespace
        self._databases, self._servers, self._services = databases, (*databases, *replicas), services

    def alarms(self) -> Iterator[AlarmRule]:
        for name in self._databases:
            yield from self._backups(name)
        for name in self._servers:
            yield self._certificate(name)
        period = self._settings.every_minutes * 60
        for name in self._services:
            yield AlarmRule(
                key=f"{name}-old-tasks",
                severity="warning",
                series=self._metric(own_metrics.OLD_TASKS, own_metrics.SERVICE, name, "Minimum", period),
                comparison=">",
                threshold=0,
                periods=max(1, self._settings.old_tasks_minutes * 60 // period),
                missing_data="notBreaching",
                description=f"For {{minutes}} minutes tasks of {name} have run that a deployment should have "
                "replaced. The service's events say what it waits for: new tasks that don't become healthy, "
                "or old ones that are protected or don't stop.",
            )

    def _backups(self, name: str) -> Iterator[AlarmRule]:
        settings = self._settings
        yield self._rule(
            f"{name}-restorable",
            own_metrics.RESTORABLE,
            name,
            ">",
            settings.restorable_minutes,
            f"{name} can be restored only to a point more than {{threshold}} minutes ago: what was written "
            "since would be lost. RDS uploads no transaction logs; its events and its storage say why.",
        )
        yield self._rule(
            f"{name}-snapshot",
            own_metrics.SNAPSHOT,
            name,
            ">",
            settings.snapshot_hours,
            f"RDS has taken no snapshot of {name} for over {{threshold}} hours. Its events name the reason, "
            "such as storage that is full or a key that is disabled.",
        )

    def _certificate(self, name: str) -> AlarmRule:
        return self._rule(
            f"{name}-certificate",
            own_metrics.CERTIFICATE,
            name,
            "<",
            self._settings.certificate_days,
            f"The server certificate of {name} ends in less than {{threshold}} days; then clients that check "
            "it are refused. Apply the pending maintenance, or choose a newer certificate_authority.",
        )

    def widgets(self) -> Iterator[Widget]:
        kinds = (
            ("Restorable to", own_metrics.RESTORABLE, "minutes ago", "restorable", self._databases),
            ("Newest snapshot", own_metrics.SNAPSHOT, "hours ago", "snapshot", self._databases),
            ("Certificates end", own_metrics.CERTIFICATE, "days", "certificate", self._servers),
        )
        for title, metric, unit, alarm, names in kinds if self._databases else ():
            yield Widget(
                title=title,
                series=tuple(self._of(metric, name) for name in names),
                unit=unit,
                alarms=tuple(f"{name}-{alarm}" for name in names),
            )
        if self._services:
            kind, label = own_metrics.OLD_TASKS, own_metrics.SERVICE
            period = self._settings.every_minutes * 60
            series = tuple(self._metric(kind, label, name, "Maximum", period) for name in self._services)
            yield Widget(title="Tasks of old revisions", series=series, unit="tasks")

    def _rule(
        self, key: str, metric: str, name: str, comparison: Comparison, threshold: float, text: str
    ) -> AlarmRule:
        return AlarmRule(
            key=key,
            severity="warning",
            series=self._of(metric, name),
            comparison=comparison,
            threshold=threshold,
            periods=2,
            missing_data="notBreaching",  # a database that is off has none
            description=text,
        )

    def _of(self, metric: str, name: str) -> Metric:
        # The best value of an hour: whatever holds for an hour is no hiccup.
        statistic = "Maximum" if metric == own_metrics.CERTIFICATE else "Minimum"
        return self._metric(metric, own_metrics.DATABASE, name, statistic, _HOUR)

    def _metric(self, metric: str, dimension: str, name: str, statistic: str, period: int) -> Metric:
        return ResourceMetrics(self._namespace, {dimension: name}, period=period).metric(
            metric, statistic, name
        )
