"""Settings of what GitHub Actions may do in an account. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field

from pydantic import NonNegativeInt

from ...errors import Problem, refusal
from ...settings import settings

# GitHub: names of owners have letters, digits and single hyphens; those of repositories also `.` and `_`.
_OWNER = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]+")
_REF = re.compile(r"refs/(heads|tags)/[A-Za-z0-9._/-]+")
# The name of an environment is part of a subject, whose parts `:` separates.
_ENVIRONMENT = re.compile(r"[A-Za-z0-9_-]{1,255}")


@settings
class GitHubRepository:
    """The repository whose workflows are trusted: by its names and by its numbers, which no other ever has.

    `gh api repos/OWNER/NAME --jq .owner.id,.id` prints the numbers. While one is 0, no workflow is trusted.
    """

    owner: str
    name: str
    owner_id: NonNegativeInt = 0
    id: NonNegativeInt = 0

    @property
    def full_name(self) -> str:
        """Its owner and name, as GitHub writes them."""
        return f"{self.owner}/{self.name}"

    @property
    def is_known(self) -> bool:
        """Whether the numbers are entered."""
        return bool(self.owner_id and self.id)

    def problems(self) -> Iterator[Problem]:
        """Names that GitHub has not, and wildcards."""
        for where, pattern in (("owner", _OWNER), ("name", _REPOSITORY)):
            if not pattern.fullmatch(value := getattr(self, where)):
                why = refusal(got=repr(value), allowed="a name as GitHub has it", fix="correct it")
                yield Problem(where=where, what=why)


@settings
class DeployedStack:
    """A stack that workflows deploy. Its resources have names that begin with `{name}-`.

    `product`: images are in repositories that begin with `{product}-`. `regions`: what the stack's providers
    name; requests to others are refused. `environment`: that of GitHub's, which asks for approval.
    `boundary`: the name of the policy that bounds each of its roles; None: they may all that their policies
    say. `primary`: the stack that this one takes over from, the replicas of whose secrets it reads.
    """

    product: str
    regions: tuple[str, ...]
    environment: str
    boundary: str | None = None
    primary: str | None = None

    def problems(self) -> Iterator[Problem]:
        """An environment whose name would end the subject of a token early."""
        if not _ENVIRONMENT.fullmatch(self.environment):
            why = refusal(got=repr(self.environment), allowed="letters, digits, - and _", fix="rename it")
            yield Problem(where="environment", what=why)
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
    stacks: Mapping[str, DeployedStack] = field(default_factory=dict)
    ref: str = "refs/heads/main"
    nightly_environment: str = "nightly"
    # IAM API: CreateRole, MaxSessionDuration, 1 to 12 hours. A deployment of a large stack takes less.
    session_hours: int = 2

    @property
    def boundaries(self) -> tuple[str, ...]:
        """The names of the policies that bound roles of stacks."""
        return tuple(sorted({one.boundary for one in self.stacks.values() if one.boundary}))

    def problems(self) -> Iterator[Problem]:
        """A ref that is none, two stacks of one environment, two boundaries, hours that IAM refuses."""
        if not _REF.fullmatch(self.ref):
            why = refusal(got=repr(self.ref), allowed="refs/heads/… or refs/tags/…", fix="write it whole")
            yield Problem(where="ref", what=why)
        if not 1 <= self.session_hours <= 12:
            why = refusal(got=self.session_hours, allowed="1 to 12", fix="choose one of these")
            yield Problem(where="session_hours", what=why)
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
