"""A copy is restored apart, checked, recorded and deleted; what goes wrong is recorded too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from operations.restore_test import restore_test
from tests.operations.restore_test.conftest import CLUSTER, DATABASE, PARAMETER, RESTORED, WORDS, Shop
from tests.operations.small_stack import STACK, invoke

pytestmark = pytest.mark.emulator


def run(*words: str) -> Any:
    return invoke(restore_test, *WORDS[1:], *words)


def test_the_newest_copy_is_restored_checked_recorded_and_deleted(shop: Shop) -> None:
    done = run("--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["succeeded"]
    assert report["identifier"] == DATABASE
    assert report["check"]["exitCode"] == 0
    assert shop.is_as_before()
    assert shop.record["succeeded"]
    assert shop.record["last"] == report
    metrics = shop.client("cloudwatch").list_metrics(Namespace=STACK)["Metrics"]
    assert [(one["MetricName"], one["Dimensions"]) for one in metrics] == [
        ("RestoreSucceeded", [{"Name": "Database", "Value": "shop"}])
    ]
