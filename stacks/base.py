"""Base class of stacks: AWS provider with default tags, backend, Terraform version."""

from __future__ import annotations

from cdktf import TerraformStack
from constructs import Construct

import backend
from backend import BackendSettings, S3States
from modules.context import Context
from modules.errors import ProblemsError
from modules.resilience.recovery.settings import Primary
from stacks.environment import Environment

# Write-only arguments need Terraform 1.11.
TERRAFORM_VERSIONS = ">= 1.11.0"
ANY_ACCOUNT = "any AWS account is allowed for production; set Environment(account_id=…) in its settings"
# What the CDKTF command line prints as a warning (cdktf 0.21, AnnotationMetadataEntryType.WARN).
WARNING = "@cdktf/warn"


class Stack(TerraformStack):
    """A stack of one environment.

    Creates: the AWS provider with the environment's tags as default tags; the backend; the account's data
    sources. Warns, as an annotation, of a production that any account may be.

    With `primary`, the stack stands by until it takes over from it. Raises ProblemsError when its state would
    be lost with the primary's region.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        environment: Environment,
        state: BackendSettings,
        primary: Primary | None = None,
    ) -> None:
        super().__init__(scope, name)
        if primary and isinstance(state, S3States):
            problems = list(state.region_problems(name, primary_region=primary.region))
            if problems:
                raise ProblemsError(problems)
        backend.configure(self, name, state)
        self.add_override("terraform.required_version", TERRAFORM_VERSIONS)
        self.context = Context.deployed(
            self,
            naming=environment.naming,
            tags=environment.tags,
            region=environment.region,
            account_id=environment.allowed_account_id,
            role=environment.role,
            copy_regions=environment.copy_regions,
            provider=environment.provider,
            permissions_boundary=environment.permissions_boundary,
            standby=primary is not None,
            primary=primary.naming if primary else None,
        )
        if environment.account_is_open:
            # `Annotations.of` would add a stack trace, whose paths differ with every synthesis.
            self.node.add_metadata(WARNING, ANY_ACCOUNT)
