"""A copy of a service's task definition with another image or command, in a family of its own.

A revision in the service's family would be taken for a deployment: Terraform's task definition tracks the
latest one (docs/decisions/image-ownership.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modules.errors import ProblemsError, refusal
from operations.image_references import digest_of, ecr_image, is_digest, whole

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What is registered instead of the service's revision."""

    family: str
    definition: Json

    def register(self, ecs: Any) -> str:
        """Register it, and give its ARN."""
        answer = ecs.register_task_definition(**self.definition)
        return str(answer["taskDefinition"]["taskDefinitionArn"])


def copied(
    definition: Json,
    *,
    family: str,
    container: str,
    command: Sequence[str],
    image: str | None,
    variables: Mapping[str, str],
) -> Copy:
    """A copy in which `container` runs `command` under the entrypoint of its image.

    Every container with the image of `container` gets `image`. An entry point of the task definition is
    that of the service's own program, and goes.
    """
    containers = [dict(one) for one in definition["containerDefinitions"]]
    before = next(one["image"] for one in containers if one["name"] == container)
    for one in containers:
        if image and one["image"] == before:
            one["image"] = image
        if one["name"] == container:
            one.pop("entryPoint", None)
            one["command"] = list(command)
            kept = [each for each in one.get("environment", []) if each["name"] not in variables]
            # ECS refuses a variable that is a secret too (ContainerDefinition, Amazon ECS API Reference).
            if "secrets" in one:
                one["secrets"] = [each for each in one["secrets"] if each["name"] not in variables]
            added = [{"name": name, "value": value} for name, value in variables.items()]
            one["environment"] = kept + added
    return Copy(
        family=family, definition={**definition, "family": family, "containerDefinitions": containers}
    )


def image_by_digest(given: str, *, running: str) -> str:
    """The image that a person named: by its digest alone, of the repository that runs, or whole.

    Raises ProblemsError for a tag, which could name another image a moment later.
    """
    image = whole(given, beside=running)
    if not is_digest(digest_of(image) or ""):
        allowed = "sha256:… or REPOSITORY@sha256:…"
        why = refusal(got=repr(given), allowed=allowed, fix="name the image by its digest, not by a tag")
        raise ProblemsError.one("--image", why)
    return image


def check_image(ecr: Any, image: str) -> None:
    """Raise ProblemsError if ECR doesn't have the image; another registry is not asked."""
    found = ecr_image(image)
    if found is None:
        return
    try:
        ecr.describe_images(
            registryId=found.account,
            repositoryName=found.repository,
            imageIds=[{"imageDigest": found.digest}],
        )
    except (ecr.exceptions.ImageNotFoundException, ecr.exceptions.RepositoryNotFoundException):
        why = refusal(got=image, allowed="an image that ECR has", fix="push it first, or correct the digest")
        raise ProblemsError.one("--image", why) from None
