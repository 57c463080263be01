"""Tests of restores."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.backup_restore_testing_plan import (
    BackupRestoreTestingPlan,
    BackupRestoreTestingPlanRecoveryPointSelection,
)
from cdktf_cdktf_provider_aws.backup_restore_testing_selection import BackupRestoreTestingSelection
from constructs import Construct

from ...context import Context
from ...naming import Limit
from .role import BackupRole
from .settings import ResourceType, RestoreTesting
from .vault import Vault


class RestoreTests(Construct):
    """The plan that restores backups of one vault on trial, and deletes again what it restored.

    Creates: the restore testing plan, and a selection for each kind of resource, with its `metadata`: what a
    restore needs to know beyond what AWS Backup infers, such as the subnet group of a database (AWS Backup
    developer guide, "Restore testing inferred metadata").
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
    ) -> None:
        super().__init__(scope, id)
        plan = BackupRestoreTestingPlan(
            self,
            "Default",
            # The API takes letters, digits and underscores.
            name=context.naming.of(Limit.RESTORE_TESTING, name).replace("-", "_"),
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
            BackupRestoreTestingSelection(
                self,
                kind.lower(),
                name=kind.lower(),
                restore_testing_plan_name=plan.name,
                protected_resource_type=kind,
                # The vault has this environment's only.
                protected_resource_arns=["*"],
                iam_role_arn=role.arn,
                restore_metadata_overrides=dict(metadata[kind]) if kind in metadata else None,
                validation_window_hours=settings.validation_window_hours,
                depends_on=role.attachments,
            )
