"""Query logging of Route 53."""

from __future__ import annotations

from typing import Any

from moto.route53.models import Route53Backend

from aws_emulator.moto_patches import Patch


class CreateQueryLoggingConfig(Patch, of=Route53Backend):
    """CreateQueryLoggingConfig (Amazon Route 53 API Reference): the log group's ARN ends in its name.

    moto takes only the form with `:*` behind it.
    """

    def create_query_logging_config(self: Any, hosted_zone_id: str, log_group_arn: str) -> Any:
        """Accept both forms, and answer with the one that was given."""
        config = CreateQueryLoggingConfig.moto.create_query_logging_config(
            self, hosted_zone_id, f"{log_group_arn.removesuffix(':*')}:*"
        )
        config.cloud_watch_logs_log_group_arn = log_group_arn
        return config
