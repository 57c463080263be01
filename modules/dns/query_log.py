"""DNS query logging of a hosted zone in CloudWatch."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_log_resource_policy import CloudwatchLogResourcePolicy
from cdktf_cdktf_provider_aws.route53_query_log import Route53QueryLog
from constructs import Construct

from ..context import Context
from ..iam.policy import Statement, policy_document
from ..naming import Limit
from ..regions import GLOBAL_REGION


class QueryLog(Construct):
    """Query logging of a hosted zone, in us-east-1, which Route 53 requires.

    Creates: the log group, a resource policy that lets Route 53 write to it, the logging configuration.
    Source: Amazon Route 53 developer guide, "Public DNS query logging".
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, domain: str, zone_id: str, days: int
    ) -> None:
        super().__init__(scope, id)
        provider = context.global_provider
        name = f"/aws/route53/{domain}"
        group = CloudwatchLogGroup(self, "log-group", name=name, retention_in_days=days, provider=provider)
        policy = CloudwatchLogResourcePolicy(
            self,
            "policy",
            policy_name=context.naming.of(Limit.LOG_GROUP, "route53-queries"),
            policy_document=policy_document(
                Statement(
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=[context.account.arn("logs", f"log-group:{name}:*", region=GLOBAL_REGION)],
                    services=["route53.amazonaws.com"],
                    conditions={"StringEquals": {"aws:SourceAccount": context.account.id}},
                )
            ),
            provider=provider,
        )
        Route53QueryLog(
            self,
            "Default",
            zone_id=zone_id,
            cloudwatch_log_group_arn=group.arn,
            depends_on=[policy],
            provider=provider,
        )
