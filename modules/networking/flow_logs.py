"""VPC flow logs in CloudWatch."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.flow_log import FlowLog
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from ..context import Context
from ..iam.policy import Statement, policy_document
from ..kms.key import Key
from ..naming import Limit
from .settings import FlowLogSettings


class FlowLogs(Construct):
    """Flow logs of accepted and rejected traffic in one log group.

    Creates: the log group, a role that may write to it only, the flow log.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        vpc_id: str,
        settings: FlowLogSettings,
        log_key: Key | None = None,
    ) -> None:
        super().__init__(scope, id)
        naming = context.naming
        group = CloudwatchLogGroup(
            self,
            "log-group",
            name=naming.path(Limit.LOG_GROUP, "/vpc", "flow-logs"),
            retention_in_days=settings.retention_days,
            kms_key_id=log_key.arn if log_key else None,
        )
        role = self._create_role(context, group)
        FlowLog(
            self,
            "Default",
            vpc_id=vpc_id,
            traffic_type="ALL",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=settings.aggregation_seconds,
            tags={"Name": naming.of(Limit.TAG, "flow-logs")},
        )

    def _create_role(self, context: Context, group: CloudwatchLogGroup) -> IamRole:
        # Amazon VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs", narrowed to one
        # group; the condition prevents the confused deputy problem.
        trust = Statement(
            actions=["sts:AssumeRole"],
            services=["vpc-flow-logs.amazonaws.com"],
            conditions={"StringEquals": {"aws:SourceAccount": context.account.id}},
        )
        role = IamRole(
            self,
            "role",
            name=context.naming.of(Limit.IAM_ROLE, "flow-logs"),
            permissions_boundary=context.boundary_arn,
            assume_role_policy=policy_document(trust),
        )
        IamRolePolicy(
            self,
            "policy",
            name="write-flow-logs",
            role=role.id,
            policy=policy_document(
                Statement(
                    actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                    resources=[group.arn, f"{group.arn}:*"],
                )
            ),
        )
        return role
