"""Dashboard widgets and alarms of Dramatiq's queues. Pure.

The metrics are those of `modules/functions/queue_depth.py`.
"""

from __future__ import annotations

from ...functions.alarms import failing, function_metrics, not_running
from ...functions.queue_depth import AGE, BACKLOG, DEAD, DEAD_LATELY, DELAYED, DUE, IN_WORK, WAITING
from ...monitoring.metrics import Metric
from ...monitoring.monitored import AlarmRule, Monitored, Widget
from ...monitoring.resource_metrics import ResourceMetrics
from .settings import QueueDepthSettings


class QueueMetrics:
    """The metrics of the queues of one broker, in the namespace of an environment."""

    def __init__(self, *, namespace: str, broker: str, settings: QueueDepthSettings) -> None:
        self._namespace, self._broker, self._settings = namespace, broker, settings

    def metric(self, queue: str, name: str, label: str = "") -> Metric:
        """A metric of a queue."""
        dimensions = {"Broker": self._broker, "Queue": queue}
        return ResourceMetrics(self._namespace, dimensions).metric(name, "Maximum", label or queue)

    @property
    def backlog(self) -> Metric:
        """Messages of all queues that wait, are in work or are due."""
        metrics = ResourceMetrics(self._namespace, {"Broker": self._broker})
        return metrics.metric(BACKLOG, "Maximum", "messages")

    def monitored(self, function_name: str) -> Monitored:
        """Dashboard widgets and alarms of all queues, and of the function that counts."""
        settings = self._settings
        rules = [rule for queue in settings.queues for rule in self._rules(queue)]
        ages = tuple(f"{key}-age" for key in settings.keys.values())
        dead = tuple(f"{key}-dead" for key in settings.keys.values())
        counts = tuple(
            self.metric(queue, name, f"{queue} {label}")
            for queue in settings.queues
            for name, label in (
                (WAITING, "waiting"),
                (IN_WORK, "in work"),
                (DUE, "due"),
                (DELAYED, "delayed"),
            )
        )
        died = self._each(DEAD_LATELY)
        return Monitored(
            key=settings.name,
            title="Queues",
            group="api",
            widgets=(
                Widget(title="Messages", series=counts, unit="messages", stacked=True),
                Widget(title="Oldest message", series=self._each(AGE), unit="seconds", alarms=ages),
                Widget(title="Died within an hour", series=died, unit="messages", alarms=dead),
                Widget(title="Dead messages", series=self._each(DEAD), unit="messages"),
            ),
            alarms=(*rules, *_function_rules(function_name)),
        )

    def _each(self, name: str) -> tuple[Metric, ...]:
        return tuple(self.metric(queue, name) for queue in self._settings.queues)

    def _rules(self, queue: str) -> tuple[AlarmRule, AlarmRule]:
        settings = self._settings
        key = settings.keys[queue]
        age = AlarmRule(
            key=f"{key}-age",
            severity="warning",
            series=self.metric(queue, AGE),
            comparison=">",
            threshold=settings.oldest_seconds,
            periods=settings.oldest_minutes,
            missing_data="ignore",  # the function is silent, which has its own alarm
            description=f"A message has waited in {queue} for over {{threshold}} s. The worker's log says "
            "whether messages fail or take long; if all tasks are busy, raise the maximum of its scaling.",
        )
        dead = AlarmRule(
            key=f"{key}-dead",
            severity="warning",
            series=self.metric(queue, DEAD_LATELY),
            comparison=">",
            threshold=settings.dead_messages,
            periods=1,
            missing_data="ignore",
            description=f"More than {{threshold}} messages of {queue} died within an hour: they failed as "
            "often as Dramatiq tries. The worker's log has the errors; Dramatiq keeps the messages for seven "
            "days.",
        )
        return age, dead


def _function_rules(function_name: str) -> tuple[AlarmRule, AlarmRule]:
    function = function_metrics(function_name)
    failed = failing(
        function,
        periods=5,
        datapoints=3,  # a failover of the cache takes a minute or two
        description="The function that counts messages fails, so workers don't scale. Its log says why: it "
        "does not reach the cache or Secrets Manager, or the token is another.",
    )
    silent = not_running(
        function,
        periods=5,
        description="The function that counts messages has not run for {minutes} minutes, so workers don't "
        "scale and no alarm tells of messages that wait. Its schedule is off or may no longer invoke it.",
    )
    return failed, silent
