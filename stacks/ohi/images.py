"""The published images that OHI runs, each at one version, by the service that runs it. Pure.

They are copied into the repository of their service (`ohi-<service>`) before they are deployed: a task pulls
from ECR only, so that neither a registry's rate limit nor a tag that moved decides what runs.
"""

from __future__ import annotations

from collections.abc import Mapping

from modules.compute.repository.upstream_image import UpstreamImage
from stacks.ohi.dependencies import BLNK_API, BLNK_WORKER, CLICKHOUSE, OTEL, SIGNOZ_FRONTEND, SIGNOZ_QUERY

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
