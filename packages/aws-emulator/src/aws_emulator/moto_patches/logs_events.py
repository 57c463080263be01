"""Reading log events."""

from __future__ import annotations

import json
from typing import Any

from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse

from aws_emulator.moto_patches import Patch


class Interleaved(Patch, of=LogGroup):
    """FilterLogEvents (Amazon CloudWatch Logs API Reference), interleaved: "this parameter is ignored and the
    value is assumed to be true"; moto does what it says.
    """

    def filter_log_events(self: Any, *given: Any) -> Any:
        """All streams by time."""
        return Interleaved.moto.filter_log_events(self, *given[:-1], True)  # noqa: FBT003 - as moto calls it


class FilterLogEvents(Patch, of=LogsResponse):
    """FilterLogEvents (Amazon CloudWatch Logs API Reference), logStreamNamePrefix: only events of streams
    whose names begin so; moto ignores it.
    """

    def filter_log_events(self: Any) -> str:
        """Those of the prefix."""
        answer = FilterLogEvents.moto.filter_log_events(self)
        if not (prefix := self._get_param("logStreamNamePrefix")):
            return str(answer)
        found = json.loads(answer)
        found["events"] = [one for one in found["events"] if one["logStreamName"].startswith(prefix)]
        return json.dumps(found)
