"""Metrics of how much waits in Dramatiq's queues."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.lambda_invocation import LambdaInvocation
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...databases.redis.redis import Redis
from ...errors import ProblemsError, refusal
from ...functions import queue_depth, redis_protocol
from ...functions.function import Function
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement
from ...monitoring.metrics import Expression
from ...monitoring.monitored import Monitored
from ...naming import Limit
from ...networking.network import Network
from ...networking.subnet_plan import Tier
from .alarms import QueueMetrics
from .broker import broker_problems
from .settings import QueueDepthSettings


class QueueDepth(Construct):
    """Metrics of the queues of Dramatiq in a cache, each minute.

    Creates: a Lambda function in the private subnets with its role and log group; the schedule that runs it;
    its first run. It needs `security_groups` that may reach the cache and AWS: those of a service that uses
    the cache. `access` is the client access with the cache's token where it is not the cache's own, such as
    one of a parameter. Raises ProblemsError for a cache that Dramatiq can't use: one in cluster mode,
    a serverless one, or one whose permissions lack KEYS.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        network: Network,
        cache: Redis,
        security_groups: Sequence[SecurityGroup],
        settings: QueueDepthSettings,
        access: ClientAccess | None = None,
    ) -> None:
        super().__init__(scope, id)
        _check(cache)
        self.settings, self._context = settings, context
        broker, given = cache.settings.name, access or cache.client_access
        self._metrics = QueueMetrics(namespace=context.naming.base, broker=broker, settings=settings)
        self._function = Function(
            self,
            # Left out of addresses: the function's resources are this construct's.
            "Default",
            context=context,
            name=f"{settings.name}-depth",
            description="How many messages wait in Dramatiq's queues, and how long",
            source=queue_depth,
            libraries=[redis_protocol],
            statements=[*given.execution_statements, self._publishing()],
            environment={
                "HOST": given.environment["REDIS_HOST"],
                "PORT": given.environment["REDIS_PORT"],
                "REDIS_USER": given.environment["REDIS_USER"],
                "TOKEN": given.secrets["REDIS_AUTH_TOKEN"],
                "BROKER": broker,
                "NAMESPACE": context.naming.base,
                "PREFIX": settings.namespace,
                "QUEUES": json.dumps(settings.queues),
                "SCANNED": str(settings.scanned),
            },
            log_retention_days=settings.log_retention_days,
            subnet_ids=network.subnet_ids(Tier.PRIVATE),
            security_group_ids=[str(one.id) for one in security_groups],
        )
        self._schedule()
        # From then on a minute without a run is missed.
        LambdaInvocation(self, "first-run", function_name=self._function.arn, input='{"first":true}')

    def backlog_per_task(
        self, cluster_name: str, service_name: str, queues: Sequence[str] | None = None
    ) -> Expression:
        """How many messages there are for each running task of a service, for scaling to a target.

        The target is `settings.messages_per_task`. Without a task, one message is over it. Raises
        ProblemsError for an unknown queue, and for more queues than an expression has metrics.
        """
        return self._metrics.backlog_per_task(cluster_name, service_name, queues)

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return self._metrics.monitored(self._function.name)

    def _publishing(self) -> Statement:
        return Statement(
            actions=["cloudwatch:PutMetricData"],
            resources=["*"],
            conditions={"StringEquals": {"cloudwatch:namespace": self._context.naming.base}},
            wildcard_reason="metrics are no resources; the condition narrows it to one namespace",
        )

    def _schedule(self) -> None:
        rule = CloudwatchEventRule(
            self,
            "schedule",
            name=self._context.naming.of(Limit.EVENT_RULE, f"{self.settings.name}-depth"),
            description="How many messages wait, each minute",
            schedule_expression="rate(1 minute)",
        )
        arn = self._function.arn
        CloudwatchEventTarget(self, "target", rule=rule.name, arn=arn)
        LambdaPermission(
            self,
            "permission",
            action="lambda:InvokeFunction",
            function_name=arn,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
        )


def _check(cache: object) -> None:
    if not isinstance(cache, Redis):
        why = refusal(
            got=type(cache).__name__,
            allowed="Redis without shards",
            fix="use a cache of nodes for Dramatiq: a serverless one is always in cluster mode",
        )
        raise ProblemsError.one("broker", why)
    if problems := [*broker_problems(cache.settings)]:
        raise ProblemsError(problems)
