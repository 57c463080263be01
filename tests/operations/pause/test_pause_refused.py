"""`infra pause` where it changes nothing: it asks, it shows, it refuses."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.emulator
STACK = "ohi-dev"


def test_it_asks_before_it_changes_anything(unchanged: Any) -> None:
    unchanged.write()
    asked = unchanged.infra("pause")
    assert asked.returncode == 2
    assert f"the question 'Pause {STACK}?': got no terminal" in asked.stderr
    assert unchanged.delay == 5


def test_what_the_code_changed_since_is_listed_by_itself(unchanged: Any) -> None:
    unchanged.write(**{"resource.aws_sns_topic.events": {"name": "events"}})
    shown = unchanged.infra("pause", "--dry-run")
    _, _, others = shown.stdout.partition("Not of the pause, but changed in the code since:")
    assert "aws_sns_topic.events" in others
    assert "aws_sqs_queue.work" not in others


def test_a_pause_that_would_lose_data_is_refused(unchanged: Any) -> None:
    name = '${var.infrastructure_paused ? "other-files" : "shop-files"}'
    unchanged.write(**{"resource.aws_s3_bucket.files": {"bucket": name}})
    refused = unchanged.infra("pause", "--yes")
    assert refused.returncode == 1
    assert "THIS LOSES DATA: 1" in refused.stdout
    assert unchanged.delay == 5
