"""Manifests of images: what an image consists of, and which one of an index a platform runs.

Terms and media types are those of the OCI Image Specification ("Image Manifest", "Image Index", "Descriptor")
and of Docker's Image Manifest Version 2, Schema 2.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import IO, Any

from modules.errors import ProblemsError, refusal

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
MANIFESTS = (OCI_MANIFEST, DOCKER_MANIFEST)
INDEXES = (OCI_INDEX, DOCKER_INDEX)
_CONFIG = "application/vnd.oci.image.config.v1+json"
Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Descriptor:
    """A blob by its digest; `size` is in bytes."""

    digest: str
    size: int
    media_type: str


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image of one platform. `open` gives the bytes of a blob as a file that can be sought."""

    manifest: bytes
    media_type: str
    configuration: bytes
    open: Callable[[Descriptor], IO[bytes]] = field(repr=False)

    @property
    def digest(self) -> str:
        """What a deployment names it by."""
        return digest_of(self.manifest)

    @property
    def blobs(self) -> tuple[Descriptor, ...]:
        """Its layers and its configuration, each once."""
        content = json.loads(self.manifest)
        found = (*content["layers"], content["config"])
        return tuple(dict.fromkeys(descriptor(one) for one in found))

    @property
    def config(self) -> Json:
        """Its configuration, read."""
        content: Json = json.loads(self.configuration)
        return content


def digest_of(content: bytes) -> str:
    """The digest by which registries name bytes."""
    return f"sha256:{sha256(content).hexdigest()}"


def descriptor(content: Json) -> Descriptor:
    """A descriptor as manifests have it."""
    return Descriptor(digest=content["digest"], size=content["size"], media_type=content.get("mediaType", ""))


def composed(
    configuration: bytes, layers: Sequence[Json], open_layer: Callable[[Descriptor], IO[bytes]]
) -> Image:
    """An image of a configuration and layers, with a manifest made of them: always the same one."""
    config = {"mediaType": _CONFIG, "digest": digest_of(configuration), "size": len(configuration)}
    content = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": [*layers]}

    def opened(one: Descriptor) -> IO[bytes]:
        return BytesIO(configuration) if one.digest == config["digest"] else open_layer(one)

    manifest = json.dumps(content, separators=(",", ":")).encode()
    return Image(manifest=manifest, media_type=OCI_MANIFEST, configuration=configuration, open=opened)


def verified(content: bytes, digest: str, where: str) -> bytes:
    """Bytes that have the digest. Raises ProblemsError for others."""
    if (got := digest_of(content)) != digest:
        why = refusal(got=got, allowed=digest, fix="build, save or download it again: it is damaged")
        raise ProblemsError.one(where, why)
    return content


def image_of_platform(root: Json, architecture: str, *, read: Callable[[str], Json], where: str) -> Json:
    """The descriptor of the one image for `linux/ARCHITECTURE` below an index.

    `read` gives an index by its digest. What a build attests about an image is none (platform `unknown`). An
    image that doesn't say what it is for may be the one; so may one alone: its configuration tells. Raises
    ProblemsError with the platforms that there are where none or several fit.
    """
    found = list(_images(root, read))
    platforms = [_platform(one) for one in found]
    fitting = [one for one, platform in zip(found, platforms, strict=True) if platform == architecture]
    unsaid = [one for one, platform in zip(found, platforms, strict=True) if platform is None]
    candidates = {one["digest"]: one for one in fitting or unsaid}
    if len(candidates) == 1:
        return next(iter(candidates.values()))
    if not candidates and len(found) == 1:
        return found[0]  # its configuration says the same, and the check of it has the sentence
    got = f"{len(candidates)} of them" if candidates else ", ".join(sorted({one or "?" for one in platforms}))
    why = refusal(
        got=got or "no image",
        allowed=f"one image for linux/{architecture}",
        fix="build it for that platform, and save it alone",
    )
    raise ProblemsError.one(where, why)


def _images(root: Json, read: Callable[[str], Json]) -> Iterator[Json]:
    for one in root.get("manifests", ()):
        if one.get("mediaType") in INDEXES:
            yield from _images(read(one["digest"]), read)
        elif one.get("platform", {}).get("os") != "unknown":
            yield one


def _platform(one: Json) -> str | None:
    platform = one.get("platform")
    if not platform or not platform.get("architecture"):
        return None
    system = platform.get("os", "linux")
    return str(platform["architecture"] if system == "linux" else f"{system}/{platform['architecture']}")
