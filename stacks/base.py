"""Base class of stacks: AWS provider with default tags, backend, Terraform version."""

from __future__ import annotations

from cdktf import TerraformStack
from constructs import Construct

import backend
from backend import BackendSettings
from modules.context import Context
from stacks.environment import Environment

# Write-only arguments need Terraform 1.11.
TERRAFORM_VERSIONS = ">= 1.11.0"


class Stack(TerraformStack):
    """A stack of one environment.

    Creates: the AWS provider with the environment's tags as default tags; the backend; the account's data
    sources.
    """

    def __init__(
        self, scope: Construct, name: str, *, environment: Environment, state: BackendSettings
    ) -> None:
        super().__init__(scope, name)
        backend.configure(self, name, state)
        self.add_override("terraform.required_version", TERRAFORM_VERSIONS)
        self.context = Context.deployed(
            self,
            naming=environment.naming,
            tags=environment.tags,
            region=environment.region,
            account_id=environment.account_id,
        )
