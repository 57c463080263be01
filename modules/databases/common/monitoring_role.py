"""The IAM role of Enhanced Monitoring."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement, policy_document
from ...naming import Limit


class MonitoringRole(Construct):
    """The role with which RDS publishes Enhanced Monitoring; only RDS may assume it, for this account.

    Creates: the role with the AWS managed policy (Amazon RDS user guide, "Setting up and enabling Enhanced
    Monitoring"), which allows one log group only, `RDSOSMetrics`.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, name: str) -> None:
        super().__init__(scope, id)
        trust = Statement(
            actions=["sts:AssumeRole"],
            services=["monitoring.rds.amazonaws.com"],
            conditions={"StringEquals": {"aws:SourceAccount": context.account.id}},
        )
        self._role = IamRole(
            self,
            "Default",
            name=context.naming.of(Limit.IAM_ROLE, name, "monitoring"),
            permissions_boundary=context.boundary_arn,
            assume_role_policy=policy_document(trust),
        )
        self._attachment = IamRolePolicyAttachment(
            self,
            "policy",
            role=self._role.name,
            policy_arn=f"arn:{context.account.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
        )

    @property
    def arn(self) -> str:
        """The role's ARN."""
        return str(self._role.arn)
