"""Images into a repository of ECR, by ECR's own API.

Not by the registry's HTTP protocol: there ECR takes a layer in one request only, and drops the second chunk
of one that is uploaded in several (github.com/aws/containers-roadmap, issue 2831), so that nothing could go
on where a connection broke. UploadLayerPart takes parts, refuses one out of order with the last byte that it
has, and botocore repeats what was throttled or reset. Needed permissions are those of `docker push`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import IO, Any

from modules.errors import ProblemsError, refusal
from operations.aws import batches
from operations.images.manifests import Descriptor, Image

_BATCH = 100  # BatchCheckLayerAvailability (Amazon ECR API Reference), layerDigests: at most 100
_LARGEST_PART = (
    20 * 2**20
)  # UploadLayerPart: "The maximum size of each image layer part can be 20971520 bytes"
_STALLED = 5  # times that no byte more has arrived
Advance = Callable[[int], None]


class Repository:
    """A repository that images are uploaded into."""

    def __init__(self, ecr: Any, name: str) -> None:
        self._ecr, self._name = ecr, name

    def missing(self, blobs: Sequence[Descriptor]) -> list[Descriptor]:
        """The blobs that the repository hasn't."""
        held: set[str] = set()
        for batch in batches(blobs, _BATCH):
            asked = [one.digest for one in batch]
            found = self._ecr.batch_check_layer_availability(repositoryName=self._name, layerDigests=asked)
            held |= {one["layerDigest"] for one in found["layers"] if one["layerAvailability"] == "AVAILABLE"}
        return [one for one in blobs if one.digest not in held]

    def upload(self, blob: Descriptor, file: IO[bytes], advance: Advance) -> None:
        """Upload a blob. Raises ProblemsError where its bytes are not what its digest says."""
        begun = self._ecr.initiate_layer_upload(repositoryName=self._name)
        place = {"repositoryName": self._name, "uploadId": begun["uploadId"]}
        size = min(int(begun["partSize"]), _LARGEST_PART)
        position = stalled = 0
        while position < blob.size:
            file.seek(position)
            if not (part := file.read(min(size, blob.size - position))):
                raise _other_bytes(blob, f"only {position} of its {blob.size} bytes")
            received = self._send(place, position, part)
            stalled = stalled + 1 if received <= position else 0
            if stalled == _STALLED:
                fix = "run the same command again"
                why = refusal(got=f"no byte after {position}", allowed=f"{blob.size} of them", fix=fix)
                raise ProblemsError.one(f"{self._name} {blob.digest}", why)
            advance(received - position)
            position = received
        self._complete(place, blob)

    def put(self, image: Image, tag: str) -> None:
        """Name an image, whose blobs are there, by a tag. Raises ProblemsError where another image has it."""
        try:
            self._ecr.put_image(
                repositoryName=self._name,
                imageManifest=image.manifest.decode(),
                imageManifestMediaType=image.media_type,
                imageDigest=image.digest,
                imageTag=tag,
            )
        except self._ecr.exceptions.ImageAlreadyExistsException:
            return
        except self._ecr.exceptions.ImageTagAlreadyExistsException:
            raise ProblemsError.one(f"{self._name}:{tag}", tag_taken(tag)) from None

    def _send(self, place: dict[str, Any], first: int, part: bytes) -> int:
        """Send a part; how many bytes ECR has then. A part that was repeated may have arrived already."""
        try:
            self._ecr.upload_layer_part(
                **place, partFirstByte=first, partLastByte=first + len(part) - 1, layerPartBlob=part
            )
        except self._ecr.exceptions.InvalidLayerPartException as error:
            return int(error.response["lastValidByteReceived"]) + 1
        return first + len(part)

    def _complete(self, place: dict[str, Any], blob: Descriptor) -> None:
        try:
            self._ecr.complete_layer_upload(**place, layerDigests=[blob.digest])
        except self._ecr.exceptions.LayerAlreadyExistsException:
            return
        except self._ecr.exceptions.UploadNotFoundException:
            # The call was repeated because its answer was lost: the upload ended with the first.
            if self.missing([blob]):
                raise
        except self._ecr.exceptions.InvalidLayerException:
            raise _other_bytes(blob, "other bytes") from None


def tag_taken(tag: str) -> str:
    """The sentence for a tag that another image has."""
    return refusal(
        got=f"{tag}, which another image has",
        allowed="a tag that no image has: tags don't move",
        fix="name another one with --tag",
    )


def _other_bytes(blob: Descriptor, got: str) -> ProblemsError:
    why = refusal(got=got, allowed=f"the layer {blob.digest}", fix="build, save or download it again")
    return ProblemsError.one("image", why)
