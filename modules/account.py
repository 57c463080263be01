"""The AWS account, partition and region that a stack is deployed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from constructs import Construct


class Account(Construct):
    """Where a stack is deployed. Reads the account's id and partition from the provider."""

    def __init__(
        self, scope: Construct, id: str, *, region: str, allowed_ids: Sequence[str] | None = None
    ) -> None:
        super().__init__(scope, id)
        self.region = region
        self._allowed_ids = allowed_ids
        self._providers: dict[str, AwsProvider | None] = {region: None}
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

    def provider_in(self, region: str, tags: Mapping[str, str]) -> AwsProvider | None:
        """The provider of another region, made when it is first asked for; None in the stack's own region.

        A resource's own `region` argument would be shorter, but provider 5 has none.
        """
        if region not in self._providers:
            self._providers[region] = AwsProvider(
                self,
                f"aws-{region}",
                alias=region,
                region=region,
                allowed_account_ids=self._allowed_ids,
                default_tags=[AwsProviderDefaultTags(tags=dict(tags))],
            )
        return self._providers[region]
