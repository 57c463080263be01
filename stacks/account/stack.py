"""The stacks of an account: that of its first region, and those of its others."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import TerraformOutput
from cdktf_cdktf_provider_aws.provider import AwsProvider
from constructs import Construct

from backend import BackendSettings, S3States
from backend.deployers import StateAccess
from modules.delivery.github.applying import applying, guards
from modules.delivery.github.deployers import GitHubDeployers, States
from modules.delivery.github.permissions import RANDOM, Place
from modules.delivery.github.settings import GitHubSettings
from modules.delivery.terraform_cloud.settings import TerraformCloudSettings, WorkspaceSettings
from modules.delivery.terraform_cloud.terraform_cloud import TerraformCloud
from modules.iam.policy import Statement
from stacks.account.parts import create_account, create_region
from stacks.account.settings import NAME, AccountSettings, TerraformCloudProject
from stacks.base import WARNING, Stack
from stacks.state_backend.settings import NAME as STATES
from stacks.state_backend.settings import RECOVERY as RECOVERY_STATES

UNKNOWN = (
    "GitHub's workflows are not trusted yet: enter owner_id and id of REPOSITORY in "
    "stacks/account/settings.py (docs/github.md)"
)


class RegionStack(Stack):
    """What an account has in each region that its stacks use. People apply it, never a workflow.

    Creates, unless it is switched off: AWS Config, GuardDuty, Security Hub, Access Analyzer, the region's
    defaults, the report of unused resources, and the topics that are told of findings. Terraform refuses the
    accounts `forbidden`, which have stacks of their own.
    """

    # Whether it is the stack of the account's first region.
    is_first = False

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: AccountSettings,
        state: BackendSettings,
        forbidden: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, name, environment=settings.environment, state=state)
        if settings.environment.allowed_account_id is None and forbidden:
            self._forbid(forbidden)
        self.topic = create_region(self, self.context, settings, with_global=self.is_first)

    def _forbid(self, accounts: Sequence[str]) -> None:
        for provider in self.node.find_all():
            if isinstance(provider, AwsProvider):
                provider.forbidden_account_ids = list(accounts)


class AccountStack(RegionStack):
    """What an account has once, in its first region. People apply it: it decides who may deploy.

    Creates, beside what each region has: with `github`, the OIDC provider of GitHub Actions and the roles of
    its workflows, which may read the states of the stacks `planned`; the trail of all regions; defaults of
    the account; service-linked roles; its budget, anomalies and allocation tags.
    """

    is_first = True

    def __init__(
        self,
        scope: Construct,
        name: str = NAME,
        *,
        settings: AccountSettings,
        states: S3States,
        planned: Sequence[str],
        state: BackendSettings,
        forbidden: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, name, settings=settings, state=state, forbidden=forbidden)
        self._states = states
        if settings.github:
            self._create_deployers(settings.github, planned)
        if settings.github and settings.terraform_cloud:
            self._create_runs(settings.terraform_cloud, settings.github)
        buckets = sorted({self._states.of(one).bucket for one in (STATES, RECOVERY_STATES)})
        create_account(self, self.context, settings, buckets=buckets, topic=self.topic)

    def _create_deployers(self, settings: GitHubSettings, planned: Sequence[str]) -> None:
        access = self._access(settings, planned)
        deployers = GitHubDeployers(self, "github", context=self.context, settings=settings, states=access)
        TerraformOutput(self, "role-arns", value=deployers.role_arns, static_id=True)
        if not settings.repository.is_known:
            # As in the base class: `Annotations.of` would add a stack trace.
            self.node.add_metadata(WARNING, UNKNOWN)

    def _create_runs(self, project: TerraformCloudProject, deployed: GitHubSettings) -> None:
        """The roles of runs in Terraform Cloud, which may what GitHub's roles of the same stacks may."""
        account = self.context.account
        runs = account.arn("iam", f"role/{self.context.naming.base}-*", region="")
        workspaces = {}
        for name, stack in deployed.stacks.items():
            place = Place(partition=account.partition, account_id=account.id, region=stack.regions[0])
            workspaces[name] = WorkspaceSettings(
                plan=[RANDOM],
                plan_policies=[f"arn:{account.partition}:iam::aws:policy/ReadOnlyAccess"],
                apply=[*applying(name, stack, place), *guards(runs, self._states.default().kms_key_id)],
            )
        cloud = TerraformCloud(
            self,
            "terraform-cloud",
            context=self.context,
            settings=TerraformCloudSettings(
                organization=project.organization,
                project=project.project,
                hostname=project.hostname,
                workspaces=workspaces,
            ),
        )
        TerraformOutput(self, "terraform-cloud-plan-roles", value=cloud.plan_roles, static_id=True)
        TerraformOutput(self, "terraform-cloud-apply-roles", value=cloud.apply_roles, static_id=True)

    def _access(self, settings: GitHubSettings, planned: Sequence[str]) -> States:
        """Access to the states in the buckets of the account: the one of all, and that of recoveries."""
        account = self.context.account
        buckets = {self._states.of(STATES): ""}
        buckets.setdefault(self._states.of(RECOVERY_STATES), "OfRecoveries")
        reading: list[Statement] = []
        locking, writing = {}, {}
        for s3, name in buckets.items():
            if not (here := [stack for stack in planned if self._states.of(stack) == s3]):
                continue
            access = StateAccess(s3, partition=account.partition, account_id=account.id, name=name)
            reading += access.reading(here)
            for stack in settings.stacks:
                if stack in here:
                    locking[stack], writing[stack] = access.locking(stack), access.writing(stack)
        alias = self._states.default().kms_key_id
        arns = [f"arn:{account.partition}:s3:::{s3.bucket}" for s3 in buckets]
        return States(reading=reading, locking=locking, writing=writing, alias=alias, buckets=arns)
