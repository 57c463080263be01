"""What one worker planned, another one reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aws_emulator import Emulator
from operations.sandbox import prepared
from tests.planned import Planned, keep, kept, planned


def test_a_plan_that_is_kept_is_read_as_it_was(tmp_path: Path) -> None:
    found = Planned(document={"resource_changes": [{"address": "aws_sqs_queue.one"}]}, warnings=("old: x",))
    assert kept(tmp_path, "small") is None
    keep(tmp_path, "small", found)
    assert kept(tmp_path, "small") == found


@pytest.mark.terraform
def test_a_plan_and_its_warnings(output: Path, emulator: Emulator, tmp_path: Path) -> None:
    document = output / "stacks/state-backend/cdk.tf.json"
    workspace = prepared(document, tmp_path / "stack", emulator, exclusions=())
    deprecated = {"resource": {"aws_s3_bucket": {"old": {"bucket": "old-things", "acl": "private"}}}}
    (workspace.directory / "more.tf.json").write_text(json.dumps(deprecated))
    plan, found = planned(workspace)
    assert {one["address"] for one in found.document["resource_changes"]} == {
        change.address for change in plan.changes
    }
    assert any("deprecated" in one.lower() for one in found.warnings)
