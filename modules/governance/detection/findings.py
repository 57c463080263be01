"""The topics that are told of findings, in one region of an account."""

from __future__ import annotations

from collections.abc import Sequence

from constructs import Construct

from ...context import Context
from ...monitoring.alarm_plan import AlarmPlan
from ...monitoring.alarms import Alarms
from ...monitoring.events import Events
from ...monitoring.monitored import Monitored, Severity, Watchable
from ...monitoring.settings import MonitoringSettings
from ...monitoring.topics import Topics


class Findings(Construct):
    """Who is told of findings, of the root user, and of an end of what is recorded.

    Creates: the encrypted topics of the settings with their subscriptions; the rules of EventBridge; the
    alarms of what it watches. `Monitoring` without dashboards, which have a price and nothing to show here.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        watch: Sequence[Watchable | Monitored],
        settings: MonitoringSettings,
    ) -> None:
        super().__init__(scope, id)
        watched = [one if isinstance(one, Monitored) else one.monitored for one in watch]
        topics = Topics(self, "topics", context=context, topics=settings.topics)

        def told(severity: Severity, _in_global_region: bool = False) -> str:  # noqa: FBT001, FBT002
            return topics.arns[settings.topic_of(severity) or severity]

        plan = AlarmPlan(watched, settings, None)
        Alarms(self, "alarms", context=context, plan=plan, topic_arn=told, settings=settings)
        Events(self, "events", context=context, watched=watched, topic_arn=told)
