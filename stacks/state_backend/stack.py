"""The stack of the state backend."""

from __future__ import annotations

from cdktf import TerraformOutput
from constructs import Construct

from backend import BackendSettings
from backend.state_backend import StateBackend
from stacks.base import Stack
from stacks.state_backend.settings import StateBackendStackSettings


class StateBackendStack(Stack):
    """An S3 backend of stacks, itself included. Its first apply has a local state.

    Creates: the bucket, the lock table and the key, and a policy for each stack's state.
    """

    def __init__(
        self, scope: Construct, name: str, *, settings: StateBackendStackSettings, state: BackendSettings
    ) -> None:
        super().__init__(scope, name, environment=settings.environment, state=state)
        states = StateBackend(self, "states", context=self.context, settings=settings.backend)
        TerraformOutput(self, "bucket", value=states.bucket_name, static_id=True)
        TerraformOutput(self, "key-arn", value=states.key_arn, static_id=True)
        TerraformOutput(self, "policy-arns", value=states.policy_arns, static_id=True)
