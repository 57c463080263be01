"""`infra images push`: an image that was built into the repository of its service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.filesize import decimal

from modules.errors import Problem, ProblemsError, refusal
from operations.console import say
from operations.image_references import short_digest
from operations.images.contract import contract_problems
from operations.images.manifests import Descriptor, Image
from operations.images.places import Place
from operations.images.repositories import StoredImage, read_repository, tagged
from operations.images.transfer import transfer
from operations.images.upload import Repository, tag_taken

# OCI Distribution Specification (Pulling manifests): a tag.
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")


@dataclass(frozen=True, kw_only=True)
class Push:
    """What is to be done: the image, the tags that it gets, and the blobs that are still to be uploaded."""

    repository: str
    image: Image
    tags: tuple[str, ...]
    blobs: tuple[Descriptor, ...]

    @property
    def size(self) -> int:
        """Bytes to be uploaded."""
        return sum(blob.size for blob in self.blobs)

    @property
    def done(self) -> bool:
        """Whether it is there, with its tags."""
        return not self.tags


def service_places(places: Sequence[Place], service: str) -> list[Place]:
    """The containers that run the image of a service: its own, and those of services with the same parameter.

    Raises ProblemsError for an unknown service, and for one whose image is copied.
    """
    own = [place for place in places if place.service.service == service and place.name == service]
    if not own:
        known = ", ".join(place.name for place in places if place.name == place.service.service)
        raise ProblemsError.one("service", refusal(got=repr(service), allowed=known, fix="name one of these"))
    if (upstream := own[0].upstream) is not None:
        why = refusal(
            got=f"{service}, which runs the published image {upstream.reference}",
            allowed="a service whose image is built",
            fix="copy it: infra images mirror",
        )
        raise ProblemsError.one("service", why)
    parameter = own[0].container.image_parameter
    return [place for place in places if place.container.image_parameter == parameter]


def checked(ecr: Any, image: Image, running: Sequence[Place], tags: Sequence[str]) -> Push:
    """What a push of the image of some services has to do.

    Raises ProblemsError with everything that forbids it: what they can't run, too.
    """
    problems = [problem for place in running for problem in contract_problems(image.config, place.service)]
    try:
        push = planned(ecr, running[0].repository, image, tags, running[0].tag)
    except ProblemsError as error:
        raise ProblemsError([*problems, *error.problems]) from None
    if problems:
        raise ProblemsError(problems)
    return push


def planned(ecr: Any, repository: str, image: Image, wanted: Sequence[str], fallback: str | None) -> Push:
    """What a push has to do. `fallback`: the tag that is run before a deployment, for the first image.

    Raises ProblemsError where there is no repository, or another image has a wanted tag.
    """
    stored = read_repository(ecr, repository)
    if stored is None:
        raise ProblemsError.one(repository, no_repository(ecr))
    taken = list(_tag_problems(stored, image, wanted))
    if taken:
        raise ProblemsError(taken)
    tags = [*wanted, *([fallback] if fallback and not tagged(stored, fallback) else [])]
    held = next((one for one in stored if one.digest == image.digest), None)
    missing = [tag for tag in dict.fromkeys(tags) if not held or tag not in held.tags]
    blobs = [] if held else Repository(ecr, repository).missing(image.blobs)
    return Push(repository=repository, image=image, tags=tuple(missing), blobs=tuple(blobs))


def no_repository(ecr: Any) -> str:
    """The sentence for a repository that isn't there."""
    return refusal(
        got=f"no such repository in {ecr.meta.region_name}",
        allowed="a repository of the account that you are signed in to",
        fix="create it: docs/runbooks/first-deployment.md",
    )


def carried_out(ecr: Any, console: Console, push: Push) -> None:
    """Upload what is missing, then the manifest by each tag. Raises ProblemsError."""
    repository = Repository(ecr, push.repository)
    if push.blobs:
        with transfer(console, f"Uploading to {push.repository}", push.size) as advance:
            for blob in push.blobs:
                with push.image.open(blob) as file:
                    repository.upload(blob, file, advance)
    for tag in push.tags:
        repository.put(push.image, tag)


def describe(console: Console, push: Push) -> None:
    """Say what a push does."""
    if push.done:
        say(console, f"{push.repository}: {push.image.digest} is there already")
        return
    layers = len(push.image.blobs)
    say(console, f"{push.repository}: {push.image.digest}, tagged {', '.join(push.tags)}")
    say(console, f"  {len(push.blobs)} of {layers} blobs to upload, {decimal(push.size)}")


def default_tag(image: Image) -> str:
    """A tag that only this image has: one without any is deleted after some days."""
    return f"sha256-{short_digest(image.digest)}"


def _tag_problems(stored: Sequence[StoredImage], image: Image, wanted: Sequence[str]) -> Iterator[Problem]:
    for tag in wanted:
        if not _TAG.fullmatch(tag):
            allowed = "letters, digits, `.`, `_`, `-`; at most 128"
            yield Problem(where="--tag", what=refusal(got=repr(tag), allowed=allowed, fix="name another one"))
        elif (held := tagged(stored, tag)) and held.digest != image.digest:
            yield Problem(where="--tag", what=tag_taken(tag))
