"""What every module of one stack shares: the account, how things are named, how they are tagged."""

from __future__ import annotations

from dataclasses import dataclass

from cdktf_cdktf_provider_aws.provider import AwsProvider

from .account import Account
from .naming import Naming
from .tagging import Tags

# Where CloudFront takes its certificates, web ACLs and log deliveries from, and Route 53 its query logs.
GLOBAL_REGION = "us-east-1"


@dataclass(frozen=True, kw_only=True)
class Context:
    """Where a module is deployed, and what its resources are called and carry."""

    account: Account
    naming: Naming
    tags: Tags

    @property
    def region(self) -> str:
        """The stack's region."""
        return self.account.region

    @property
    def global_provider(self) -> AwsProvider | None:
        """The provider of us-east-1, for what CloudFront and Route 53 use; None where the stack is there."""
        return self.account.provider_in(GLOBAL_REGION, self.tags.values)
