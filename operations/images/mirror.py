"""`infra images mirror`: published images into the account's repositories, from where tasks pull.

Copied is the image of the one platform that the task runs, not the index that its publisher gives for all.
Its bytes, and so its digest, are the publisher's either way: the index names it, and the index is verified
where its digest is known. ECR takes an index only with every image that it names (PutImage:
ReferencedImagesNotFoundException), which would be many times the size, stored and scanned for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from rich.console import Console

from modules.compute.repository.upstream_image import UpstreamImage
from modules.errors import Problem, ProblemsError, refusal
from operations.images.manifests import INDEXES, Descriptor, Image, Json, image_of_platform
from operations.images.places import Place
from operations.images.push import Push, carried_out, no_repository, planned
from operations.images.registry import Registry, address_of
from operations.images.repositories import StoredImage, read_repositories, tagged
from operations.images.transfer import transfer


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A published image for one platform, and the places that it is copied to."""

    upstream: UpstreamImage
    architecture: str
    places: tuple[Place, ...]


def copies(ecr: Any, places: Sequence[Place]) -> tuple[list[Copy], list[tuple[Place, StoredImage]]]:
    """What is still to be copied, and what is there. Raises ProblemsError where repositories are missing."""
    published = [place for place in places if place.upstream]
    stored = read_repositories(ecr, (place.repository for place in published))
    if absent := [name for name, images in stored.items() if images is None]:
        raise ProblemsError(Problem(where=name, what=no_repository(ecr)) for name in absent)
    there: list[tuple[Place, StoredImage]] = []
    wanted: dict[tuple[str, str], list[Place]] = {}
    for place in published:
        assert place.upstream is not None  # noqa: S101 - chosen by it
        if (found := tagged(stored[place.repository], place.upstream.version)) and _has_fallback(
            stored[place.repository] or (), place
        ):
            there.append((place, found))
        else:
            wanted.setdefault((place.upstream.reference, place.architecture), []).append(place)
    made = [
        Copy(upstream=found[0].upstream, architecture=found[0].architecture, places=tuple(found))
        for found in wanted.values()
        if found[0].upstream
    ]
    return made, there


def fetched(
    copy: Copy, registry: Registry, scratch: Path, download: Callable[[Descriptor, IO[bytes]], None]
) -> Image:
    """The published image; each blob is downloaded when it is opened first. Raises ProblemsError."""
    repository = copy.upstream.repository.partition("/")[2]
    manifest, media_type = registry.manifest(repository, copy.upstream.digest or copy.upstream.version)
    if media_type in INDEXES:

        def read(digest: str) -> Json:
            content: Json = json.loads(registry.manifest(repository, digest)[0])
            return content

        where = copy.upstream.reference
        chosen = image_of_platform(json.loads(manifest), copy.architecture, read=read, where=where)
        manifest, media_type = registry.manifest(repository, chosen["digest"])
    config = json.loads(manifest)["config"]["digest"]
    configuration = registry.blob(repository, config)
    _require_platform(copy, json.loads(configuration))

    def opened(blob: Descriptor) -> IO[bytes]:
        if blob.digest == config:
            return BytesIO(configuration)
        file = scratch / blob.digest.partition(":")[2]
        if not file.exists():
            part = file.with_suffix(".part")
            with part.open("wb") as target:
                download(blob, target)
            part.rename(file)
        return file.open("rb")

    return Image(manifest=manifest, media_type=media_type, configuration=configuration, open=opened)


def copied(
    ecr: Any, console: Console, copy: Copy, others: Mapping[str, str], *, dry_run: bool
) -> tuple[Image, list[Push]]:
    """Copy a published image to each of its places. Raises ProblemsError."""
    host, _, repository = copy.upstream.repository.partition("/")
    registry = Registry(address_of(host, others))

    def download(blob: Descriptor, file: IO[bytes]) -> None:
        with transfer(console, f"Downloading {copy.upstream.reference}", blob.size) as advance:
            registry.download(repository, blob, file, advance)

    with TemporaryDirectory(prefix="mirror-") as scratch:
        image = fetched(copy, registry, Path(scratch), download)
        pushes = [
            planned(ecr, place.repository, image, [copy.upstream.version], place.tag) for place in copy.places
        ]
        for push in pushes:
            if not dry_run:
                # Planned anew: two containers may have one repository.
                now = planned(ecr, push.repository, image, [copy.upstream.version], None)
                carried_out(ecr, console, replace(push, blobs=now.blobs))
    return image, pushes


def _has_fallback(stored: Sequence[StoredImage], place: Place) -> bool:
    """Whether some image has the tag that the container runs before a deployment."""
    return place.tag is None or tagged(stored, place.tag) is not None


def _require_platform(copy: Copy, configuration: Json) -> None:
    got = (configuration.get("os"), configuration.get("architecture"))
    if got != (allowed := ("linux", copy.architecture)):
        why = refusal(
            got="/".join(map(str, got)), allowed="/".join(allowed), fix="choose another version or image"
        )
        raise ProblemsError.one(copy.upstream.reference, why)
