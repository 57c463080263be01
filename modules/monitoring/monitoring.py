"""Dashboards, alarms and topics of a stack, from the `monitored` of its modules."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from cdktf_cdktf_provider_aws.cloudwatch_log_metric_filter import (
    CloudwatchLogMetricFilter,
    CloudwatchLogMetricFilterMetricTransformation,
)
from constructs import Construct

from ..context import Context
from ..naming import Limit
from ..regions import GLOBAL_REGION
from .alarm_plan import AlarmPlan, Causes
from .alarms import Alarms
from .dashboard_plan import DashboardPlan, all_metrics
from .events import Events
from .monitored import Monitored, Severity, Watchable
from .settings import MonitoringSettings
from .topics import Topics


class Monitoring(Construct):
    """CloudWatch monitoring of one stack.

    Creates: the topics, in us-east-1 too where CloudFront is monitored; metric filters of logs; metric
    alarms; composite alarms where `causes` names dependencies (`{"api": ["database"]}`: api may fail because
    of database); rules for events of AWS; a dashboard for each group, and an overview.

    Raises ProblemsError for what `AlarmPlan` and `DashboardPlan` refuse.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        watch: Sequence[Watchable | Monitored],
        settings: MonitoringSettings,
        causes: Causes | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._context = context
        self._watched = [one if isinstance(one, Monitored) else one.monitored for one in watch]
        self.plan = AlarmPlan(self._watched, settings, causes)
        self._topics = Topics(self, "topics", context=context, topics=settings.topics)
        self._global_topics = self._create_global_topics()
        self._count_log_lines()
        self._alarms = Alarms(
            self, "alarms", context=context, plan=self.plan, topic_arn=self._topic_arn, settings=settings
        )
        Events(
            self,
            "events",
            context=context,
            watched=self._watched,
            topic_arn=lambda severity: self._topics.arns[settings.topic_of(severity) or severity],
        )
        self.dashboard_names = self._create_dashboards()

    @property
    def topic_arns(self) -> dict[Severity, str]:
        """The topics in the stack's region, by severity."""
        return dict(self._topics.arns)

    @property
    def alarm_arns(self) -> dict[str, str]:
        """The ARNs of all alarms, by key."""
        return self._alarms.arns

    def _create_global_topics(self) -> Topics:
        is_needed = any(metric.in_global_region for one in self._watched for metric in all_metrics(one))
        provider = self._context.global_provider if is_needed else None
        if provider is None:
            return self._topics
        topics = self.settings.topics
        return Topics(self, "global-topics", context=self._context, topics=topics, provider=provider)

    def _topic_arn(self, severity: Severity, in_global_region: bool) -> str:  # noqa: FBT001
        return (self._global_topics if in_global_region else self._topics).arns[severity]

    def _count_log_lines(self) -> None:
        for monitored in self._watched:
            for log in monitored.log_metrics:
                for place, group in enumerate(log.log_group_names, 1):
                    name = f"{monitored.key}-{log.key}" + (f"-{place}" if place > 1 else "")
                    CloudwatchLogMetricFilter(
                        self,
                        f"{name}-filter",
                        name=self._context.naming.of(Limit.METRIC_FILTER, name),
                        log_group_name=group,
                        pattern=log.pattern,
                        metric_transformation=CloudwatchLogMetricFilterMetricTransformation(
                            namespace=log.metric.namespace,
                            name=log.metric.name,
                            value="1",
                            # Without it there would be no data while lines don't match.
                            default_value="0",
                        ),
                    )

    def _create_dashboards(self) -> dict[str, str]:
        """Create the dashboards; returns their names by group."""
        plan = DashboardPlan(
            self._watched,
            {one.key: self.plan.rules(one.key) for one in self._watched},
            region=self._context.region,
            global_region=GLOBAL_REGION,
            hours=self.settings.hours_shown,
        )
        return {
            group: CloudwatchDashboard(
                self,
                f"{group}-dashboard",
                dashboard_name=self._context.naming.of(Limit.DASHBOARD, group),
                dashboard_body=plan.body(group, list(self._alarms.arns.values())),
            ).dashboard_name
            for group in plan.groups
        }
