"""The AWS account, partition and region that a stack is deployed to."""

from __future__ import annotations

from functools import cached_property

from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from constructs import Construct


class Account(Construct):
    """Where a stack is deployed. Reads the account's id and partition from the provider."""

    def __init__(self, scope: Construct, id: str, *, region: str) -> None:
        super().__init__(scope, id)
        self.region = region
        self.id: str = DataAwsCallerIdentity(self, "Default").account_id
        self._partition = DataAwsPartition(self, "partition")

    @cached_property
    def partition(self) -> str:
        """`aws`, or `aws-cn` and the like elsewhere."""
        return str(self._partition.partition)

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """The ARN of a resource of this account, in its region: `account.arn("logs", "log-group:/x:*")`."""
        place = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{place}:{self.id}:{resource}"
