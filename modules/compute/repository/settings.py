"""Settings of ECR repositories. Pure."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from ...errors import Problem, refusal
from ...provider import Requirement
from ...settings import settings
from ...values import ImageTag, Positive, Region, Text

# ECR API: RepositoryFilter, filter, 2 to 256 characters.
Prefix = Annotated[
    str,
    Text(
        pattern=r"[a-z0-9](?:[._/-]{0,2}[a-z0-9])+[._/-]{0,2}|[a-z0-9][._/-]{1,2}",
        longest=256,
        allowed="the beginning of repositories' names, 2 to 256 characters in lower case",
    ),
]
_MOST_RULES, _MOST_PREFIXES = 10, 100


@settings
class ReplicationSettings:
    """Which images ECR copies to which regions: region → beginnings of repositories' names.

    A beginning is compared as it stands: `shop-` is safer than `shop`. Bounds: ECR API, ReplicationRule and
    ReplicationConfiguration.
    """

    prefixes: Mapping[Region, tuple[Prefix, ...]]

    def problems(self) -> Iterator[Problem]:
        """No region or prefix; more than ECR takes."""
        if not 1 <= len(self.prefixes) <= _MOST_RULES:
            why = refusal(
                got=f"{len(self.prefixes)} regions",
                allowed=f"1 to {_MOST_RULES}",
                fix="drop some, or the whole",
            )
            yield Problem(where="prefixes", what=why)
        for region, prefixes in self.prefixes.items():
            if not 1 <= len(prefixes) <= _MOST_PREFIXES or len(set(prefixes)) != len(prefixes):
                why = refusal(
                    got=f"{len(prefixes)} of them",
                    allowed=f"1 to {_MOST_PREFIXES} different ones",
                    fix="correct them",
                )
                yield Problem(where=f"prefixes[{region}]", what=why)


@settings
class RepositorySettings:
    """An ECR repository: tag mutability, lifecycle policy, deletion.

    Tags are immutable, so that the image that was tested is the one that runs. `moving_tags` follow the
    deployed image of an environment, and their newest image never expires; the stack's environment is always
    among them. The pipeline deletes such a tag and puts it again. With
    "IMMUTABLE_WITH_EXCLUSION" it overwrites them; this needs a newer AWS provider.
    """

    tag_mutability: Literal["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE"] = "IMMUTABLE"
    moving_tags: tuple[ImageTag, ...] = ()
    # Whether the environments of one account share it. If not, a release copies the image between them.
    shared: bool = True
    keep_images: Positive = 100
    untagged_days: Positive = 7
    protected: bool = True

    @property
    def required_provider(self) -> Requirement | None:
        """The setting that needs a newer AWS provider than every stack does."""
        if self.tag_mutability != "IMMUTABLE_WITH_EXCLUSION":
            return None
        # The version the bindings are made from; the exclusion came some versions earlier.
        return Requirement("6.25.0", 'tag_mutability="IMMUTABLE_WITH_EXCLUSION"')

    def problems(self) -> Iterator[Problem]:
        """More moving tags than ECR allows as exclusions from immutability."""
        # ECR API: PutImageTagMutability, imageTagMutabilityExclusionFilters, at most 5.
        if len(self.moving_tags) > 4:
            why = refusal(got=len(self.moving_tags), allowed="at most 4", fix="and the environment's own")
            yield Problem(where="moving_tags", what=why)
