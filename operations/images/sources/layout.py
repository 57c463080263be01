"""Images in an OCI layout (OCI Image Layout Specification), and in what older Dockers save."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from modules.errors import ProblemsError, refusal
from operations.images.manifests import (
    INDEXES,
    OCI_MANIFEST,
    Image,
    Json,
    composed,
    image_of_platform,
    verified,
)
from operations.images.sources.files import Files

_UNCOMPRESSED = "application/vnd.oci.image.layer.v1.tar"


def is_layout(files: Files) -> bool:
    """Whether there is an OCI layout."""
    return files.size("oci-layout") is not None


def is_saved(files: Files) -> bool:
    """Whether `docker save` of Docker 24 or older wrote it."""
    return files.size("manifest.json") is not None


def read_layout(files: Files, architecture: str, where: str) -> Image:
    """The image for an architecture. Raises ProblemsError where there is none, or a blob is missing."""
    with _well_formed(where):
        return _read_layout(files, architecture, where)


def _read_layout(files: Files, architecture: str, where: str) -> Image:
    layout = _Layout(files, where)
    chosen = image_of_platform(
        layout.json("index.json"), architecture, read=lambda digest: layout.json(_blob(digest)), where=where
    )
    manifest = verified(layout.bytes(_blob(chosen["digest"])), chosen["digest"], where)
    content = json.loads(manifest)
    if content.get("mediaType") in INDEXES or "config" not in content:
        raise ProblemsError.one(where, refusal(got="no image", allowed="an image", fix="build one"))
    config = content["config"]["digest"]
    image = Image(
        manifest=manifest,
        media_type=content.get("mediaType") or chosen.get("mediaType") or OCI_MANIFEST,
        configuration=verified(layout.bytes(_blob(config)), config, where),
        open=lambda one: files.open(_blob(one.digest)),
    )
    layout.require({one.digest: one.size for one in image.blobs})
    return image


def read_saved(files: Files, where: str) -> Image:
    """The image that `docker save` wrote; its layers are not compressed, and named by their digests.

    The format is that of Moby's image/spec/v1.2. Raises ProblemsError where there are several images.
    """
    with _well_formed(where):
        return _read_saved(files, where)


def _read_saved(files: Files, where: str) -> Image:
    layout = _Layout(files, where)
    images: Any = layout.json("manifest.json")
    if len(images) != 1:
        why = refusal(got=f"{len(images)} images", allowed="one", fix="save one image alone")
        raise ProblemsError.one(where, why)
    configuration = layout.bytes(images[0]["Config"])
    digests = json.loads(configuration)["rootfs"]["diff_ids"]
    names = dict(zip(digests, images[0]["Layers"], strict=True))
    layers = [
        {"mediaType": _UNCOMPRESSED, "digest": digest, "size": layout.size(name)}
        for digest, name in names.items()
    ]
    return composed(configuration, layers, lambda one: files.open(names[one.digest]))


@contextmanager
def _well_formed(where: str) -> Iterator[None]:
    """Raise ProblemsError for JSON that lacks what the formats have, or has it in another form."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        got = f"JSON without {error}" if isinstance(error, KeyError) else "JSON of another form"
        fix = "build it, and write it again"
        raise ProblemsError.one(where, refusal(got=got, allowed="an image", fix=fix)) from None


class _Layout:
    """Files that must be there."""

    def __init__(self, files: Files, where: str) -> None:
        self._files, self._where = files, where

    def size(self, name: str) -> int:
        size = self._files.size(name)
        if size is None:
            raise self._damaged(f"no file {name}")
        return size

    def bytes(self, name: str) -> bytes:
        self.size(name)
        with self._files.open(name) as file:
            return file.read()

    def json(self, name: str) -> Json:
        try:
            content: Json = json.loads(self.bytes(name))
        except ValueError:
            raise self._damaged(f"{name}, which is no JSON") from None
        return content

    def require(self, sizes: dict[str, int]) -> None:
        for digest, size in sizes.items():
            if (got := self.size(_blob(digest))) != size:
                raise self._damaged(f"{got} bytes of {digest}, which has {size}")

    def _damaged(self, got: str) -> ProblemsError:
        fix = "write it again: it is not whole"
        return ProblemsError.one(self._where, refusal(got=got, allowed="a whole image", fix=fix))


def _blob(digest: str) -> str:
    return f"blobs/{digest.replace(':', '/')}"
