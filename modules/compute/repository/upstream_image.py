"""Published images, which are copied into a repository of one's own. Pure."""

import re
from collections.abc import Iterator

from ...errors import Problem, refusal
from ...settings import settings
from ...values import Image, ImageTag

_VERSION = re.compile(r"v?\d+(\.\d+){2,}(-[a-z0-9.]+)?")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@settings
class UpstreamImage:
    """A published image: its repository, its version, and if known the digest of that version.

    With `digest` exactly these bytes are copied; without it, what the publisher calls `version`.
    """

    repository: Image
    version: ImageTag
    digest: str | None = None

    @property
    def reference(self) -> str:
        """What a registry client pulls: by digest, else by version."""
        return f"{self.repository}@{self.digest}" if self.digest else f"{self.repository}:{self.version}"

    def problems(self) -> Iterator[Problem]:
        """A version that moves, such as `latest` or `1`; an invalid digest."""
        if not _VERSION.fullmatch(self.version):
            allowed = "a whole version such as 1.30.4 or v0.138.0"
            why = refusal(got=repr(self.version), allowed=allowed, fix="others move to new images")
            yield Problem(where=f"{self.repository}.version", what=why)
        if self.digest is not None and not _DIGEST.fullmatch(self.digest):
            why = refusal(
                got=repr(self.digest), allowed="sha256: and 64 digits", fix="copy it from the registry"
            )
            yield Problem(where=f"{self.repository}.digest", what=why)
