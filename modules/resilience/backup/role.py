"""The roles of AWS Backup."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement, policy_document
from ...naming import Limit

# AWS Backup developer guide, "Managed policies for AWS Backup": id of the attachment → policy.
BACKING_UP = {"policy": "service-role/AWSBackupServiceRolePolicyForBackup"}
BACKING_UP_BUCKETS = {"bucket-policy": "AWSBackupServiceRolePolicyForS3Backup"}
RESTORING = {"policy": "service-role/AWSBackupServiceRolePolicyForRestores"}
RESTORING_BUCKETS = {"bucket-policy": "AWSBackupServiceRolePolicyForS3Restore"}


class BackupRole(Construct):
    """A role that AWS Backup alone may assume: either to back up or to restore, so that neither can do both.

    Creates: the role with AWS's managed policies. They are kept in step with what each service asks for: a
    statement that was missing in a policy of one's own would show as a backup that failed, or as a restore
    that did, on the day it was needed.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, name: str, policies: Mapping[str, str]
    ) -> None:
        super().__init__(scope, id)
        trust = Statement(actions=["sts:AssumeRole"], services=["backup.amazonaws.com"])
        self._role = IamRole(
            self,
            "Default",
            name=context.naming.of(Limit.IAM_ROLE, name),
            permissions_boundary=context.boundary_arn,
            assume_role_policy=policy_document(trust),
        )
        self.attachments = [
            IamRolePolicyAttachment(
                self,
                key,
                role=self._role.name,
                policy_arn=f"arn:{context.account.partition}:iam::aws:policy/{policy}",
            )
            for key, policy in policies.items()
        ]

    @cached_property
    def arn(self) -> str:
        """The role's ARN."""
        return str(self._role.arn)
