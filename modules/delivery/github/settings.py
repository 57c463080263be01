"""Settings of what GitHub Actions may do in an account. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated

from pydantic import Field

from ...errors import Problem, refusal
from ...settings import settings
from ...values import Name, Region, Text

_REF = re.compile(r"refs/(heads|tags)/[A-Za-z0-9._/-]+")

# GitHub's numbers have 64 bits; JavaScript, which reads them in workflows, is exact up to 53.
_Number = Annotated[int, Field(ge=0, le=2**53 - 1)]
# IAM API: CreatePolicy, PolicyName.
_PolicyName = Annotated[
    str,
    Text(
        pattern=r"[A-Za-z0-9_+=,.@-]+",
        longest=128,
        allowed="the name of a policy, 128 characters at most",
    ),
]

# GitHub documentation, "Creating a new repository", and "About usernames": letters, digits and single
# hyphens, 39 at most; repositories also `.` and `_`, 100 at most. No wildcards.
_Owner = Annotated[
    str, Text(pattern=r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", longest=39, allowed="a name as GitHub has it")
]
_RepositoryName = Annotated[
    str, Text(pattern=r"[A-Za-z0-9._-]+", longest=100, allowed="a name as GitHub has it")
]
# The name of an environment is part of a subject, whose parts `:` separates.
_Environment = Annotated[
    str, Text(pattern=r"[A-Za-z0-9_-]+", longest=255, allowed="letters, digits, - and _", fix="rename it")
]


@settings
class GitHubRepository:
    """The repository whose workflows are trusted: by its names and by its numbers, which no other ever has.

    `gh api repos/OWNER/NAME --jq .owner.id,.id` prints the numbers. While one is 0, no workflow is trusted.
    """

    owner: _Owner
    name: _RepositoryName
    owner_id: _Number = 0
    id: _Number = 0

    @property
    def full_name(self) -> str:
        """Its owner and name, as GitHub writes them."""
        return f"{self.owner}/{self.name}"

    @property
    def is_known(self) -> bool:
        """Whether the numbers are entered."""
        return bool(self.owner_id and self.id)


@settings
class DeployedStack:
    """A stack that workflows deploy. Its resources have names that begin with `{name}-`.

    `product`: images are in repositories that begin with `{product}-`. `regions`: what the stack's providers
    name; requests to others are refused. `environment`: that of GitHub's, which asks for approval.
    `boundary`: the name of the policy that bounds each of its roles; None: they may all that their policies
    say. `primary`: the stack that this one takes over from, the replicas of whose secrets it reads.
    """

    product: Name
    regions: tuple[Region, ...]
    environment: _Environment
    boundary: _PolicyName | None = None
    primary: Name | None = None

    def problems(self) -> Iterator[Problem]:
        """No region."""
        if not self.regions:
            why = refusal(got="no region", allowed="the stack's", fix="name them")
            yield Problem(where="regions", what=why)


@settings
class GitHubSettings:
    """The deployers of a repository's workflows.

    `stacks`: by name. `ref`: the only branch or tag whose workflows deploy, and look for drift.
    `nightly_environment`: the environment of the workflow that looks for drift. `session_hours`: how long
    credentials are valid.
    """

    repository: GitHubRepository
    stacks: Mapping[Name, DeployedStack] = field(default_factory=dict)
    ref: str = "refs/heads/main"
    nightly_environment: _Environment = "nightly"
    # IAM API: CreateRole, MaxSessionDuration, 1 to 12 hours. A deployment of a large stack takes less.
    session_hours: Annotated[int, Field(ge=1, le=12)] = 2

    @property
    def boundaries(self) -> tuple[str, ...]:
        """The names of the policies that bound roles of stacks."""
        return tuple(sorted({one.boundary for one in self.stacks.values() if one.boundary}))

    def problems(self) -> Iterator[Problem]:
        """A ref that is none, two stacks of one environment, two boundaries."""
        if not _REF.fullmatch(self.ref):
            why = refusal(got=repr(self.ref), allowed="refs/heads/… or refs/tags/…", fix="write it whole")
            yield Problem(where="ref", what=why)
        if len(self.boundaries) > 1:
            got = ", ".join(self.boundaries)
            why = refusal(got=got, allowed="one boundary in an account", fix="give all stacks the same")
            yield Problem(where="stacks", what=why)
        owners: dict[str, str] = {self.nightly_environment: "the nightly workflow"}
        for name, stack in self.stacks.items():
            if stack.environment in owners:
                why = refusal(
                    got=f"{stack.environment}, which {owners[stack.environment]} has",
                    allowed="an environment of its own",
                    fix="rename one of the two",
                )
                yield Problem(where=f"stacks.{name}.environment", what=why)
            owners.setdefault(stack.environment, name)
