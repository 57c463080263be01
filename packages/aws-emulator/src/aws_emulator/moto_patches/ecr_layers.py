"""Layers of ECR repositories: uploaded in parts, and downloaded from where ECR keeps them."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ecr.exceptions import InvalidLayerPartException, UploadNotFoundException
from moto.ecr.models import ECRBackend, ecr_backends
from moto.ecr.responses import ECRResponse

from aws_emulator.calls import Answer, Call
from aws_emulator.moto_patches import Patch

_SMALLEST_PART = 5 * 2**20  # LayerPartTooSmallException: "Layer parts must be at least 5 MiB in size"
DOWNLOADS = "/ecr-layers"


class _EmptyUploadError(ServiceException):
    code = "EmptyUploadException"
    message = "The specified layer upload does not contain any layer parts."


class _InvalidLayerError(ServiceException):
    code = "InvalidLayerException"

    def __init__(self, given: str, calculated: str) -> None:
        super().__init__(f"The layer digest {calculated} calculated by Amazon ECR does not match {given}")


class _PartTooSmallError(ServiceException):
    code = "LayerPartTooSmallException"
    message = "Layer parts must be at least 5 MiB in size."


class _LayerExistsError(ServiceException):
    code = "LayerAlreadyExistsException"

    def __init__(self, digest: str, repository: str) -> None:
        super().__init__(f"Layer with digest '{digest}' already exists in the '{repository}' repository")


class _NoLayerError(ServiceException):
    code = "LayersNotFoundException"

    def __init__(self, digest: str, repository: str) -> None:
        super().__init__(f"Layer '{digest}' does not exist in the '{repository}' repository")


class LayerParts(Patch, of=ECRBackend):
    """UploadLayerPart and CompleteLayerUpload (Amazon ECR API Reference): a part is as long as it says;
    all but the last are at least 5 MiB; the layer has the digest that it is said to have, and isn't there
    already. moto takes any parts and any digest, and keeps no bytes.
    """

    def upload_layer_part(
        self: Any,
        repository_name: str,
        upload_id: str,
        part_first_byte: int,
        part_last_byte: int,
        layer_part_blob: bytes,
        registry_id: str | None = None,
    ) -> Any:
        """Refuse a part of another length than its bounds; remember its size."""
        repository = self._get_repository(repository_name, registry_id)
        upload = repository.uploads.get(upload_id)
        if upload and part_last_byte - part_first_byte + 1 != len(layer_part_blob):
            raise InvalidLayerPartException(
                repository.registry_id, repository_name, upload_id, upload.last_byte_received
            )
        taken = LayerParts.moto.upload_layer_part(
            self, repository_name, upload_id, part_first_byte, part_last_byte, layer_part_blob, registry_id
        )
        vars(upload).setdefault("part_sizes", []).append(len(layer_part_blob))
        return taken

    def complete_layer_upload(
        self: Any,
        repository_name: str,
        upload_id: str,
        layer_digests: list[str],
        registry_id: str | None = None,
    ) -> Any:
        """Refuse what isn't the layer that it is said to be; keep the bytes of one that is."""
        repository = self._get_repository(repository_name, registry_id)
        if (upload := repository.uploads.get(upload_id)) is None:
            raise UploadNotFoundException(upload_id, repository_name, repository.registry_id)
        layer = bytes(upload.layer_parts)
        digest = f"sha256:{sha256(layer).hexdigest()}"
        if not (sizes := vars(upload).get("part_sizes")):
            raise _EmptyUploadError
        if min(sizes[:-1], default=_SMALLEST_PART) < _SMALLEST_PART:
            raise _PartTooSmallError
        if digest not in layer_digests:
            raise _InvalidLayerError(", ".join(layer_digests), digest)
        if digest in repository.layers:
            raise _LayerExistsError(digest, repository_name)
        _bytes_of(repository)[digest] = layer
        return LayerParts.moto.complete_layer_upload(
            self, repository_name, upload_id, layer_digests, registry_id
        )


class GetDownloadUrlForLayer(Patch, of=ECRResponse):
    """GetDownloadUrlForLayer (Amazon ECR API Reference): "the pre-signed Amazon S3 download URL
    corresponding to an image layer"; moto lacks it. Here the emulator itself answers there.
    """

    def get_download_url_for_layer(self: Any) -> ActionResult:
        """Where the emulator serves the layer; whoever has the address may read it, as with S3's."""
        name, digest = self._get_param("repositoryName"), self._get_param("layerDigest")
        repository = self.ecr_backend._get_repository(name)  # noqa: SLF001 - moto's own way
        if digest not in repository.layers:
            raise _NoLayerError(digest, name)
        place = {"account": self.current_account, "region": self.region, "repository": name}
        query = urlencode({**place, "digest": digest})
        url = f"http://127.0.0.1:{os.environ['MOTO_PORT']}{DOWNLOADS}?{query}"
        return ActionResult({"downloadUrl": url, "layerDigest": digest})


def downloaded(call: Call) -> Answer | None:
    """The bytes of a layer, where a call asks for the address of one."""
    if call.environ["PATH_INFO"] != DOWNLOADS:
        return None
    asked = call.query
    backend = ecr_backends[asked["account"]][asked["region"]]
    repository = backend.repositories.get(asked["repository"])
    layer = _bytes_of(repository).get(asked["digest"]) if repository else None
    if layer is None:
        return Answer(code=404, headers=[], body=b"")
    return Answer(code=200, headers=[("Content-Type", "application/octet-stream")], body=layer)


def _bytes_of(repository: Any) -> dict[str, bytes]:
    """Layers by digest, in the repository, which a reset replaces."""
    held: dict[str, bytes] = vars(repository).setdefault("held_layers", {})
    return held
