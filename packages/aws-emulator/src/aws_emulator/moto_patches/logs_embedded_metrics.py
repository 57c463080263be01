"""Metrics in log events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.logs.models import LogsBackend

from aws_emulator.moto_patches import Patch


class PutLogEvents(Patch, of=LogsBackend):
    """PutLogEvents (CloudWatch Logs API Reference) with events in the embedded metric format, of which
    CloudWatch makes metrics (CloudWatch user guide, "Specification: Embedded metric format"); moto makes
    none.
    """

    def put_log_events(
        self: Any, log_group_name: str, log_stream_name: str, log_events: list[dict[str, Any]]
    ) -> Any:
        """Keep the events, and the metrics that they hold."""
        answer = PutLogEvents.moto.put_log_events(self, log_group_name, log_stream_name, log_events)
        backend = cloudwatch_backends[self.account_id][self.region_name]
        for event in log_events:
            for namespace, data in _metrics(event["message"]):
                backend.put_metric_data(namespace, data)
        return answer


def _metrics(message: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    try:
        content = json.loads(message)
        directives = content["_aws"]["CloudWatchMetrics"]
        at = datetime.fromtimestamp(content["_aws"]["Timestamp"] / 1000, UTC).replace(tzinfo=None)
    except (ValueError, TypeError, KeyError):
        return  # an ordinary event
    for directive in directives:
        for names in directive["Dimensions"]:
            dimensions = [{"Name": name, "Value": str(content[name])} for name in names]
            yield (
                directive["Namespace"],
                [
                    {
                        "MetricName": metric["Name"],
                        "Unit": metric.get("Unit", "None"),
                        "Value": content[metric["Name"]],
                        "Dimensions": dimensions,
                        "Timestamp": at,
                    }
                    for metric in directive["Metrics"]
                ],
            )
