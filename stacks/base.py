"""What every stack has: the AWS provider with its tags, a backend, and the versions it is valid with."""

from __future__ import annotations

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from constructs import Construct

import backend
from backend import BackendSettings
from modules.account import Account
from modules.context import Context
from stacks.environment import Environment

# Ephemeral values in write-only arguments need 1.11.
TERRAFORM_VERSIONS = ">= 1.11.0"


class Stack(TerraformStack):
    """A stack of one environment.

    Creates: the AWS provider, whose default tags reach every taggable resource; the backend that holds the
    state; the account's data sources.
    """

    def __init__(
        self, scope: Construct, name: str, *, environment: Environment, state: BackendSettings
    ) -> None:
        super().__init__(scope, name)
        allowed_ids = [environment.account_id] if environment.account_id else None
        AwsProvider(
            self,
            "aws",
            region=environment.region,
            allowed_account_ids=allowed_ids,
            default_tags=[AwsProviderDefaultTags(tags=dict(environment.tags.values))],
        )
        backend.configure(self, name, state)
        self.add_override("terraform.required_version", TERRAFORM_VERSIONS)
        self.context = Context(
            account=Account(self, "account", region=environment.region, allowed_ids=allowed_ids),
            naming=environment.naming,
            tags=environment.tags,
        )
