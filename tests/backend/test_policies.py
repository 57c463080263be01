"""What the bucket refuses, and that each stack's policy reaches its own state alone."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backend.keys import digest_item, lock_item, lock_key, state_key
from backend.policies import bucket_statements, state_policy
from backend.s3_settings import S3Settings
from modules.iam.policy import policy_document

BUCKET, TABLE = "arn:aws:s3:::states", "arn:aws:dynamodb:eu-west-1:1:table/locks"
KEY = "arn:aws:kms:eu-west-1:1:key/k"
SETTINGS = S3Settings(bucket="states", region="eu-west-1", dynamodb_table="locks")
names = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)


def statements(document: str) -> dict[str, Any]:
    return {one["Sid"]: one for one in json.loads(document)["Statement"]}


def policy_of(stack: str, settings: S3Settings = SETTINGS, table: str | None = TABLE) -> dict[str, Any]:
    document = state_policy(state_key(stack), settings, bucket_arn=BUCKET, key_arn=KEY, table_arn=table)
    return statements(document)


def reached(policy: dict[str, Any]) -> set[str]:
    """The objects and items a policy lets somebody read, write or delete."""
    found = {*policy["State"]["Resource"], *policy["LockFile"]["Resource"]}
    return found | {*policy["LockItem"]["Condition"]["ForAllValues:StringEquals"]["dynamodb:LeadingKeys"]}


@given(names)
def test_a_stack_reaches_its_state_its_locks_and_its_digest(stack: str) -> None:
    key = state_key(stack)
    objects = {f"{BUCKET}/{key}", f"{BUCKET}/{lock_key(key)}"}
    assert reached(policy_of(stack)) == {*objects, lock_item("states", key), digest_item("states", key)}


@given(st.tuples(names, names).filter(lambda pair: pair[0] != pair[1]))
def test_no_stack_reaches_anothers(pair: tuple[str, str]) -> None:
    one, other = (policy_of(stack) for stack in pair)
    assert not reached(one) & reached(other)


@given(names)
def test_nothing_is_reached_by_pattern(stack: str) -> None:
    for sid, statement in policy_of(stack).items():
        assert statement["Effect"] == "Allow"
        assert not any("*" in word for word in (*statement["Action"], *statement["Resource"])), sid


def test_a_state_may_not_be_deleted_but_its_lock() -> None:
    policy = policy_of("ohi-dev")
    assert "s3:DeleteObject" not in policy["State"]["Action"]
    assert "s3:DeleteObject" in policy["LockFile"]["Action"]
    assert "s3:DeleteObjectVersion" not in str(policy)


def test_items_are_narrowed_even_for_requests_that_name_none() -> None:
    assert policy_of("ohi-dev")["LockItem"]["Condition"]["Null"] == {"dynamodb:LeadingKeys": "false"}


def test_the_key_is_used_through_the_two_services_alone() -> None:
    encryption = policy_of("ohi-dev")["Encryption"]
    assert encryption["Resource"] == [KEY]
    via = encryption["Condition"]["StringEquals"]["kms:ViaService"]
    assert via == ["s3.eu-west-1.amazonaws.com", "dynamodb.eu-west-1.amazonaws.com"]


def test_a_lock_that_is_not_used_is_not_granted() -> None:
    only_s3 = S3Settings(bucket="states", region="eu-west-1")
    only_table = S3Settings(bucket="states", region="eu-west-1", dynamodb_table="locks", use_lockfile=False)
    assert "LockItem" not in policy_of("ohi-dev", only_s3, None)
    assert "LockFile" not in policy_of("ohi-dev", only_table)


def test_the_bucket_refuses_old_tls_and_other_keys() -> None:
    denied = bucket_statements(bucket_arn=BUCKET, key_names=[KEY, "alias/states"])
    policy = statements(policy_document(*denied))
    assert {one["Effect"] for one in policy.values()} == {"Deny"}
    assert {one["Principal"] for one in policy.values()} == {"*"}
    assert policy["DenyOldTls"]["Resource"] == [BUCKET, f"{BUCKET}/*"]
    assert policy["DenyOldTls"]["Condition"] == {"NumericLessThan": {"s3:TlsVersion": "1.2"}}
    header = "s3:x-amz-server-side-encryption"
    assert policy["DenyOtherEncryption"]["Condition"] == {
        "Null": {header: "false"},
        "StringNotEquals": {header: ["aws:kms"]},
    }
    assert policy["DenyOtherKeys"]["Condition"]["StringNotEquals"] == {
        f"{header}-aws-kms-key-id": [KEY, "alias/states"]
    }
