"""Access logs of a CloudFront distribution in S3."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudwatch_log_delivery import CloudwatchLogDelivery
from cdktf_cdktf_provider_aws.cloudwatch_log_delivery_destination import (
    CloudwatchLogDeliveryDestination,
    CloudwatchLogDeliveryDestinationDeliveryDestinationConfiguration,
)
from cdktf_cdktf_provider_aws.cloudwatch_log_delivery_source import CloudwatchLogDeliverySource
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement
from ...naming import Limit
from ...regions import GLOBAL_REGION
from ...storage.bucket.log_bucket import LogBucket


class DistributionLogs(Construct):
    """CloudFront's standard logging (v2) in JSON.

    Creates: the bucket, whose logs expire; in us-east-1, which CloudFront requires, the delivery source, the
    delivery destination and the delivery.

    Standard logging (legacy) would need a bucket with ACLs, which AWS advises against. The delivery has no
    suffix path: AWS prepends `AWSLogs/{account}/CloudFront/` when it creates one and not when it changes one
    (terraform-provider-aws issue 46328). Source: Amazon CloudWatch Logs user guide, "Logs sent to Amazon S3"
    (V2 permissions).
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        name: str,
        distribution_arn: str,
        days: int,
        protected: bool,
    ) -> None:
        super().__init__(scope, id)
        provider, account = context.global_provider, context.account
        bucket = LogBucket(
            self, "bucket", context=context, name=name, retention_days=days, protected=protected
        )
        sources = account.arn("logs", "delivery-source:*", region=GLOBAL_REGION)
        bucket.allow(
            Statement(
                sid="AWSLogDeliveryWrite",
                actions=["s3:PutObject"],
                resources=[f"{bucket.arn}/AWSLogs/{account.id}/*"],
                services=["delivery.logs.amazonaws.com"],
                conditions={
                    "StringEquals": {
                        "s3:x-amz-acl": "bucket-owner-full-control",
                        "aws:SourceAccount": account.id,
                    },
                    "ArnLike": {"aws:SourceArn": sources},
                },
            )
        )
        physical_name = context.naming.of(Limit.LOG_DELIVERY, name)
        source = CloudwatchLogDeliverySource(
            self,
            "source",
            name=physical_name,
            log_type="ACCESS_LOGS",
            resource_arn=distribution_arn,
            provider=provider,
        )
        to_bucket = CloudwatchLogDeliveryDestinationDeliveryDestinationConfiguration(
            destination_resource_arn=bucket.arn
        )
        destination = CloudwatchLogDeliveryDestination(
            self,
            "destination",
            name=physical_name,
            output_format="json",
            delivery_destination_configuration=[to_bucket],
            provider=provider,
        )
        CloudwatchLogDelivery(
            self,
            "Default",
            delivery_source_name=source.name,
            delivery_destination_arn=destination.arn,
            depends_on=[bucket.policy],
            provider=provider,
        )
