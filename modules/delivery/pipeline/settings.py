"""Settings of a pipeline. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field

from ...compute.service.migration import MigrationMinutes, ServiceMigration
from ...errors import Problem, refusal
from ...log_retention import RetentionDays
from ...monitoring.settings import Email
from ...settings import settings
from ...values import Anything, Image, ImageTag, Name, Positive, Text, VariableName

# GitLab's groups may be nested.
_REPOSITORY = re.compile(r"[\w.-]+(/[\w.-]+)+")
# git-check-ref-format: none of these in the name of a branch.
_NO_BRANCH = re.compile(r"[\s~^:?*\[\\\x00-\x1f\x7f]|\.\.|@\{|//|^[/.-]|[/.]$|\.lock$|/\.")
_CONNECTION = re.compile(
    r"arn:[a-z-]+:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection/.+"
)
# CodePipeline API: GitFilePathFilterCriteria, at most 8 patterns.
_MAX_PATTERNS = 8
# CodePipeline API: ActionDeclaration, timeoutInMinutes, which an approval may raise and lower.
_SHORTEST_APPROVAL, _LONGEST_APPROVAL = 5, 86_400
# CodePipeline user guide, "Amazon ECS deploy action reference": DeploymentTimeout, at most 60 minutes.
DeploymentMinutes = Annotated[int, Field(ge=5, le=60)]

# A path in a git repository, as BuildKit takes it.
_RepositoryPath = Annotated[
    str,
    Text(
        pattern=r"[^\x00-\x20\x7f]+",
        longest=1_024,
        allowed="a path within the repository, without spaces",
    ),
]
# CodePipeline API: GitBranchFilterCriteria, 255 characters at most.
_Branch = Annotated[
    str,
    Text(
        longest=255,
        allowed="the name of a branch, 255 characters at most",
        fix="such as main",
    ),
]
# CodePipeline API: GitFilePathFilterCriteria.
_RepositoryPattern = Annotated[
    str,
    Text(
        pattern=r"[^\x00-\x1f\x7f]+",
        longest=255,
        allowed="a pattern such as src/**, 255 characters at most",
        fix="start at the root, without /",
    ),
]


@settings
class ImageBuild:
    """How an image is built: paths in the repository, a stage of the Dockerfile, its build arguments.

    `arguments` are readable in the image's history: never a secret.
    """

    dockerfile: _RepositoryPath = "Dockerfile"
    directory: _RepositoryPath = "."
    target: ImageTag | None = None
    arguments: Mapping[VariableName, Anything] = field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        """Paths out of the repository."""
        for name in ("dockerfile", "directory"):
            if not (path := getattr(self, name)) or path.startswith(("/", "-")) or ".." in path.split("/"):
                why = refusal(
                    got=repr(path), allowed="a path within the repository", fix="name it from its root"
                )
                yield Problem(where=name, what=why)


@settings
class BuildSettings:
    """The machine that builds images. `minutes` is how long a build may take.

    `buildkit_image` runs BuildKit, which alone can keep its cache in a registry. Docker Hub limits pulls
    without a login by address, and CodeBuild's addresses are shared, so it comes from another registry.
    """

    compute_type: Literal[
        "BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM", "BUILD_GENERAL1_LARGE", "BUILD_GENERAL1_2XLARGE"
    ] = "BUILD_GENERAL1_MEDIUM"
    minutes: MigrationMinutes = 60
    buildkit_image: Image = "public.ecr.aws/vend/moby/buildkit:buildx-stable-1"


@settings
class Migration(ServiceMigration):
    """A migration that runs before the services are deployed, with the new image of `service`."""

    service: Name


@settings
class Approval:
    """A person's approval before an environment changes. `emails` are asked for it.

    `minutes` is how long it is waited for; then the execution fails.
    """

    emails: tuple[Email, ...]
    minutes: int = 7 * 24 * 60

    def problems(self) -> Iterator[Problem]:
        """Nobody to ask, or a time that CodePipeline does not wait."""
        if not self.emails:
            why = refusal(got="none", allowed="at least one address", fix="add one, or set approval=None")
            yield Problem(where="emails", what=why)
        if not _SHORTEST_APPROVAL <= self.minutes <= _LONGEST_APPROVAL:
            allowed = f"{_SHORTEST_APPROVAL} to {_LONGEST_APPROVAL}"
            yield Problem(where="minutes", what=refusal(got=self.minutes, allowed=allowed, fix="correct it"))


@settings
class PipelineSettings:
    """A pipeline from a branch of a repository to the services of one environment.

    `name` tells the pipelines of one environment apart. `repository` is `owner/name`. A push to `branch`
    starts the pipeline if a file that it changes matches `paths` (all, without any) and not only
    `ignored_paths`; with `starts_on_push=False` only a person does. `connection_arn` is an existing
    connection, such as one that several pipelines share; without it one is created. `approval` has no
    default: its addresses are nobody's to guess, and None deploys at once.
    """

    repository: str
    branch: _Branch
    approval: Approval | None
    name: Name = "pipeline"
    provider: Literal["GitHub", "Bitbucket", "GitLab"] = "GitHub"
    connection_arn: str | None = None
    starts_on_push: bool = True
    paths: tuple[_RepositoryPattern, ...] = ()
    ignored_paths: tuple[_RepositoryPattern, ...] = ()
    # A newer release overtakes one that waits for its approval; QUEUED asks for each, in order. PARALLEL
    # would deploy two at once, and rolls nothing back (CodePipeline user guide, "Set or change the pipeline
    # execution mode").
    execution_mode: Literal["SUPERSEDED", "QUEUED"] = "SUPERSEDED"
    build: BuildSettings = BuildSettings()
    migration: Migration | None = None
    # How long a service may take to run the new image before its deployment counts as failed.
    deployment_minutes: DeploymentMinutes = 30
    # How long releases can be deployed again, by CodePipeline's rollback.
    artifact_days: Positive = 90
    log_retention_days: RetentionDays = 90
    # Of the artifact bucket and its key. All in it can be built again.
    protected: bool = True

    def problems(self) -> Iterator[Problem]:
        """A repository, branch, connection or path that CodePipeline would refuse or never match."""
        if not _REPOSITORY.fullmatch(self.repository):
            why = refusal(
                got=repr(self.repository), allowed="owner/name", fix="write it as in the repository's address"
            )
            yield Problem(where="repository", what=why)
        if not self.branch or _NO_BRANCH.search(self.branch):
            why = refusal(got=repr(self.branch), allowed="the name of a branch", fix="such as main")
            yield Problem(where="branch", what=why)
        if self.connection_arn is not None and not _CONNECTION.fullmatch(self.connection_arn):
            why = refusal(
                got=repr(self.connection_arn),
                allowed="arn:aws:codeconnections:REGION:ACCOUNT:connection/ID",
                fix="copy it from the connection's page, or remove it to create one",
            )
            yield Problem(where="connection_arn", what=why)
        yield from self._path_problems()

    def _path_problems(self) -> Iterator[Problem]:
        for name in ("paths", "ignored_paths"):
            patterns: tuple[str, ...] = getattr(self, name)
            if len(patterns) > _MAX_PATTERNS:
                why = refusal(
                    got=len(patterns), allowed=f"at most {_MAX_PATTERNS}", fix="join some, such as src/**"
                )
                yield Problem(where=name, what=why)
            for pattern in patterns:
                if not pattern or pattern.startswith("/") or len(pattern) > 255:
                    why = refusal(
                        got=repr(pattern),
                        allowed="a pattern such as src/**",
                        fix="start at the root, without /",
                    )
                    yield Problem(where=name, what=why)
        if (self.paths or self.ignored_paths) and not self.starts_on_push:
            why = refusal(
                got="paths without a start on push", allowed="paths, or no start", fix="remove one of them"
            )
            yield Problem(where="paths", what=why)
