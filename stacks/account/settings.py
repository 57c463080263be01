"""Settings of the accounts, whatever is deployed to them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from modules.assumed_role import AssumedRole
from modules.compute.repository.settings import ReplicationSettings
from modules.cost.settings import (
    AllocationTagSettings,
    BudgetSettings,
    CostAnomalySettings,
    UnusedResourceSettings,
)
from modules.delivery.github.settings import DeployedStack, GitHubRepository, GitHubSettings
from modules.errors import Problem, refusal
from modules.governance.defaults.settings import (
    AccountDefaultSettings,
    RegionDefaultSettings,
    ServiceLinkedRoleSettings,
)
from modules.governance.detection.settings import (
    AccessAnalyzerSettings,
    GuardDutySettings,
    SecurityHubSettings,
)
from modules.governance.recording.settings import ConfigSettings, TrailSettings
from modules.monitoring.settings import MonitoringSettings, TopicSettings
from modules.naming import Naming
from modules.settings import settings
from modules.tagging import TagPolicy, Tags
from modules.values import HostName, Line, Region
from stacks.entry import Entry
from stacks.environment import Environment

NAME = "account"
TAG_POLICY = TagPolicy(
    name="account", required=("Project", "Environment", "Owner", "CostCenter", "Service", "ManagedBy")
)
# Your own: docs/github.md. The numbers are those that `gh api repos/OWNER/NAME --jq .owner.id,.id` prints;
# while they are 0, no workflow is trusted.
REPOSITORY = GitHubRepository(owner="ohealth-ng", name="infrastructure", owner_id=0, id=0)


# The account of the stack `account`, and of every environment that names none. None: any account.
ACCOUNT_ID: str | None = None
# Who is told of findings and uses of the root user, at any hour; and of what can wait, costs among it.
ON_CALL = ("on-call@ohealth-ng.com",)
TEAM = ("platform@ohealth-ng.com",)


@settings
class TerraformCloudProject:
    """Where runs in Terraform Cloud come from (docs/terraform-cloud.md)."""

    organization: Line
    project: Line = "Default Project"
    hostname: HostName = "app.terraform.io"


@settings
class AccountSettings:
    """What an account has once, and in each of its regions. A part that is None is not created.

    `off` says, for each part that is None, why: which organization or account has it, or why nobody needs it.
    """

    environment: Environment
    # Who may deploy from GitHub.
    github: GitHubSettings | None
    # The project whose workspaces run the same stacks; it needs no reason.
    terraform_cloud: TerraformCloudProject | None = None
    # Once, in the first region.
    trail: TrailSettings | None = TrailSettings()
    account_defaults: AccountDefaultSettings | None = AccountDefaultSettings()
    service_linked_roles: ServiceLinkedRoleSettings | None = ServiceLinkedRoleSettings()
    budget: BudgetSettings | None
    anomalies: CostAnomalySettings | None = CostAnomalySettings()
    allocation_tags: AllocationTagSettings | None
    # In each region.
    config: ConfigSettings | None = ConfigSettings()
    guard_duty: GuardDutySettings | None = GuardDutySettings()
    security_hub: SecurityHubSettings | None = SecurityHubSettings()
    access_analyzer: AccessAnalyzerSettings | None = AccessAnalyzerSettings()
    region_defaults: RegionDefaultSettings | None = RegionDefaultSettings()
    unused_resources: UnusedResourceSettings | None = UnusedResourceSettings()
    # Who is told of findings, of uses of the root user, and of costs (by `warning`).
    findings: MonitoringSettings | None
    # Which images each region copies to others: those of stacks that come up again there.
    replication: Mapping[Region, ReplicationSettings] = field(default_factory=dict)
    off: Mapping[str, Line] = field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        """A part without its settings and a reason, or with both; parts that nobody would be told by."""
        for part in PARTS:
            is_off, reason = getattr(self, part) is None, self.off.get(part, "").strip()
            if is_off and not reason:
                fix = "say who has it instead, or set it"
                why = refusal(got="None, without a reason", allowed=f"None with off={{{part!r}: …}}", fix=fix)
                yield Problem(where=part, what=why)
        for part, reason in self.off.items():
            if part not in PARTS:
                why = refusal(got=repr(part), allowed=", ".join(PARTS), fix="correct the name")
                yield Problem(where="off", what=why)
            elif getattr(self, part) is not None:
                why = refusal(
                    got=f"{reason!r}, of a part that is on", allowed="parts that are None", fix="remove it"
                )
                yield Problem(where=f"off.{part}", what=why)
        if self.terraform_cloud and not self.github:
            fix = "set github too: its stacks are those that the roles are for"
            why = refusal(got="a project without github", allowed="a project beside github", fix=fix)
            yield Problem(where="terraform_cloud", what=why)
        if self.anomalies and not (self.findings or self.anomalies.emails):
            allowed = "emails of its own, or findings"
            why = refusal(got="nobody who is told", allowed=allowed, fix="set one of them")
            yield Problem(where="anomalies", what=why)


# What may be None with a reason in `off`.
PARTS = (
    "github",
    "trail",
    "account_defaults",
    "service_linked_roles",
    "budget",
    "anomalies",
    "allocation_tags",
    "config",
    "guard_duty",
    "security_hub",
    "access_analyzer",
    "region_defaults",
    "unused_resources",
    "findings",
)


def account_settings(
    products: Sequence[Entry], *, account_id: str | None = ACCOUNT_ID, role: AssumedRole | None = None
) -> AccountSettings:
    """The settings of an account, with deployers of those of `products` that are deployed to it."""
    environment = _environment(NAME, account_id=account_id, role=role)
    if account_id != ACCOUNT_ID:
        # Its first region is that of what is deployed to it.
        region = next(one.regions[0] for one in products if one.account_id == account_id and one.regions)
        environment = replace(environment, region=region)
    stacks = deployed_stacks(products, account_id)
    return AccountSettings(
        environment=environment,
        github=GitHubSettings(repository=REPOSITORY, stacks=stacks),
        # About a fifth above the budgets of all environments together.
        budget=BudgetSettings(monthly_usd=6_400, tag=None, emails=TEAM),
        allocation_tags=None,
        replication=image_replication(products, account_id),
        findings=MonitoringSettings(
            critical=TopicSettings(emails=ON_CALL), warning=TopicSettings(emails=TEAM)
        ),
        off={
            "allocation_tags": "AWS takes a key a day after its first use, in the account that pays alone: "
            "set it a day after the first environment was applied (docs/account.md)"
        },
    )


def image_replication(products: Sequence[Entry], account_id: str | None) -> dict[str, ReplicationSettings]:
    """What the registry of each region copies, for those of `products` that come up again in another region.

    All repositories of a product: its environments share some (docs/specification/ohi.md, "Delivery").
    """
    copied: dict[str, dict[str, tuple[str, ...]]] = {}
    for entry in products:
        if entry.recovery and entry.account_id == account_id:
            there = copied.setdefault(entry.regions[0], {})
            prefixes = (*there.get(entry.recovery.region, ()), f"{entry.product}-")
            there[entry.recovery.region] = tuple(dict.fromkeys(prefixes))
    return {region: ReplicationSettings(prefixes=prefixes) for region, prefixes in copied.items()}


def in_region(settings: AccountSettings, region: str) -> AccountSettings:
    """The settings of the same account in another of its regions, as `{NAME}-{region}`."""
    environment = settings.environment
    name = f"{environment.naming.environment}-{region}"
    other = _environment(name, account_id=environment.account_id, role=environment.role)
    return replace(settings, environment=replace(other, region=region))


def _environment(name: str, *, account_id: str | None, role: AssumedRole | None) -> Environment:
    tags = {
        "Project": "infrastructure",
        "Environment": name,
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
    return Environment(
        naming=Naming(product="infrastructure", environment=name),
        tags=Tags(policy=TAG_POLICY, values=tags),
        account_id=account_id,
        role=role,
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
            primary=entry.recovery_of,
        )
        for entry in products
        if entry.role is None and entry.account_id == account_id
    }
