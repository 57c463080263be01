"""What a bootstrap does depends on what it finds, and it never overwrites or orphans a state."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.records import State
from modules.errors import ProblemsError
from operations.state.bootstrap_mode import BootstrapMode, bootstrap_mode, read_local_state

BUCKET = {"aws_s3_bucket.b": "states"}


def state(**ids: str) -> State:
    named = {name.replace("__", "."): value for name, value in ids.items()}
    return State(
        stack="state-backend",
        serial=3,
        ids=named,
        size=1,
        modified=datetime(2026, 11, 21, tzinfo=UTC),
        digest_is_stale=False,
    )


BEGUN = state(aws_kms_key__k="key-1")
CREATED = state(aws_kms_key__k="key-1", aws_s3_bucket__b="states")


@pytest.mark.parametrize(
    ("exists", "remote", "local", "mode"),
    [
        (False, None, None, BootstrapMode.CREATE_AND_MIGRATE),  # the first run
        (False, None, BEGUN, BootstrapMode.CREATE_AND_MIGRATE),  # stopped before the bucket was there
        (True, None, CREATED, BootstrapMode.CREATE_AND_MIGRATE),  # stopped before the state was moved
        (True, CREATED, CREATED, BootstrapMode.VERIFY),  # stopped before the local state was renamed
        (True, CREATED, BEGUN, BootstrapMode.VERIFY),  # an older backup of the local state was put back
        (True, CREATED, None, BootstrapMode.VERIFY),  # done before
    ],
)
def test_a_run_goes_on_from_what_is_there(
    exists: bool,  # noqa: FBT001 - a parameter of the table
    remote: State | None,
    local: State | None,
    mode: BootstrapMode,
) -> None:
    assert bootstrap_mode(bucket="states", exists=exists, remote=remote, local=local) is mode


@pytest.mark.parametrize(
    ("remote", "local", "message"),
    [
        (
            None,
            state(aws_s3_bucket__b="others"),
            "bucket states: the state on this machine is of others and not moved there yet; finish that one",
        ),
        (
            CREATED,
            state(aws_kms_key__k="key-2", aws_s3_bucket__b="states"),
            r"holds a state already \(serial 3\), .* the same under other ids; find out which is real",
        ),
        (
            CREATED,
            state(aws_s3_bucket__b="states", aws_iam_policy__p="p"),
            r"holds a state already .* with aws_iam_policy\.p; find out which is real",
        ),
        (None, None, "exists, but no state knows it. If a bootstrap was killed .* delete it and run this"),
        (None, BEGUN, "exists, but no state knows it"),
    ],
)
def test_what_would_lose_something_is_refused(
    remote: State | None, local: State | None, message: str
) -> None:
    with pytest.raises(ProblemsError, match=message):
        bootstrap_mode(bucket="states", exists=True, remote=remote, local=local)


def test_a_state_here_without_resources_is_none(tmp_path: Path) -> None:
    file = tmp_path / "terraform.tfstate"
    assert read_local_state("state-backend", file) is None
    file.write_text(json.dumps({"serial": 1, "lineage": "l", "resources": []}))
    assert read_local_state("state-backend", file) is None


def test_a_state_here_knows_its_bucket(tmp_path: Path) -> None:
    file = tmp_path / "terraform.tfstate"
    bucket = {
        "mode": "managed",
        "type": "aws_s3_bucket",
        "name": "b",
        "instances": [{"attributes": {"id": "states"}}],
    }
    file.write_text(json.dumps({"serial": 1, "lineage": "l", "resources": [bucket]}))
    found = read_local_state("state-backend", file)
    assert found
    assert found.ids == BUCKET


def test_a_file_that_is_no_state_is_said(tmp_path: Path) -> None:
    file = tmp_path / "terraform.tfstate"
    file.write_text("{")
    with pytest.raises(ProblemsError, match="state of state-backend: is no Terraform state of version 4"):
        read_local_state("state-backend", file)
