"""What the state backend may be."""

from __future__ import annotations

from typing import Any

import pytest

from backend.s3_settings import S3Settings
from backend.state_backend_settings import StateBackendSettings
from modules.errors import ProblemsError


def s3(**changes: Any) -> S3Settings:
    fields = {"bucket": "states", "region": "eu-west-1", "kms_key_id": "alias/states"}
    return S3Settings(**{**fields, **changes})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"s3": s3(kms_key_id=None)},
            r"s3.kms_key_id: got None; allowed: alias/…, .* name one in the tfback",
        ),
        ({"s3": s3(kms_key_id="arn:aws:kms:eu-west-1:111122223333:key/a")}, r"s3.kms_key_id: got 'arn:"),
        ({"s3": s3(kms_key_id="alias/aws/s3")}, r"s3.kms_key_id: got 'alias/aws/s3'"),
        (
            {"s3": s3(bucket="b" * 63), "stacks": ("s" * 65,)},
            r"stacks: got b+-s+, 129 characters; allowed: 128",
        ),
        ({"stacks": ("ohi-dev", "ohi-dev")}, r"ohi-dev: two stacks have this name"),
        ({"stacks": ("OHI",)}, r"got 'OHI'; allowed: lower-case words"),
        ({"old_version_days": 1}, r"old_version_days: got 1; allowed: 30 or more; raise it"),
        ({"old_versions_kept": 0}, r"old_versions_kept: got 0"),
    ],
)
def test_what_could_not_be_created_or_would_lose_states_is_refused(
    fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(ProblemsError, match=message):
        StateBackendSettings(**{"s3": s3(), "stacks": ("ohi-dev",), **fields})


def test_policies_of_two_backends_never_share_a_name() -> None:
    one = StateBackendSettings(s3=s3(), stacks=("a",))
    other = StateBackendSettings(s3=s3(bucket="more-states"), stacks=("a",))
    assert one.policy_name("a") == "states-a"
    assert other.policy_name("a") == "more-states-a"
