"""The state backend's one environment, shared by all products. Pure."""

from __future__ import annotations

from backend import S3States
from backend.state_backend_settings import StateBackendSettings
from modules.naming import Naming
from modules.settings import settings
from modules.tagging import TagPolicy, Tags
from stacks.environment import Environment

NAME = "state-backend"
TAG_POLICY = TagPolicy(
    name="state backend", required=("Project", "Environment", "Owner", "CostCenter", "Service", "ManagedBy")
)


@settings
class StateBackendStackSettings:
    """The stack that creates what a `*.s3.tfbackend` file names, in the region that the file names."""

    environment: Environment
    backend: StateBackendSettings


def state_backend_settings(states: S3States, stacks: tuple[str, ...]) -> StateBackendStackSettings:
    """The state backend of `states`, with a policy for each of `stacks` that keeps its state there."""
    s3 = states.of(NAME)
    here = tuple(stack for stack in stacks if states.of(stack) == s3)
    tags = {
        "Project": "infrastructure",
        "Environment": "shared",
        "Owner": "platform-team",
        "CostCenter": "platform",
        "Service": NAME,
        "ManagedBy": "Terraform",
        "CreatedBy": "cdktf",
        "CreatedDate": "2026-11-21",
        # States hold no secret's value, but they say where everything is.
        "DataClassification": "confidential",
        "BackupPolicy": "versioned",
        "Compliance": "none",
    }
    environment = Environment(
        naming=Naming(product="infrastructure", environment="shared"),
        tags=Tags(policy=TAG_POLICY, values=tags),
        region=s3.region,
    )
    return StateBackendStackSettings(
        environment=environment, backend=StateBackendSettings(s3=s3, stacks=here)
    )
