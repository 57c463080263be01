"""What every stack has: the AWS provider with its tags, a backend, and the versions it is valid with."""

from __future__ import annotations

from cdktf import TerraformStack
from constructs import Construct

import backend
from backend import BackendSettings
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
        backend.configure(self, name, state)
        self.add_override("terraform.required_version", TERRAFORM_VERSIONS)
        self.context = Context.deployed(
            self,
            naming=environment.naming,
            tags=environment.tags,
            region=environment.region,
            account_id=environment.account_id,
        )
