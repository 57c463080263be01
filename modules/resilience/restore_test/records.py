"""The record of restore tests, and the alarm when the last success is too long ago."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter
from constructs import Construct

from ...context import Context
from ...functions import restore_ages
from ...functions.function import Function
from ...functions.schedule import run_on_schedule
from ...iam.policy import Statement, publishing
from ...log_retention import RetentionDays
from ...monitoring.monitored import Monitored
from ...monitoring.own_metrics.own_metrics import Cluster, Instances
from ...naming import Limit
from .alarms import restores
from .settings import RestoreTestSettings

# Below the environment's own path, as `infra restore-test` looks for it.
FOLDER = "restore-tests"


class RestoreRecords(Construct):
    """What is known of restores of `databases`, by name: the record of each, and the age of the last success.

    Creates: a parameter for each, which `infra restore-test` writes, and in whose first value it finds the
    database and the check; a Lambda function with its role and log group; its daily schedule; its first run.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        databases: Mapping[str, Instances | Cluster],
        settings: RestoreTestSettings,
        log_retention_days: RetentionDays = 30,
    ) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._context = context
        self._names = tuple(databases)
        parameters = {name: self._create(name, database) for name, database in databases.items()}
        self._function = Function(
            self,
            # Left out of addresses: the function's resources are this construct's.
            "Default",
            context=context,
            name="restore-ages",
            description="When restores last succeeded",
            source=restore_ages,
            statements=[
                Statement(
                    actions=["ssm:GetParameter"], resources=[str(one.arn) for one in parameters.values()]
                ),
                publishing(context.naming.base),
            ],
            environment={
                "NAMESPACE": context.naming.base,
                "PARAMETERS": json.dumps({name: str(one.name) for name, one in parameters.items()}),
            },
            log_retention_days=log_retention_days,
        )
        run_on_schedule(
            self,
            context=context,
            function=self._function,
            name="restore-ages",
            description="When restores last succeeded, once a day",
            expression="rate(1 day)",
            at_once=True,
        )

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return restores(
            namespace=self._context.naming.base,
            function_name=self._function.name,
            stack=self._context.naming.base,
            databases=self._names,
            days=self.settings.alarm_days,
        )

    def _create(self, name: str, database: Instances | Cluster) -> SsmParameter:
        check = self.settings.check
        how = {"check": asdict(check) if check else None, "database": _identifier(database)}
        return SsmParameter(
            self,
            f"{name}-record",
            name=self._context.naming.path(Limit.PARAMETER, "", FOLDER, name),
            description="When a restore was last tried, and what came of it",
            type="String",
            insecure_value=json.dumps(how),
            lifecycle=TerraformResourceLifecycle(ignore_changes=["insecure_value", "value"]),
        )


def _identifier(database: Instances | Cluster) -> str:
    return database.cluster_identifier if isinstance(database, Cluster) else database.identifiers["primary"]
