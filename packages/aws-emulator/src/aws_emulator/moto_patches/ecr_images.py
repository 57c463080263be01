"""Images of ECR repositories."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ecr.models import ECRBackend

from aws_emulator.moto_patches import Patch


class _OtherDigestError(ServiceException):
    code = "ImageDigestDoesNotMatchException"

    def __init__(self, given: str, calculated: str) -> None:
        super().__init__(f"The specified image digest {given} does not match the calculated {calculated}")


class PutImage(Patch, of=ECRBackend):
    """PutImage (Amazon ECR API Reference): the digest is that of the manifest's bytes.

    Another one is refused with ImageDigestDoesNotMatchException, "The specified image digest does not match
    the digest that Amazon ECR calculated for the image". moto takes what is given, and else calculates one
    from the layers.
    """

    def put_image(
        self: Any,
        repository_name: str,
        image_manifest: str,
        image_tag: str,
        image_manifest_mediatype: str | None = None,
        digest: str | None = None,
    ) -> Any:
        """Calculate the digest, and refuse another one."""
        calculated = f"sha256:{sha256(image_manifest.encode()).hexdigest()}"
        if digest and digest != calculated:
            raise _OtherDigestError(digest, calculated)
        return PutImage.moto.put_image(
            self, repository_name, image_manifest, image_tag, image_manifest_mediatype, calculated
        )
