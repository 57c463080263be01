"""The context that all modules of a stack share: account, names and tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags

from .account import Account, assume_role
from .assumed_role import AssumedRole
from .errors import ProblemsError, refusal
from .naming import Naming
from .pause.variable import Paused
from .provider import ProviderVersions
from .regions import GLOBAL_REGION
from .resilience.recovery.standby import Standby
from .tagging import TagPolicy, Tags

_FEW_TAGS = 10


@dataclass(frozen=True, kw_only=True)
class Context:
    """The account, the names and the tags of a stack's resources.

    `copy_regions` are the other regions that data may be copied to. `standby`: the stack is the recovery of
    another one, in a second region; it stands by until its variable `recovery_active` is true. `primary`: the
    names of that other one, whose images it runs. `permissions_boundary`: the name of the account's policy
    that bounds each role.
    """

    account: Account
    naming: Naming
    tags: Tags
    copy_regions: tuple[str, ...] = ()
    standby: bool = False
    permissions_boundary: str | None = None
    primary: Naming | None = None

    @classmethod
    def of(
        cls,
        stack: TerraformStack,
        *,
        product: str,
        environment: str,
        region: str,
        tags: Mapping[str, str] | None = None,
        account_id: str | None = None,
        role: AssumedRole | None = None,
        copy_regions: Sequence[str] = (),
        standby: bool = False,
        provider: ProviderVersions | None = None,
        permissions_boundary: str | None = None,
    ) -> Context:
        """The context of a stack that has no AWS provider yet.

        Creates: the provider of `region`, whose default tags are `tags` with Environment among them; the
        account's data sources. Names begin with `{product}-{environment}-`. With `account_id`, Terraform
        refuses every other account; with `role`, it makes every request as that role. Data may be copied to
        `copy_regions`; remove one of them an apply later than the last copy in it. `standby` and
        `permissions_boundary`: see the class. `provider`: the versions of the AWS provider, by default all
        that the modules are written for.
        Raises ProblemsError when the stack has an AWS provider already.
        """
        values = {"Environment": environment, **(tags or {})}
        policy = TagPolicy(name=product, required=tuple(values))
        return cls.deployed(
            stack,
            naming=Naming(product=product, environment=environment),
            tags=Tags(policy=policy, values=values),
            region=region,
            account_id=account_id,
            role=role,
            copy_regions=copy_regions,
            standby=standby,
            provider=provider,
            permissions_boundary=permissions_boundary,
        )

    @classmethod
    def deployed(
        cls,
        stack: TerraformStack,
        *,
        naming: Naming,
        tags: Tags,
        region: str,
        account_id: str | None = None,
        role: AssumedRole | None = None,
        copy_regions: Sequence[str] = (),
        standby: bool = False,
        provider: ProviderVersions | None = None,
        permissions_boundary: str | None = None,
        primary: Naming | None = None,
    ) -> Context:
        """The context from existing names and tags; like `of` otherwise."""
        if any(isinstance(child, AwsProvider) and not child.alias for child in stack.node.children):
            why = refusal(
                got="a second AWS provider",
                allowed="one that the context creates",
                fix="remove yours, or make Context(account=Account(…), naming=…, tags=…) beside it",
            )
            raise ProblemsError.one("Context", why)
        allowed_ids = [account_id] if account_id else None
        AwsProvider(
            stack,
            "aws",
            region=region,
            allowed_account_ids=allowed_ids,
            assume_role=assume_role(role),
            default_tags=[AwsProviderDefaultTags(tags=dict(tags.values))],
        )
        account = Account(
            stack, "account", region=region, allowed_ids=allowed_ids, role=role, provider=provider
        )
        context = cls(
            account=account,
            naming=naming,
            tags=tags,
            copy_regions=tuple(copy_regions),
            standby=standby,
            permissions_boundary=permissions_boundary,
            primary=primary,
        )
        context._create_other_providers()
        if standby:
            # There is always one to pass: commands don't know what of the stack depends on it.
            Standby(stack)
        return context

    @property
    def image_naming(self) -> Naming:
        """The names of repositories and of the images' moving tag: those of the primary in a recovery."""
        return self.primary or self.naming

    @property
    def region(self) -> str:
        """The region of the stack's default provider."""
        return self.account.region

    @property
    def boundary_arn(self) -> str | None:
        """The ARN of the policy that bounds each role of the stack; None without one."""
        name = self.permissions_boundary
        return self.account.arn("iam", f"policy/{name}", region="") if name else None

    @cached_property
    def pause(self) -> Paused:
        """Whether the stack is paused, as expressions of its variable `infrastructure_paused`.

        A recovery stack that stands by is as if it were paused. Creates, at the first use in a stack: the
        variable and the output of its name.
        """
        return Paused(TerraformStack.of(self.account), standby=self.recovery)

    @cached_property
    def recovery(self) -> Standby | None:
        """Whether a recovery stack serves, as expressions of its variable `recovery_active`; None for others.

        Creates, in a stack with `standby` that has none yet: the variable and the output of its name.
        """
        return Standby(TerraformStack.of(self.account)) if self.standby else None

    def provider_with_limited_tags(self, *, own: int) -> AwsProvider | None:
        """The provider for a resource that takes ten tags, `own` of them its own; None where all fit.

        Route 53 hosted zones and health checks (Route 53 API: ChangeTagsForResource, AddTags) and S3 objects
        (Amazon S3 user guide, "Categorizing your objects using tags").
        """
        tags = self.tags.limited(_FEW_TAGS - own)
        return None if tags == self.tags.values else self.account.provider_with("few-tags", tags)

    @property
    def global_provider(self) -> AwsProvider | None:
        """The provider of us-east-1, for what CloudFront and Route 53 use; None where the stack is there."""
        return self.account.provider_in(GLOBAL_REGION, self.tags.values)

    def provider_in(self, region: str) -> AwsProvider | None:
        """The provider of a region that data is copied to; None for the stack's own region.

        Raises ProblemsError for a region that is not among `copy_regions`.
        """
        if region not in (self.region, GLOBAL_REGION, *self.copy_regions):
            why = refusal(
                got=repr(region),
                allowed=", ".join(self.copy_regions) or "no other region",
                fix="add it to copy_regions of the environment, and keep it there until an apply has deleted "
                "its last copy",
            )
            raise ProblemsError.one(f"{self.naming.base}.copy_regions", why)
        return self.account.provider_in(region, self.tags.values)

    def _create_other_providers(self) -> None:
        """Create the providers that a resource may need.

        Terraform deletes a resource with its provider: one that left the configuration together with its last
        resource fails ("Provider configuration not present"). It starts none that nothing uses.
        """
        for region in (GLOBAL_REGION, *self.copy_regions):
            self.account.provider_in(region, self.tags.values)
        # Tags that can't be limited allow no hosted zone, so there is none to delete either.
        with suppress(ProblemsError):
            self.provider_with_limited_tags(own=1)
