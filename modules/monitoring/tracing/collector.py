"""The collector that sends a service's traces to X-Ray, as a sidecar. Pure.

X-Ray's own daemon and SDKs are in maintenance since 25 February 2026, and end a year later (AWS X-Ray
developer guide, "X-Ray SDK and Daemon Support timeline"): it is the AWS Distro for OpenTelemetry.
"""

from __future__ import annotations

import json

from ...compute.service.container_settings import ContainerSettings, HealthCheck
from .settings import CollectorSettings

NAME = "collector"
# The OpenTelemetry protocol over HTTP, and the proxy by which SDKs ask X-Ray for sampling rules. Both for the
# task's own containers only: the proxy passes requests on with the task's permissions.
OTLP, SAMPLING = 4318, 2000
_HEALTH = 13133


def collector(settings: CollectorSettings | None = None) -> ContainerSettings:
    """A sidecar for `sidecars=` of a service: `{"collector": collector()}`.

    Without it a service goes on: its traces are lost.
    """
    given = settings or CollectorSettings()
    return ContainerSettings(
        image=given.image,
        cpu=given.cpu,
        memory=given.memory,
        environment={"AOT_CONFIG_CONTENT": configuration(given.memory)},
        # The image has no shell (aws-observability/aws-otel-collector, cmd/healthcheck).
        health_check=HealthCheck(command=("CMD", "/healthcheck"), start_period_seconds=10),
        essential=False,
    )


def configuration(memory: int) -> str:
    """The collector's configuration as JSON, which is YAML too, for a container of that many MiB."""
    document = {
        "extensions": {
            "health_check": {"endpoint": f"127.0.0.1:{_HEALTH}"},
            "awsproxy": {"endpoint": f"127.0.0.1:{SAMPLING}"},
        },
        "receivers": {"otlp": {"protocols": {"http": {"endpoint": f"127.0.0.1:{OTLP}"}}}},
        "processors": {
            "memory_limiter": {"check_interval": "1s", "limit_mib": memory * 3 // 4},
            "batch": {"timeout": "1s", "send_batch_size": 50},
        },
        # Annotations, by which traces can be searched.
        "exporters": {"awsxray": {"indexed_attributes": ["otel.resource.deployment.environment"]}},
        "service": {
            "extensions": ["health_check", "awsproxy"],
            "pipelines": {
                "traces": {
                    "receivers": ["otlp"],
                    "processors": ["memory_limiter", "batch"],
                    "exporters": ["awsxray"],
                }
            },
        },
    }
    return json.dumps(document, separators=(",", ":"))
