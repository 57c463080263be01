"""Settings of the account, whatever is deployed to it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from modules.delivery.github.settings import DeployedStack, GitHubRepository, GitHubSettings
from modules.errors import Problem, refusal
from modules.naming import Naming
from modules.settings import settings
from modules.tagging import TagPolicy, Tags
from stacks.entry import Entry
from stacks.environment import Environment

NAME = "account"
TAG_POLICY = TagPolicy(
    name="account", required=("Project", "Environment", "Owner", "CostCenter", "Service", "ManagedBy")
)
# Your own: docs/github.md. The numbers are those that `gh api repos/OWNER/NAME --jq .owner.id,.id` prints;
# while they are 0, no workflow is trusted.
REPOSITORY = GitHubRepository(owner="ohealth-ng", name="infrastructure", owner_id=0, id=0)


@settings
class TerraformCloudProject:
    """Where runs in Terraform Cloud come from (docs/terraform-cloud.md)."""

    organization: str
    project: str = "Default Project"
    hostname: str = "app.terraform.io"


@settings
class AccountSettings:
    """What an account has once. A part that is None is not created.

    `github`: who may deploy from GitHub. `terraform_cloud`: the project whose workspaces run the same stacks.
    """

    environment: Environment
    github: GitHubSettings | None
    terraform_cloud: TerraformCloudProject | None = None

    def problems(self) -> Iterator[Problem]:
        """Runs in Terraform Cloud without the stacks that GitHub deploys."""
        if self.terraform_cloud and not self.github:
            fix = "set github too: its stacks are those that the roles are for"
            why = refusal(got="a project without github", allowed="a project beside github", fix=fix)
            yield Problem(where="terraform_cloud", what=why)


def account_settings(products: Sequence[Entry]) -> AccountSettings:
    """The settings of the account, with deployers of those of `products` that are deployed to it."""
    tags = {
        "Project": "infrastructure",
        "Environment": NAME,
        "Owner": "platform-team",
        "CostCenter": "platform",
        "Service": NAME,
        "ManagedBy": "Terraform",
        "CreatedBy": "cdktf",
        "CreatedDate": "2026-11-26",
        "DataClassification": "internal",
        "BackupPolicy": "none",
        "Compliance": "none",
    }
    environment = Environment(
        naming=Naming(product="infrastructure", environment=NAME),
        tags=Tags(policy=TAG_POLICY, values=tags),
    )
    stacks = deployed_stacks(products, environment.allowed_account_id)
    return AccountSettings(
        environment=environment, github=GitHubSettings(repository=REPOSITORY, stacks=stacks)
    )


def deployed_stacks(products: Sequence[Entry], account_id: str | None) -> dict[str, DeployedStack]:
    """Those of `products` that are deployed to the account by its own roles.

    A stack with a role of its own (`Environment(role=…)`) is deployed as that role, and not among them.
    """
    return {
        entry.name: DeployedStack(
            product=entry.product,
            regions=entry.regions,
            environment=entry.name,
            boundary=entry.permissions_boundary,
        )
        for entry in products
        if entry.role is None and entry.account_id == account_id
    }
