"""Checksums of S3 objects that the client computed."""

from __future__ import annotations

from typing import Any

from moto.s3.exceptions import S3ClientError
from moto.s3.responses import S3Response
from moto.s3.utils import compute_checksum

from aws_emulator.moto_patches import Patch

_HEADER = "x-amz-checksum-"
_ALGORITHMS = ("sha1", "sha256", "crc32")


class PutObjectChecksum(Patch, of=S3Response):
    """PutObject (Amazon S3 API Reference): the checksum header "can be used as a data integrity check to
    verify that the data received is the same data that was originally sent"; BadDigest where it is not (Error
    responses). moto believes it, and where it comes without x-amz-sdk-checksum-algorithm, forgets it."""

    def _get_checksum(self: Any, response_headers: dict[str, Any]) -> tuple[str, str | None]:
        """Compare, and keep the algorithm."""
        for name in _ALGORITHMS:
            if not (given := self.headers.get(f"{_HEADER}{name}")):
                continue
            computed = compute_checksum(self.body or b"", algorithm=name.upper())
            if given != (computed.decode() if isinstance(computed, bytes) else computed):
                what = f"The {name.upper()} you specified did not match the calculated checksum."
                raise S3ClientError("BadDigest", what)
            response_headers[f"{_HEADER}{name}"] = given
            return name.upper(), given
        return PutObjectChecksum.moto._get_checksum(self, response_headers)  # type: ignore[no-any-return] # noqa: SLF001
