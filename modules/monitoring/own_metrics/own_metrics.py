"""A function that publishes metrics of databases and services which CloudWatch lacks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...functions import own_metrics
from ...functions.function import Function
from ...functions.schedule import run_on_schedule
from ...iam.policy import Statement, publishing
from ...secrets.rotation import RunningService
from ..monitored import Monitored
from .alarms import own
from .settings import OwnMetricSettings


class Instances(Protocol):
    """A database on RDS: its instances by name, such as `Postgresql`."""

    @property
    def identifiers(self) -> dict[str, str]:
        """`DBInstanceIdentifier` by name."""
        ...


@runtime_checkable
class Cluster(Protocol):
    """A cluster of Aurora and its instances, such as `Aurora`."""

    @property
    def cluster_identifier(self) -> str:
        """`DBClusterIdentifier`."""
        ...

    @property
    def identifiers(self) -> dict[str, str]:
        """`DBInstanceIdentifier` by name."""
        ...


class OwnMetrics(Construct):
    """Metrics of `databases` and `services` by name, in the namespace of the environment.

    Creates: a Lambda function with its role and log group; the schedule that runs it; its first run. It
    publishes, of a database, how far back it can be restored to, the age of its newest automated snapshot and
    the days until its certificate ends; of a service, how many tasks run that a deployment should have
    replaced.

    Raises ProblemsError when there is nothing to measure.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        databases: Mapping[str, Instances | Cluster] | None = None,
        services: Mapping[str, RunningService] | None = None,
        settings: OwnMetricSettings | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._context, self.settings = context, settings or OwnMetricSettings()
        self._services = dict(services or {})
        self._instances, self._replicas, self._clusters = _split(databases or {})
        if not (databases or services):
            why = refusal(got="nothing", allowed="a database or a service", fix="name one, or leave it out")
            raise ProblemsError.one(f"{self.node.path} databases", why)
        self._function = Function(
            self,
            # Left out of addresses: the function's resources are this construct's.
            "Default",
            context=context,
            name="own-metrics",
            description="Publishes metrics that CloudWatch lacks",
            source=own_metrics,
            statements=[*self._reading(databases or {}), publishing(context.naming.base)],
            environment={
                "NAMESPACE": context.naming.base,
                "DATABASES": json.dumps({**self._instances, **self._replicas}),
                "CLUSTERS": json.dumps(self._clusters),
                "SERVICES": json.dumps({name: vars(one) for name, one in self._services.items()}),
            },
            log_retention_days=self.settings.log_retention_days,
        )
        run_on_schedule(
            self,
            context=context,
            function=self._function,
            name="own-metrics",
            description="Metrics that CloudWatch lacks",
            expression=f"rate({self.settings.every_minutes} minutes)",
            at_once=True,
        )

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return own(
            self.settings,
            namespace=self._context.naming.base,
            function_name=self._function.name,
            databases=(*self._instances, *self._clusters),
            replicas=tuple(self._replicas),
            services=tuple(self._services),
        )

    def _reading(self, databases: Mapping[str, Instances | Cluster]) -> list[Statement]:
        arn = self._context.account.arn
        statements = []
        if databases:
            instances = [one for database in databases.values() for one in database.identifiers.values()]
            statements.append(
                # Service Authorization Reference, Amazon RDS: what each action is about. Names of automated
                # snapshots begin with `rds:` and the database.
                Statement(
                    actions=[
                        "rds:DescribeDBClusterSnapshots",
                        "rds:DescribeDBClusters",
                        "rds:DescribeDBInstances",
                        "rds:DescribeDBSnapshots",
                    ],
                    resources=[
                        *(arn("rds", f"db:{one}") for one in instances),
                        *(arn("rds", f"cluster:{one}") for one in self._clusters.values()),
                        arn("rds", "snapshot:*"),
                        arn("rds", "cluster-snapshot:*"),
                    ],
                )
            )
        if self._services:
            running = [f"service/{one.cluster}/{one.service}" for one in self._services.values()]
            statements.append(
                Statement(actions=["ecs:DescribeServices"], resources=[arn("ecs", one) for one in running])
            )
        return statements


def _split(
    databases: Mapping[str, Instances | Cluster],
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Identifiers of RDS instances, of their read replicas, and of Aurora clusters, by the metrics' names."""
    instances, replicas, clusters = dict[str, str](), dict[str, str](), dict[str, str]()
    for name, database in databases.items():
        if isinstance(database, Cluster):
            clusters[name] = database.cluster_identifier
            continue
        for role, identifier in database.identifiers.items():
            if role == "primary":
                instances[name] = identifier
            else:
                replicas[f"{name}-{role}"] = identifier
    return instances, replicas, clusters
