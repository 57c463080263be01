"""Dashboard widgets, alarms and events of backups. Pure.

Source: AWS Backup developer guide, "AWS Backup metrics with Amazon CloudWatch" and "Monitoring AWS Backup
events using Amazon EventBridge".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...functions.alarms import failing, function_metrics
from ...monitoring.monitored import AlarmRule, EventRule, Monitored, Widget
from ...monitoring.resource_metrics import ResourceMetrics

_DAY = 86_400
# EXPIRED: it didn't begin in time. PARTIAL: a part of it failed.
_FAILED = ["FAILED", "ABORTED", "EXPIRED", "PARTIAL"]


def backups(
    *,
    key: str,
    vault_name: str,
    vault_arn: str,
    restore_role_arn: str,
    daily: bool,
    validation: str | None = None,
) -> Monitored:
    """A vault, by its name and ARN; `daily`: something is backed up every day.

    `validation`: the name of the function that looks at what restore tests restore.
    """
    vault = ResourceMetrics("AWS/Backup", {"BackupVaultName": vault_name}, period=_DAY)
    completed = vault.metric("NumberOfBackupJobsCompleted", "Sum", "completed")
    failed = vault.metric("NumberOfBackupJobsFailed", "Sum", "failed")
    nothing = AlarmRule(
        key="nothing-backed-up",
        severity="critical",
        series=completed,
        comparison="<",
        threshold=1,
        periods=2,
        # No data is the very fault: a job that never begins reports nothing.
        missing_data="breaching",
        description="No backup was completed for two days. Look at the jobs in AWS Backup: whether it is "
        "switched on for the service (Settings, Service opt-in), and whether the tag BackupPolicy is still "
        "on what it was on. A new environment has none before its first days are over.",
    )
    return Monitored(
        key=key,
        title="Backups",
        group="database",
        widgets=(
            Widget(
                title="Backup jobs",
                series=(completed, failed),
                unit="a day",
                alarms=("nothing-backed-up",) if daily else (),
            ),
        ),
        alarms=(*((nothing,) if daily else ()), *((_invalid(validation),) if validation else ())),
        events=(
            _event(
                "backup-failed",
                "Backup Job State Change",
                {"state": _FAILED, "backupVaultArn": [vault_arn]},
                "Something was not backed up. The job says why; start it again from AWS Backup if the next "
                "one of the plan is too far away.",
            ),
            _event(
                "copy-failed",
                "Copy Job State Change",
                {"state": _FAILED, "sourceBackupVaultArn": [vault_arn]},
                "A backup was not copied to the second region. The job says why; copy the recovery point "
                "again from AWS Backup.",
            ),
            # Restores have a status, the others a state.
            _event(
                "restore-failed",
                "Restore Job State Change",
                {"status": ["FAILED", "ABORTED"], "iamRoleArn": [restore_role_arn]},
                "A restore failed, of a test or of a person. If it was a test, the backup may be of no use: "
                "restore it by hand before you rely on it.",
            ),
        ),
    )


def _invalid(function_name: str) -> AlarmRule:
    return failing(
        function_metrics(function_name),
        key="restore-invalid",
        description="What a restore test restored is not whole, not encrypted or within reach, or could not "
        "be looked at. The log of the function says which, and so does the validation of the restore job.",
    )


def _event(key: str, kind: str, detail: Mapping[str, Any], description: str) -> EventRule:
    pattern = {"source": ["aws.backup"], "detail-type": [kind], "detail": dict(detail)}
    return EventRule(
        key=key,
        severity="warning",
        pattern=pattern,
        message="$.detail.statusMessage",
        description=description,
    )
