"""The published images that OHI runs, each at one version. Pure.

They are copied into the repository of their service (`ohi-<service>`) before they are deployed: a task pulls
from ECR only, so that neither a registry's rate limit nor a tag that moved decides what runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from modules.errors import Problem, refusal
from modules.settings import settings
from stacks.ohi.dependencies import BLNK_API, BLNK_WORKER, CLICKHOUSE, OTEL, SIGNOZ_FRONTEND, SIGNOZ_QUERY

_VERSION = re.compile(r"v?\d+(\.\d+){2,}(-[a-z0-9.]+)?")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@settings
class UpstreamImage:
    """A published image: its repository, its version, and if known the digest of that version.

    With `digest` exactly these bytes are copied; without it, what the publisher calls `version`.
    """

    repository: str
    version: str
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


_BLNK = UpstreamImage(repository="docker.io/jerryenebeli/blnk", version="0.15.2")
# SigNoz 0.138 is written for this collector and tested with this ClickHouse: its go.mod and
# .github/workflows/integrationci.yaml (github.com/SigNoz/signoz, v0.138.0).
UPSTREAM_IMAGES: Mapping[str, UpstreamImage] = {
    BLNK_API: _BLNK,
    BLNK_WORKER: _BLNK,
    CLICKHOUSE: UpstreamImage(repository="docker.io/clickhouse/clickhouse-server", version="25.12.5"),
    OTEL: UpstreamImage(repository="docker.io/signoz/signoz-otel-collector", version="v0.144.6"),
    SIGNOZ_QUERY: UpstreamImage(repository="docker.io/signoz/signoz-community", version="v0.138.0"),
    SIGNOZ_FRONTEND: UpstreamImage(
        repository="docker.io/nginxinc/nginx-unprivileged", version="1.30.4-alpine"
    ),
}
