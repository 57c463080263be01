"""Settings of image repositories. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import PositiveInt

from ...errors import Problem, refusal
from ...settings import settings


@settings
class RepositorySettings:
    """How a repository keeps images.

    A tag is written once: what was tested is what runs. `moving_tags` are the environments' own, and their
    newest image never expires; the stack's environment is always among them. The pipeline moves such a tag
    by removing it and putting it anew, which AWS provider 5 has no other way for. "IMMUTABLE_WITH_EXCLUSION"
    lets them be overwritten, and raises the provider the stack asks for.
    """

    tag_mutability: Literal["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE"] = "IMMUTABLE"
    moving_tags: tuple[str, ...] = ()
    # Environments of one account share it; else each has its own, and a release copies the image.
    shared: bool = True
    keep_images: PositiveInt = 100
    untagged_days: PositiveInt = 7
    protected: bool = True

    @property
    def required_provider_version(self) -> str | None:
        """What the AWS provider must be at least, where it is more than every stack asks for."""
        # The version the bindings are made from; the exclusion came some versions earlier.
        return "6.25.0" if self.tag_mutability == "IMMUTABLE_WITH_EXCLUSION" else None

    def problems(self) -> Iterator[Problem]:
        """More moving tags than ECR excludes from immutability."""
        # ECR API: PutImageTagMutability, imageTagMutabilityExclusionFilters, at most 5.
        if len(self.moving_tags) > 4:
            why = refusal(got=len(self.moving_tags), allowed="at most 4", fix="and the environment's own")
            yield Problem(where="moving_tags", what=why)
