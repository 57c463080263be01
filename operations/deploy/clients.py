"""The AWS services that a deployment calls."""

from __future__ import annotations

from typing import Any

from operations import aws

# ECS's quotas of calls are per account: others may be deploying. Adaptive retries slow down with it.
_RETRIES = {"mode": "adaptive", "total_max_attempts": 8}


class Clients:
    """Clients in the region of a stack, with its role; they repeat what was throttled."""

    def __init__(self, region: str | None, stack: str) -> None:
        from botocore.config import Config

        def made(service: str) -> Any:
            return aws.client(service, region, stack=stack, config=Config(retries=_RETRIES))

        self.ecs, self.ssm, self.ecr, self.sts = made("ecs"), made("ssm"), made("ecr"), made("sts")
        self.logs, self.cloudwatch = made("logs"), made("cloudwatch")
        self.quotas = made("service-quotas")
