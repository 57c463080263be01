"""Container images of some bytes, and how they come into a repository of the emulator."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def digest_of(content: bytes) -> str:
    """The digest by which registries name bytes."""
    return f"sha256:{sha256(content).hexdigest()}"


@dataclass(frozen=True, kw_only=True)
class BuiltImage:
    """An image as a build leaves it. `config` is that of the container: user, command, ports."""

    architecture: str = "amd64"
    config: dict[str, Any] = field(default_factory=lambda: {"User": "1000", "Cmd": ["serve"]})
    layers: tuple[bytes, ...] = (b"layer",)  # before they are compressed

    @cached_property
    def configuration(self) -> bytes:
        """The OCI configuration."""
        layers = [digest_of(layer) for layer in self.layers]
        return json.dumps(
            {
                "architecture": self.architecture,
                "os": "linux",
                "config": self.config,
                "rootfs": {"type": "layers", "diff_ids": layers},
            }
        ).encode()

    @property
    def blobs(self) -> dict[str, bytes]:
        """The configuration and the layers by digest."""
        return {digest_of(one): one for one in (self.configuration, *self._compressed)}

    @cached_property
    def manifest(self) -> bytes:
        """The manifest's bytes."""
        return json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": _descriptor(CONFIG, self.configuration),
                "layers": [_descriptor(LAYER, one) for one in self._compressed],
            }
        ).encode()

    @property
    def digest(self) -> str:
        """What a deployment names it by."""
        return digest_of(self.manifest)

    @cached_property
    def _compressed(self) -> list[bytes]:
        return [gzip.compress(layer, mtime=0) for layer in self.layers]


def put(ecr: Any, repository: str, image: BuiltImage, *tags: str) -> str:
    """Upload an image into a repository, as a person's push would, and give its digest."""
    held = ecr.batch_check_layer_availability(repositoryName=repository, layerDigests=[*image.blobs])
    for digest in [one["layerDigest"] for one in held["failures"]]:
        content = image.blobs[digest]
        upload = ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
        place = {"repositoryName": repository, "uploadId": upload}
        ecr.upload_layer_part(**place, partFirstByte=0, partLastByte=len(content) - 1, layerPartBlob=content)
        ecr.complete_layer_upload(**place, layerDigests=[digest])
    for tag in tags:
        ecr.put_image(repositoryName=repository, imageManifest=image.manifest.decode(), imageTag=tag)
    return image.digest


def _descriptor(media_type: str, content: bytes) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest_of(content), "size": len(content)}
