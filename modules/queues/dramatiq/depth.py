"""Metrics of how much waits in Dramatiq's queues."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...compute.service.scaling_metrics import Backlog
from ...context import Context
from ...databases.redis.redis import Redis
from ...errors import ProblemsError, refusal
from ...functions import queue_depth, redis_protocol
from ...functions.function import Function
from ...functions.schedule import run_on_schedule
from ...iam.client_access import ClientAccess
from ...monitoring.monitored import Monitored
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
            statements=given.execution_statements,
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
        run_on_schedule(
            self,
            context=context,
            function=self._function,
            name=f"{settings.name}-depth",
            description="How many messages wait, each minute",
            expression="rate(1 minute)",
            at_once=True,
        )

    @property
    def backlog(self) -> Backlog:
        """What scales workers of these queues, also from no task: `messages_per_task` for each."""
        return Backlog(depth=self._metrics.backlog, per_task=self.settings.messages_per_task)

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return self._metrics.monitored(self._function.name)


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
