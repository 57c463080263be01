"""Dashboard widgets and events of a pipeline. Pure.

Executions are too rare for a metric to be judged by: an event says at once that one has failed.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...monitoring.monitored import EventRule, Monitored, Widget
from ...monitoring.resource_metrics import ResourceMetrics

_HOUR = 3600


def pipeline(*, key: str, name: str, projects: Sequence[str]) -> Monitored:
    """A pipeline by its name, and its CodeBuild projects by theirs."""
    metrics = {one: ResourceMetrics("AWS/CodeBuild", {"ProjectName": one}, period=_HOUR) for one in projects}
    widgets = (
        Widget(
            title="Duration of builds",
            series=tuple(found.metric("Duration", "Maximum", one) for one, found in metrics.items()),
            unit="seconds",
        ),
        Widget(
            title="Failed builds",
            series=tuple(found.metric("FailedBuilds", "Sum", one) for one, found in metrics.items()),
            unit="builds",
        ),
    )
    failed = EventRule(
        key="failed",
        severity="warning",
        # Of the action, which has the reason; the event of the execution has none (CodePipeline user guide,
        # "Monitoring CodePipeline events").
        pattern={
            "source": ["aws.codepipeline"],
            "detail-type": ["CodePipeline Action Execution State Change"],
            "detail": {"pipeline": [name], "state": ["FAILED"]},
        },
        message="$.detail.execution-result.external-execution-summary",
        description=f"An action of the pipeline {name} has failed; its page in the console shows which, and "
        "the log of a build why. A failed deployment is rolled back, a migration is not. What to do: "
        "docs/runbooks/pipeline.md",
    )
    return Monitored(
        key=key, title="Pipeline", group="overview", widgets=widgets, alarms=(), events=(failed,)
    )
