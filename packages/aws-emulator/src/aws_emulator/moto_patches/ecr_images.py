"""Images of ECR repositories."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ecr.exceptions import ImageAlreadyExistsException
from moto.ecr.models import ECRBackend, Image

from aws_emulator.moto_patches import Patch


class _OtherDigestError(ServiceException):
    code = "ImageDigestDoesNotMatchException"

    def __init__(self, given: str, calculated: str) -> None:
        super().__init__(f"The specified image digest {given} does not match the calculated {calculated}")


class _NoLayersError(ServiceException):
    code = "LayersNotFoundException"

    def __init__(self, digests: list[str]) -> None:
        super().__init__(f"Layers {', '.join(digests)} do not exist in the repository")


class _NoReferencedImagesError(ServiceException):
    code = "ReferencedImagesNotFoundException"

    def __init__(self, digests: list[str]) -> None:
        super().__init__(f"Images {', '.join(digests)} do not exist in the repository")


class _TagTakenError(ServiceException):
    code = "ImageTagAlreadyExistsException"

    def __init__(self, tag: str, repository: str) -> None:
        super().__init__(
            f"The image tag '{tag}' already exists in the '{repository}' repository "
            "and cannot be overwritten because the tag is immutable."
        )


class PutImage(Patch, of=ECRBackend):
    """PutImage (Amazon ECR API Reference): the digest is that of the manifest's bytes.

    Another one is refused with ImageDigestDoesNotMatchException, layers and images that the repository hasn't
    with LayersNotFoundException and ReferencedImagesNotFoundException, the tag of another image with
    ImageTagAlreadyExistsException ("configured for tag immutability"). moto takes what is given, and else
    calculates a digest from the layers; it asks for no layers, and calls a tag that is taken an image that
    exists.
    """

    def put_image(
        self: Any,
        repository_name: str,
        image_manifest: str,
        image_tag: str,
        image_manifest_mediatype: str | None = None,
        digest: str | None = None,
    ) -> Any:
        """Calculate the digest; refuse another one, and what refers to what isn't there."""
        calculated = f"sha256:{sha256(image_manifest.encode()).hexdigest()}"
        if digest and digest != calculated:
            raise _OtherDigestError(digest, calculated)
        repository = self._get_repository(repository_name)
        _check_references(repository, json.loads(image_manifest))
        held = next((one for one in repository.images if one.image_digest == calculated), None)
        if held and (not image_tag or image_tag in held.image_tags):
            raise ImageAlreadyExistsException(repository.registry_id, repository_name, calculated, image_tag)
        try:
            return PutImage.moto.put_image(
                self, repository_name, image_manifest, image_tag, image_manifest_mediatype, calculated
            )
        except ImageAlreadyExistsException:
            raise _TagTakenError(image_tag, repository_name) from None


def _check_references(repository: Any, manifest: Mapping[str, Any]) -> None:
    """What a manifest names by digest is in the repository."""
    blobs = [*manifest.get("layers", ()), *([manifest["config"]] if "config" in manifest else [])]
    if missing := [one["digest"] for one in blobs if one["digest"] not in repository.layers]:
        raise _NoLayersError(missing)
    images = {one.image_digest for one in repository.images}
    if missing := [one["digest"] for one in manifest.get("manifests", ()) if one["digest"] not in images]:
        raise _NoReferencedImagesError(missing)


class ImageSize(Patch, of=Image):
    """ImageDetail (Amazon ECR API Reference), imageSizeInBytes: "the size … of the image in the repository".

    That is what its layers take; for moto it is the size of its configuration.
    """

    def get_image_size_in_bytes(self: Any) -> int | None:
        """The sum of the layers, as the manifest has them."""
        layers = json.loads(self.image_manifest).get("layers")
        return None if layers is None else sum(layer["size"] for layer in layers)
