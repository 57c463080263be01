"""The OIDC provider of GitHub Actions in an account, and the roles of its workflows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from ...compute.repository.repository import Repository
from ...compute.repository.settings import RepositorySettings
from ...context import Context
from ...iam.policy import Statement, policy_document
from ...kms.key import Key
from ...naming import Limit
from .applying import applying, guards
from .boundary import boundary
from .permissions import Place, looking_for_drift, planning
from .releasing import releasing
from .settings import GitHubSettings
from .trust import AUDIENCE, HOST, PULL_REQUEST, trust

_HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class States:
    """What deployers may do with Terraform's states: read all, and by stack lock and write its own.

    `alias`: that of the states' key, which no deployer may destroy. `buckets`: the ARNs of the states'
    buckets, which no bounded role of a stack may use.
    """

    reading: Sequence[Statement] = ()
    locking: Mapping[str, Sequence[Statement]] = field(default_factory=dict)
    writing: Mapping[str, Sequence[Statement]] = field(default_factory=dict)
    alias: str | None = None
    buckets: Sequence[str] = ()


class GitHubDeployers(Construct):
    """What the workflows of one repository may do in the account.

    Creates: the OIDC provider; the role of pull requests, which reads states; the role of the nightly
    workflow, which reads everything; for each stack the role that releases, the role that applies, and the
    repository of BuildKit's cache; the policy that bounds the roles of stacks, where one asks for it. An
    account has one provider for GitHub: a second construct is refused by AWS.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        settings: GitHubSettings,
        states: States | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._context, self._settings, self._states = context, settings, states or States()
        # AWS trusts GitHub's certificate by its own list of authorities: no thumbprint.
        self._provider = IamOpenidConnectProvider(
            self, "Default", url=f"https://{HOST}", client_id_list=[AUDIENCE]
        )
        self.role_arns: dict[str, str] = {}
        self._deployers = context.account.arn("iam", f"role/{context.naming.base}-*", region="")
        for name in settings.boundaries:
            self._create_boundary(name)
        self._create_pull_request_role()
        if settings.stacks:
            self._create_nightly_role()
            self._create_stack_roles()

    def _create_boundary(self, name: str) -> None:
        IamPolicy(
            self,
            "boundary",
            name=name,
            description="What no role of a stack may, whatever its policies allow",
            policy=policy_document(*boundary(self._deployers, self._states.buckets)),
        )

    def _create_pull_request_role(self) -> None:
        reading = [*planning(self._context.region), *self._states.reading]
        self._create_role("pull-request", PULL_REQUEST, reading, ref=None)

    def _create_nightly_role(self) -> None:
        environment = f"environment:{self._settings.nightly_environment}"
        places = [(stack, self._place(stack)) for stack in self._settings.stacks]
        reading = [*looking_for_drift(places), *self._states.reading]
        role = self._create_role("nightly", environment, reading, ref=self._settings.ref)
        IamRolePolicyAttachment(
            self,
            "nightly-reading",
            role=role.name,
            policy_arn=f"arn:{self._context.account.partition}:iam::aws:policy/ReadOnlyAccess",
        )

    def _create_stack_roles(self) -> None:
        key = Key(self, "key", context=self._context, purpose="build-cache", protected=False)
        for stack, deployed in self._settings.stacks.items():
            place, ending = self._place(stack), f"environment:{deployed.environment}"
            cache = self._create_cache(stack, key)
            to_release = [
                *releasing(stack, deployed, place, cache),
                *self._states.locking.get(stack, ()),
            ]
            to_apply = [
                *applying(stack, deployed, place),
                *guards(self._deployers, self._states.alias),
                *self._states.writing.get(stack, ()),
            ]
            self._create_role(f"{stack}-release", ending, to_release, ref=self._settings.ref)
            self._create_role(f"{stack}-apply", ending, to_apply, ref=self._settings.ref)

    def _create_cache(self, stack: str, key: Key) -> str:
        """The repository of a stack's build cache: one stack's builds must not fill another's. Its ARN."""
        settings = RepositorySettings(
            tag_mutability="MUTABLE", shared=False, untagged_days=1, keep_images=20, protected=False
        )
        cache = Repository(
            self,
            f"{stack}-cache",
            context=self._context,
            service=f"cache-{stack}",
            key=key,
            settings=settings,
        )
        return self._context.account.arn("ecr", f"repository/{cache.name}")

    def _create_role(
        self, name: str, ending: str, statements: Sequence[Statement], *, ref: str | None
    ) -> IamRole:
        role = IamRole(
            self,
            f"{name}-role",
            name=self._context.naming.of(Limit.IAM_ROLE, name),
            description=f"GitHub Actions of {self._settings.repository.full_name}",
            max_session_duration=self._settings.session_hours * _HOUR,
            assume_role_policy=policy_document(
                trust(self._provider.arn, self._settings.repository, ending, ref=ref)
            ),
        )
        IamRolePolicy(
            self, f"{name}-policy", name="deployer", role=role.id, policy=policy_document(*statements)
        )
        self.role_arns[name] = role.arn
        return role

    def _place(self, stack: str) -> Place:
        account = self._context.account
        region = self._settings.stacks[stack].regions[0]
        return Place(partition=account.partition, account_id=account.id, region=region)
