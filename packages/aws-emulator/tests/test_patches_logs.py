"""Patches of CloudWatch Logs, each by what AWS's pages say of the call."""

from __future__ import annotations

import time

import pytest

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator


def test_events_of_all_streams_are_read_by_time_and_by_a_prefix(emulator: Emulator) -> None:
    logs = emulator.client("logs", "eu-west-1")
    logs.create_log_group(logGroupName="group")
    now = int(time.time() * 1000) - 60_000
    for place, stream in enumerate(("web/1", "proxy/1")):
        logs.create_log_stream(logGroupName="group", logStreamName=stream)
        events = [{"timestamp": now + place + 2 * one, "message": f"{stream} {one}"} for one in range(2)]
        logs.put_log_events(logGroupName="group", logStreamName=stream, logEvents=events)

    def read(**given: str) -> list[str]:
        found = logs.filter_log_events(logGroupName="group", **given)
        return [one["message"] for one in found["events"]]

    assert read() == ["web/1 0", "proxy/1 0", "web/1 1", "proxy/1 1"]
    assert read(logStreamNamePrefix="proxy/") == ["proxy/1 0", "proxy/1 1"]
