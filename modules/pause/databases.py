"""The databases of a stack that stop while it is paused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property

from cdktf import TerraformOutput, TerraformResource
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.lambda_invocation import LambdaInvocation
from constructs import Construct

from ..compute.cluster.cluster import Cluster
from ..compute.service.service import Service
from ..context import Context
from ..databases.postgresql.postgresql import Postgresql
from ..edge.load_balancer.load_balancer import LoadBalancer
from ..functions import pausing
from ..functions.function import MAX_TIMEOUT_SECONDS, Function
from ..functions.schedule import invoke_by
from ..iam.policy import Statement
from ..log_retention import RetentionDays
from ..monitoring.monitored import Monitored
from ..naming import Limit
from .alarms import paused_databases
from .variable import Paused

# "The DB instance is being started due to it exceeding the maximum allowed time being stopped" (Amazon RDS
# user guide, "Amazon RDS event categories and event messages"): seven days.
STARTED_BY_RDS = "RDS-EVENT-0154"


class PausedDatabases(Construct):
    """PostgreSQL instances that are stopped while the stack is paused, and run before its services do.

    A pause stops them once no task of `services` runs; a resume starts them, and waits for them, before the
    page of `load_balancers` goes and the services start. RDS cannot stop an instance that has read replicas,
    or is one: it goes on running, and the output `running_while_paused` names it.

    Creates: where one can be stopped, a Lambda function with its role and log group; its invocations before
    and after the services; the rule, on while paused, that stops an instance again when RDS starts it after
    seven days. Create it after all that it is given.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        cluster: Cluster,
        services: Sequence[Service],
        databases: Sequence[Postgresql],
        load_balancers: Sequence[LoadBalancer] = (),
        log_retention_days: RetentionDays = 30,
    ) -> None:
        super().__init__(scope, id)
        self._context, self._cluster, self._services = context, cluster, services
        self._stopped = [one for one in databases if one.can_stop]
        self._function = self._create_function(log_retention_days) if self._stopped else None
        last: list[TerraformResource] = [one for service in services for one in service.applied]
        if self._function:
            last = [self._order(self._function, load_balancers, last)]
            self._stop_again(self._function)
        context.pause.done_after(last)
        if running := [one.identifiers["primary"] for one in databases if not one.can_stop]:
            _write_output(self, running)

    @cached_property
    def monitored(self) -> Monitored:
        """The alarm on its function, which is not silent while the stack is paused."""
        return paused_databases(key="pause", function_name=self._function.name if self._function else None)

    @property
    def _pause(self) -> Paused:
        return self._context.pause

    def _create_function(self, log_retention_days: RetentionDays) -> Function:
        account, cluster = self._context.account, self._cluster.name
        names = [service.name for service in self._services]
        instances = [database.arn for database in self._stopped]
        return Function(
            self,
            # Left out of addresses: the function's resources are this construct's.
            "Default",
            context=self._context,
            name="pause",
            description="Stops and starts the databases of a paused environment",
            source=pausing,
            statements=[
                Statement(
                    actions=["rds:DescribeDBInstances", "rds:StartDBInstance", "rds:StopDBInstance"],
                    resources=instances,
                ),
                Statement(
                    actions=["ecs:DescribeServices"],
                    resources=[account.arn("ecs", f"service/{cluster}/{name}") for name in names],
                ),
            ],
            environment={
                "DATABASES": json.dumps([one.identifiers["primary"] for one in self._stopped]),
                "CLUSTER": cluster,
                "SERVICES": json.dumps(names),
            },
            log_retention_days=log_retention_days,
            timeout_seconds=MAX_TIMEOUT_SECONDS,
        )

    def _order(
        self,
        function: Function,
        load_balancers: Sequence[LoadBalancer],
        last: Sequence[TerraformResource],
    ) -> TerraformResource:
        """Start the databases before the services, and stop them after; returns what is applied last.

        Terraform has one order for both: each invocation has something to do in one direction alone.
        """
        start = self._invoke("start", function, paused="nothing", running="start")
        for load_balancer in load_balancers:
            load_balancer.pause_after(start)
        for service in self._services:
            service.apply_after(start, *(one.pause_rule for one in load_balancers))
        stop: TerraformResource = self._invoke("stop", function, paused="stop", running="nothing", after=last)
        return stop

    def _invoke(
        self,
        id: str,
        function: Function,
        *,
        paused: str,
        running: str,
        after: Sequence[TerraformResource] = (),
    ) -> TerraformResource:
        invocation: TerraformResource = LambdaInvocation(
            self,
            id,
            function_name=function.arn,
            input=self._pause.text(json.dumps({"do": paused}), json.dumps({"do": running})),
            depends_on=[*after] or None,
        )
        return invocation

    def _stop_again(self, function: Function) -> None:
        pattern = {
            "source": ["aws.rds"],
            "detail-type": ["RDS DB Instance Event"],
            "detail": {
                "EventID": [STARTED_BY_RDS],
                "SourceIdentifier": [one.identifiers["primary"] for one in self._stopped],
            },
        }
        rule = CloudwatchEventRule(
            self,
            "started",
            name=self._context.naming.of(Limit.EVENT_RULE, "pause"),
            description="RDS starts a paused database, stopped for seven days: stop it again",
            event_pattern=json.dumps(pattern),
            state=self._pause.text("ENABLED", "DISABLED"),
        )
        # Lambda repeats a run that fails twice: the instance may need longer to start than a run may take.
        invoke_by(self, rule, function)


def _write_output(scope: Construct, running: Sequence[str]) -> None:
    output = TerraformOutput(
        scope,
        "running-while-paused",
        value=list(running),
        description="Databases that go on running while the stack is paused: RDS cannot stop an instance "
        "that has read replicas",
    )
    output.override_logical_id("running_while_paused")
