"""Tests of restores."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from cdktf_cdktf_provider_aws.backup_restore_testing_plan import (
    BackupRestoreTestingPlan,
    BackupRestoreTestingPlanRecoveryPointSelection,
)
from cdktf_cdktf_provider_aws.backup_restore_testing_selection import BackupRestoreTestingSelection
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from constructs import Construct

from ...context import Context
from ...functions import restore_validation
from ...functions.function import Function
from ...functions.schedule import invoke_by
from ...iam.policy import Statement
from ...naming import Limit
from .isolation import Isolation, RestoreNetwork
from .role import BackupRole
from .settings import ResourceType, RestoreTesting
from .vault import Vault


class RestoreTests(Construct):
    """The plan that restores backups of one vault on trial, and deletes again what it restored.

    Creates: the restore testing plan, and a selection for each kind of resource, with its `metadata`: what a
    restore needs to know beyond what AWS Backup infers (AWS Backup developer guide, "Restore testing inferred
    metadata"); with `network`, a security group without rules for databases; for the kinds that it knows, a
    function that looks at what was restored, and the rule that calls it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        name: str,
        vault: Vault,
        role: BackupRole,
        settings: RestoreTesting,
        metadata: Mapping[ResourceType, Mapping[str, str]],
        network: RestoreNetwork | None,
    ) -> None:
        super().__init__(scope, id)
        self._context, self._name = context, name
        self._isolation = (
            Isolation(self, "isolation", context=context, name=name, network=network) if network else None
        )
        plan = BackupRestoreTestingPlan(
            self,
            "Default",
            name=self._named(),
            schedule_expression=settings.schedule,
            start_window_hours=settings.start_window_hours,
            recovery_point_selection=[
                BackupRestoreTestingPlanRecoveryPointSelection(
                    algorithm="LATEST_WITHIN_WINDOW",
                    include_vaults=[vault.arn],
                    recovery_point_types=["SNAPSHOT"],
                    selection_window_days=settings.window_days,
                )
            ],
        )
        for kind in settings.resource_types:
            told = {**(self._isolation.metadata(kind) if self._isolation else {}), **metadata.get(kind, {})}
            BackupRestoreTestingSelection(
                self,
                kind.lower(),
                name=self._named(kind.lower()),
                restore_testing_plan_name=plan.name,
                protected_resource_type=kind,
                # The vault has this environment's only.
                protected_resource_arns=["*"],
                iam_role_arn=role.arn,
                restore_metadata_overrides=told or None,
                validation_window_hours=settings.validation_window_hours,
                depends_on=role.attachments,
            )
        looked_at = [kind for kind in settings.resource_types if kind in restore_validation.KINDS]
        #: The name of the function that looks at what was restored; None, where it knows none of the kinds.
        self.function_name = self._create_validation(str(plan.arn), looked_at) if looked_at else None

    def _named(self, *parts: str) -> str:
        # The API takes letters, digits and underscores.
        return self._context.naming.of(Limit.RESTORE_TESTING, self._name, *parts).replace("-", "_")

    def _create_validation(self, plan_arn: str, kinds: Sequence[str]) -> str:
        function = Function(
            self,
            "validation",
            context=self._context,
            name=f"{self._name}-validation",
            description="Looks at what restore tests restore",
            source=restore_validation,
            statements=[*self._permissions(kinds)],
            environment={"SECURITY_GROUP": self._isolation.group_id} if self._isolation else {},
        )
        pattern = {
            "source": ["aws.backup"],
            "detail-type": ["Restore Job State Change"],
            "detail": {
                "status": ["COMPLETED"],
                "resourceType": list(kinds),
                "restoreTestingPlanArn": [plan_arn],
            },
        }
        rule = CloudwatchEventRule(
            self,
            "restored",
            name=self._context.naming.of(Limit.EVENT_RULE, self._name, "restored"),
            description="A restore test has restored something",
            event_pattern=json.dumps(pattern),
        )
        invoke_by(self, rule, function)
        return function.name

    def _permissions(self, kinds: Sequence[str]) -> Iterator[Statement]:
        yield Statement(
            actions=["backup:PutRestoreValidationResult"],
            resources=["*"],
            wildcard_reason="restore jobs have no ARN (Service Authorization Reference, AWS Backup)",
        )
        arn = self._context.account.arn
        # What restore tests restore is called so (AWS Backup developer guide, "Restore testing inferred
        # metadata").
        databases = {"Aurora": ("Clusters", "cluster"), "RDS": ("Instances", "db")}
        for kind, (what, resource) in databases.items():
            if kind in kinds:
                yield Statement(
                    actions=[f"rds:DescribeDB{what}"],
                    resources=[arn("rds", f"{resource}:awsbackup-restore-test-*")],
                )
        if "EFS" in kinds:
            yield Statement(
                actions=["elasticfilesystem:DescribeFileSystems"],
                resources=[arn("elasticfilesystem", "file-system/*")],
            )
