"""Dashboard widgets and alarms of Dramatiq's queues, and the backlog per task. Pure.

The metrics are those of `modules/functions/queue_depth.py`. Running tasks: "Amazon ECS Container Insights
metrics" (CloudWatch user guide), which every cluster of `modules.compute` has.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import ProblemsError, refusal
from ...functions.queue_depth import AGE, BACKLOG, DEAD, DEAD_LATELY, DELAYED, DUE, IN_WORK, WAITING
from ...monitoring.metrics import MAX_METRICS, Expression, Metric
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

    def backlog_per_task(
        self, cluster_name: str, service_name: str, queues: Sequence[str] | None = None
    ) -> Expression:
        """How many messages there are for each running task of a service, defined at no task too.

        Messages are those that wait, are in work or are due, of `queues` or of all. Without a task it is
        `messages_per_task` more than the messages, so that one is over the target of scaling; without
        a message it is 0. It has no data where the function that counts is silent: then nothing scales.
        Raises ProblemsError for an unknown queue, and for more queues than an expression has metrics.
        """
        chosen = tuple(self._settings.queues if queues is None else queues)
        self._check(chosen)
        ids = {f"backlog{place}": queue for place, queue in enumerate(chosen)}
        backlog, most = f"({' + '.join(ids)})", self._settings.messages_per_task
        tasks = ResourceMetrics(
            "ECS/ContainerInsights", {"ClusterName": cluster_name, "ServiceName": service_name}
        )
        # A service without a task has data of 0, or none.
        running = "FILL(running, 0)"
        return Expression(
            expression=f"IF({running} > 0, {backlog} / {running}, IF({backlog} > 0, {backlog} + {most}, 0))",
            metrics={
                **{one: self.metric(queue, BACKLOG) for one, queue in ids.items()},
                "running": tasks.metric("RunningTaskCount", "Average", "running"),
            },
            label="backlog per task",
        )

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

    def _check(self, queues: Sequence[str]) -> None:
        if unknown := [queue for queue in queues if queue not in self._settings.queues]:
            allowed = ", ".join(self._settings.queues)
            why = refusal(got=", ".join(unknown), allowed=allowed, fix="name one of these")
            raise ProblemsError.one(f"{self._settings.name}.backlog_per_task", why)
        if not 0 < len(queues) < MAX_METRICS:
            allowed = f"1 to {MAX_METRICS - 1} queues"
            why = refusal(got=len(queues), allowed=allowed, fix="name the queues of this service's workers")
            raise ProblemsError.one(f"{self._settings.name}.backlog_per_task", why)


def _function_rules(function_name: str) -> tuple[AlarmRule, AlarmRule]:
    function = ResourceMetrics("AWS/Lambda", {"FunctionName": function_name})
    failed = AlarmRule(
        key="unread",
        severity="warning",
        series=function.metric("Errors", "Sum", "failed"),
        comparison=">",
        threshold=0,
        periods=5,
        datapoints=3,  # a failover of the cache takes a minute or two
        missing_data="notBreaching",
        description="The function that counts messages fails, so workers don't scale. Its log says why: it "
        "does not reach the cache, Secrets Manager or CloudWatch, or the token is another.",
    )
    silent = AlarmRule(
        key="unrun",
        severity="warning",
        series=function.metric("Invocations", "Sum", "runs"),
        comparison="<",
        threshold=1,
        periods=5,
        missing_data="breaching",  # it runs when it is created, and each minute
        description="The function that counts messages has not run for {minutes} minutes, so workers don't "
        "scale and no alarm tells of messages that wait. Its schedule is off or may no longer invoke it.",
    )
    return failed, silent
