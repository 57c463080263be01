"""Metrics of Dramatiq's queues."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ..compute.service.scaling_metrics import Backlog
from ..context import Context
from ..databases.redis.redis import PORT, Redis
from ..databases.redis.users import USER
from ..errors import ProblemsError
from ..functions import dramatiq_queues, redis_protocol
from ..functions.function import Function
from ..functions.schedule import run_on_schedule
from ..log_retention import RetentionDays
from ..monitoring.metrics import Metric
from ..monitoring.monitored import Monitored
from ..networking.network import Network
from ..networking.subnet_plan import Tier
from ..secrets.secret import EnvironmentSecret
from .alarms import queues
from .settings import QueueSettings, broker_problems


class QueueDepth(Construct):
    """How many messages Dramatiq's queues have, and how old the oldest is, each minute.

    Creates: a Lambda function in the private subnets with its role and log group; the schedule that runs it.
    It needs `security_groups` that may reach the broker and Secrets Manager. Its metrics are lines of its
    log, which need no way out of the network.

    Raises ProblemsError when `broker` is a cache that Dramatiq cannot use.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        network: Network,
        security_groups: Sequence[SecurityGroup],
        broker: Redis,
        secret: EnvironmentSecret,
        settings: QueueSettings,
        log_retention_days: RetentionDays = 30,
    ) -> None:
        super().__init__(scope, id)
        if problems := [*broker_problems(broker.settings)]:
            raise ProblemsError(problems)
        self.settings = settings
        self._namespace = context.naming.base
        # The present version: raising it changes the function, as it changes task definitions.
        entry, *_ = secret.entries(broker.settings.token_key)
        self._function = Function(
            self,
            # Left out of addresses: the function's resources are this construct's.
            "Default",
            context=context,
            name="queue-depth",
            description="Counts the messages of Dramatiq's queues",
            source=dramatiq_queues,
            libraries=[redis_protocol],
            statements=secret.read_statements,
            environment={
                "HOST": broker.host,
                "PORT": str(PORT),
                "LOGIN": USER,
                "SECRET": secret.arn,
                "ENTRY": entry,
                "QUEUES": json.dumps(settings.queues),
                "BROKER_NAMESPACE": settings.namespace,
                "NAMESPACE": self._namespace,
            },
            log_retention_days=log_retention_days,
            subnet_ids=network.subnet_ids(Tier.PRIVATE),
            security_group_ids=[str(one.id) for one in security_groups],
        )
        run_on_schedule(
            self,
            context=context,
            function=self._function,
            name="queue-depth",
            description="The messages of Dramatiq's queues, once a minute",
            expression="rate(1 minute)",
        )

    @cached_property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return queues(
            key="queues",
            namespace=self._namespace,
            function_name=self._function.name,
            settings=self.settings,
        )

    def backlog(self, per_task: float) -> Backlog:
        """What scales the workers: messages of all queues that are waiting, due or in work, for each task."""
        depth = Metric(
            namespace=self._namespace,
            name="Backlog",
            dimensions={},
            statistic="Maximum",
            label="messages",
        )
        return Backlog(depth=depth, per_task=per_task)
