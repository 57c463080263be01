"""Dashboard widgets and alarms of a queue of Amazon SQS. Pure.

Metrics: "Available CloudWatch metrics for Amazon SQS" (Amazon SQS developer guide). A queue that nobody has
used for six hours has none.
"""

from __future__ import annotations

from ...monitoring.metrics import Metric
from ...monitoring.monitored import AlarmRule, Monitored, Widget
from ...monitoring.resource_metrics import ResourceMetrics
from .settings import QueueSettings

_WAITING, _IN_WORK, _DELAYED = (
    f"ApproximateNumberOfMessages{kind}" for kind in ("Visible", "NotVisible", "Delayed")
)


class QueueMetrics:
    """The metrics of a queue and of its dead-letter queue, by their names."""

    def __init__(self, *, queue: str, dead_letters: str, settings: QueueSettings) -> None:
        self._queue = ResourceMetrics("AWS/SQS", {"QueueName": queue})
        self._dead = ResourceMetrics("AWS/SQS", {"QueueName": dead_letters})
        self._settings = settings

    @property
    def waiting(self) -> Metric:
        """How many messages wait for a consumer."""
        return self._queue.metric(_WAITING, "Maximum", "waiting")

    @property
    def in_work(self) -> Metric:
        """How many messages a consumer has."""
        return self._queue.metric(_IN_WORK, "Maximum", "in work")

    @property
    def monitored(self) -> Monitored:
        """Dashboard widgets and alarms of both queues."""
        settings = self._settings
        delayed = self._queue.metric(_DELAYED, "Maximum", "delayed")
        age = self._queue.metric("ApproximateAgeOfOldestMessage", "Maximum", "oldest")
        dead = self._dead.metric(_WAITING, "Maximum", "dead")
        passed = tuple(
            self._queue.metric(f"NumberOfMessages{name}", "Sum", name.lower())
            for name in ("Sent", "Received", "Deleted")
        )
        name = settings.name
        return Monitored(
            key=f"{name}-queue",
            title=f"Queue {name}",
            group="api",
            widgets=(
                Widget(
                    title="Messages",
                    series=(self.waiting, self.in_work, delayed),
                    unit="messages",
                    stacked=True,
                ),
                Widget(title="Oldest message", series=(age,), unit="seconds", alarms=("age",)),
                Widget(title="Passed", series=passed, unit="a minute"),
                Widget(title="Dead letters", series=(dead,), unit="messages", alarms=("dead-letters",)),
            ),
            alarms=(
                AlarmRule(
                    key="age",
                    severity="warning",
                    series=age,
                    comparison=">",
                    threshold=settings.oldest_seconds,
                    periods=settings.oldest_minutes,
                    missing_data="notBreaching",  # nobody has used it for hours
                    description=f"A message has waited in {name} for over {{threshold}} s. The consumers' "
                    "log says whether they fail or take long; if all are busy, raise the maximum of their "
                    "scaling, or the number of tasks of those that do not scale. "
                    f"After {settings.retention_days} days it is deleted.",
                ),
                AlarmRule(
                    key="dead-letters",
                    severity="warning",
                    series=dead,
                    comparison=">",
                    threshold=settings.dead_messages,
                    periods=1,
                    missing_data="notBreaching",  # nobody has used it for hours, so it is empty
                    description=f"More than {{threshold}} messages of {name} were received "
                    f"{settings.max_receives} times and not deleted. The consumers' log has the errors. Once "
                    "they are fixed, start a redrive of the dead-letter queue; what is left there is deleted "
                    f"{settings.dead_letter_retention_days} days after it "
                    f"{'came there' if settings.fifo else 'was sent'}.",
                ),
            ),
        )
