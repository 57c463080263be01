"""The report of unused resources of an account in one region."""

from __future__ import annotations

import json

from constructs import Construct

from ..context import Context
from ..functions import unused_resources
from ..functions.function import Function
from ..functions.schedule import run_on_schedule
from ..iam.policy import Statement, publishing
from ..monitoring.monitored import Monitored
from .alarms import unused_resources as monitored_unused
from .settings import UnusedResourceSettings
from .topic import CostTopic

_READING = Statement(
    actions=[
        "ec2:DescribeAddresses",
        "ec2:DescribeImages",
        "ec2:DescribeSnapshots",
        "ec2:DescribeVolumes",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
        "rds:DescribeDBClusterSnapshots",
        "rds:DescribeDBSnapshots",
        "tag:GetResources",
    ],
    resources=["*"],
    wildcard_reason="it looks for what nobody knows of, and these actions only list",
)


class UnusedResources(Construct):
    """A scheduled report of what is paid for and nothing uses. It only reports, and deletes nothing.

    Creates: a Lambda function with its role, which may only list, and its log group; the schedule. The report
    goes to the log, to a metric for each kind, and to `topic` when something was found. It is about the whole
    account in the stack's region, so one stack of an account has it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        settings: UnusedResourceSettings,
        topic: CostTopic | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._context = context
        self._function = Function(
            self,
            # Left out of addresses: the function's resources are this construct's.
            "Default",
            context=context,
            name="unused-resources",
            description="Reports what is paid for and nothing uses",
            source=unused_resources,
            statements=[
                _READING,
                publishing(context.naming.base),
                *(topic.statements if topic else ()),
            ],
            environment={
                "NAMESPACE": context.naming.base,
                "TOPIC": topic.arn if topic else "",
                "SNAPSHOT_DAYS": str(settings.snapshot_days),
                "REQUIRED_TAGS": json.dumps(settings.required_tags),
            },
            log_retention_days=settings.log_retention_days,
        )
        run_on_schedule(
            self,
            context=context,
            function=self._function,
            name="unused-resources",
            description="What is paid for and nothing uses",
            expression=settings.schedule,
        )

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return monitored_unused(
            key="costs", namespace=self._context.naming.base, function_name=self._function.name
        )
