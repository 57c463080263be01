"""Settings of ECR repositories. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import PositiveInt

from ...errors import Problem, refusal
from ...settings import settings


@settings
class RepositorySettings:
    """An ECR repository: tag mutability, lifecycle policy, deletion.

    Tags are immutable, so that the image that was tested is the one that runs. `moving_tags` follow the
    deployed image of an environment, and their newest image never expires; the stack's environment is always
    among them. The pipeline deletes such a tag and puts it again. With
    "IMMUTABLE_WITH_EXCLUSION" it overwrites them; this needs a newer AWS provider.
    """

    tag_mutability: Literal["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE"] = "IMMUTABLE"
    moving_tags: tuple[str, ...] = ()
    # Whether the environments of one account share it. If not, a release copies the image between them.
    shared: bool = True
    keep_images: PositiveInt = 100
    untagged_days: PositiveInt = 7
    protected: bool = True

    @property
    def required_provider_version(self) -> str | None:
        """The minimum version of the AWS provider, if higher than every stack's."""
        # The version the bindings are made from; the exclusion came some versions earlier.
        return "6.25.0" if self.tag_mutability == "IMMUTABLE_WITH_EXCLUSION" else None

    def problems(self) -> Iterator[Problem]:
        """More moving tags than ECR allows as exclusions from immutability."""
        # ECR API: PutImageTagMutability, imageTagMutabilityExclusionFilters, at most 5.
        if len(self.moving_tags) > 4:
            why = refusal(got=len(self.moving_tags), allowed="at most 4", fix="and the environment's own")
            yield Problem(where="moving_tags", what=why)
