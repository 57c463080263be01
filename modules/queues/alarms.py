"""Dashboard widgets and alarms of Dramatiq's queues. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..functions.dramatiq_queues import QUEUE
from ..monitoring.metrics import Metric
from ..monitoring.monitored import AlarmRule, Monitored, Widget
from ..monitoring.resource_metrics import ResourceMetrics
from .settings import QueueSettings, alarm_key


def queues(*, key: str, namespace: str, function_name: str, settings: QueueSettings) -> Monitored:
    """The queues of one broker; `namespace` is that of the metrics."""
    metrics = {name: ResourceMetrics(namespace, {QUEUE: name}) for name in settings.queues}
    depths = tuple(one.metric("Backlog", "Maximum", name) for name, one in metrics.items())
    ages = {name: one.metric("AgeOfOldestMessage", "Maximum", name) for name, one in metrics.items()}
    dead = {name: one.metric("Dead", "Maximum", name) for name, one in metrics.items()}
    rules = (*_age_rules(ages, settings), *_dead_rules(dead, settings), _silent(function_name))
    widgets = (
        Widget(title="Messages waiting, due and in work", series=depths, unit="messages", in_overview=True),
        Widget(
            title="Oldest message",
            series=tuple(ages.values()),
            unit="seconds",
            alarms=tuple(f"{alarm_key(name)}-age" for name in ages),
        ),
        Widget(
            title="Dead messages",
            series=tuple(dead.values()),
            unit="messages",
            alarms=tuple(f"{alarm_key(name)}-dead" for name in dead),
        ),
    )
    return Monitored(key=key, title="Queues", group="api", widgets=widgets, alarms=rules)


def _age_rules(ages: dict[str, Metric], settings: QueueSettings) -> Iterator[AlarmRule]:
    for name, metric in ages.items():
        yield AlarmRule(
            key=f"{alarm_key(name)}-age",
            severity="critical",
            series=metric,
            comparison=">",
            threshold=settings.oldest_seconds,
            periods=3,
            missing_data="ignore",  # `silent` tells of a function that doesn't run
            description=f"A message in the queue {name} has waited for over {{threshold}} seconds. The "
            "workers are too few, stand still, or cannot start: their log and their number of tasks show "
            "which.",
        )


def _dead_rules(dead: dict[str, Metric], settings: QueueSettings) -> Iterator[AlarmRule]:
    for name, metric in dead.items():
        yield AlarmRule(
            key=f"{alarm_key(name)}-dead",
            severity="warning",
            series=metric,
            comparison=">",
            threshold=settings.dead,
            periods=1,
            missing_data="ignore",  # as above
            description=f"Messages of the queue {name} failed for good. Dramatiq keeps them for a week: the "
            "workers' log has each exception; send the messages again or delete them.",
        )


def _silent(function_name: str) -> AlarmRule:
    function = ResourceMetrics("AWS/Lambda", {"FunctionName": function_name}, period=300)
    return AlarmRule(
        key="silent",
        severity="critical",
        series=function.metric("Invocations", "Sum", "runs"),
        comparison="<",
        threshold=1,
        periods=3,
        missing_data="breaching",  # it runs every minute
        description="The function that counts messages has not run for {minutes} minutes: workers don't "
        "scale, and nobody would hear of a queue that stands. Its schedule is off or may no longer invoke "
        "it.",
    )
