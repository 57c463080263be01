"""Settings of the state backend, which all products share. Pure."""

from backend import S3States
from backend.state_backend_settings import StateBackendSettings
from modules.errors import ProblemsError
from modules.naming import Naming
from modules.resilience.recovery.settings import SUFFIX
from modules.settings import settings
from modules.tagging import TagPolicy, Tags
from stacks.environment import Environment

NAME = "state-backend"
# Of the states of recovery stacks, in another region.
RECOVERY = f"{NAME}{SUFFIX}"
TAG_POLICY = TagPolicy(
    name="state backend", required=("Project", "Environment", "Owner", "CostCenter", "Service", "ManagedBy")
)


@settings
class StateBackendStackSettings:
    """Settings of the stack that creates the S3 backend of a `*.s3.tfbackend` file, in the file's region."""

    environment: Environment
    backend: StateBackendSettings


def state_backend_settings(
    states: S3States, stacks: tuple[str, ...], *, name: str = NAME
) -> StateBackendStackSettings:
    """The settings of the state backend `name`, with a policy for each of `stacks` that has its state there.

    Raises ProblemsError when that of recoveries is in the same region as the other.
    """
    s3 = states.of(name)
    if name == RECOVERY:
        problems = list(states.region_problems(name, primary_region=states.of(NAME).region))
        if problems:
            raise ProblemsError(problems)
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
        # States hold no secret values, but reveal the architecture.
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
