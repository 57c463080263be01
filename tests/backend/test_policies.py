"""What the bucket refuses, and that each stack's policy reaches its own state alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.keys import digest_item, lock_item, lock_key, state_key
from backend.policies import bucket_statements, state_policy
from backend.s3_settings import S3Settings
from modules.iam.policy import Statement, policy_document
from tests.iam.simulator import ACCOUNT, Ask, decisions

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


ADMINISTRATOR = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}], "Version": "2012-10-17"}
ALIAS, ARN_OF_ALIAS = "alias/states", f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/states"


def in_the_bucket(action: str, *, account: str = ACCOUNT, resource: str = f"{BUCKET}/k", **sent: str) -> str:
    """What the bucket's policy decides of an administrator's request."""
    denied = bucket_statements(
        bucket_arn=BUCKET, key_arns=[KEY, ARN_OF_ALIAS], alias=ALIAS, account_id=ACCOUNT
    )
    others = Statement(
        actions=[action],
        resources=[BUCKET, f"{BUCKET}/*"],
        principals=[f"arn:aws:iam::{account}:root"],
        wildcard_reason="the account of the caller, as if the bucket were shared with it",
    )
    context = {"s3:TlsVersion": "1.2", "aws:PrincipalAccount": account}
    context |= {name.replace("__", ":").replace("_", "-"): value for name, value in sent.items()}
    ask = Ask(
        principal=f"arn:aws:iam::{account}:role/administrator",
        policies=[ADMINISTRATOR],
        action=action,
        resource=resource,
        context={
            **context,
            **{name.replace("__", ":").replace("_", "-"): value for name, value in sent.items()},
        },
        resource_policy=json.loads(policy_document(*denied, others)),
    )
    (decision,) = decisions([ask])
    return decision


@pytest.mark.parametrize(
    ("key", "account", "decision"),
    [
        (None, ACCOUNT, "Allowed"),
        (KEY, ACCOUNT, "Allowed"),
        (ARN_OF_ALIAS, ACCOUNT, "Allowed"),
        (ALIAS, ACCOUNT, "Allowed"),
        (f"{KEY}-of-another", ACCOUNT, "ExplicitlyDenied"),
        ("alias/another", ACCOUNT, "ExplicitlyDenied"),
        # S3 would look the alias up in the caller's account.
        (ALIAS, "210987654321", "ExplicitlyDenied"),
        (KEY, "210987654321", "Allowed"),
    ],
)
def test_states_are_encrypted_with_their_own_key(key: str | None, account: str, decision: str) -> None:
    sent = {"s3__x_amz_server_side_encryption": "aws:kms"}
    if key is not None:
        sent["s3__x_amz_server_side_encryption_aws_kms_key_id"] = key
    assert in_the_bucket("s3:PutObject", account=account, **sent) == decision


def test_the_bucket_refuses_old_tls_other_encryption_and_keys_of_customers() -> None:
    assert in_the_bucket("s3:GetObject") == "Allowed"
    assert in_the_bucket("s3:GetObject", s3__TlsVersion="1.1") == "ExplicitlyDenied"
    other = {"s3__x_amz_server_side_encryption": "AES256"}
    assert in_the_bucket("s3:PutObject", **other) == "ExplicitlyDenied"
    customer = {"s3__x_amz_server_side_encryption_customer_algorithm": "AES256"}
    assert in_the_bucket("s3:PutObject", **customer) == "ExplicitlyDenied"


def test_nobody_deletes_a_version_or_the_bucket() -> None:
    assert in_the_bucket("s3:DeleteObject") == "Allowed", "Terraform releases its lock so"
    assert in_the_bucket("s3:DeleteObjectVersion") == "ExplicitlyDenied"
    assert in_the_bucket("s3:DeleteBucket", resource=BUCKET) == "ExplicitlyDenied"
