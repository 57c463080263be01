"""The AWS account, partition and region that a stack is deployed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import cast

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderAssumeRole, AwsProviderDefaultTags
from constructs import Construct

from .assumed_role import AssumedRole
from .errors import Problem, refusal
from .provider import ProviderVersions, Requirement
from .settings import refuse


class Account(Construct):
    """The account, partition and region of a stack.

    Creates: the data sources of the account's id and partition. Constrains the stack's AWS provider to
    `provider`, by default all versions that the modules are written for.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        region: str,
        allowed_ids: Sequence[str] | None = None,
        role: AssumedRole | None = None,
        provider: ProviderVersions | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.region = region
        self._versions = provider or ProviderVersions()
        self._allowed_ids, self._role = allowed_ids, role
        self._providers: dict[str, AwsProvider | None] = {region: None}
        self._stack = TerraformStack.of(self)
        self._required: list[str] = []
        self._constrain_provider()
        self.id: str = DataAwsCallerIdentity(self, "Default").account_id
        self._partition = DataAwsPartition(self, "partition")

    @cached_property
    def partition(self) -> str:
        """`aws`, or `aws-cn` and the like elsewhere."""
        return str(self._partition.partition)

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        """The ARN of a resource of this account, in its region: `account.arn("logs", "log-group:/x:*")`."""
        place = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{place}:{self.id}:{resource}"

    def require_provider(self, required: Requirement, *, where: str) -> None:
        """Raise the lowest version of the stack's AWS provider, unless it is higher already.

        `where` is the path of the setting. Raises ProblemsError if the stack takes no such version; inside
        `collecting_problems()`, with those of all settings together.
        """
        if not self._versions.reach(required.version):
            why = refusal(
                got=f"{required.setting}, which needs the AWS provider {required.version} or newer",
                allowed=f"what the versions of {self._stack.node.id} have, {self._versions.constraint()}",
                fix="leave it out, or take newer ones by Environment(provider=ProviderVersions()); "
                "docs/versions.md says what to know of them",
            )
            refuse(Problem(where=where, what=why))
            return
        self._required.append(required.version)
        self._constrain_provider()

    def _constrain_provider(self) -> None:
        path = "terraform.required_providers.aws.version"
        self._stack.add_override(path, self._versions.constraint(*self._required))

    def provider_with(self, name: str, tags: Mapping[str, str]) -> AwsProvider:
        """The provider of the stack's region with other default tags, made when it is first asked for."""
        if name not in self._providers:
            self._providers[name] = self._create_provider(name, self.region, tags)
        return cast("AwsProvider", self._providers[name])

    def provider_in(self, region: str, tags: Mapping[str, str]) -> AwsProvider | None:
        """The provider of another region, created at its first use; None for the stack's own region.

        A resource's own `region` argument would be shorter, but provider 5 has none.
        """
        if region not in self._providers:
            self._providers[region] = self._create_provider(region, region, tags)
        return self._providers[region]

    def _create_provider(self, alias: str, region: str, tags: Mapping[str, str]) -> AwsProvider:
        return AwsProvider(
            self,
            f"aws-{alias}",
            alias=alias,
            region=region,
            allowed_account_ids=self._allowed_ids,
            assume_role=assume_role(self._role),
            default_tags=[AwsProviderDefaultTags(tags=dict(tags))],
        )


def assume_role(role: AssumedRole | None) -> list[AwsProviderAssumeRole] | None:
    """The block of a provider that assumes a role; None without one."""
    return [AwsProviderAssumeRole(**role.arguments)] if role else None
