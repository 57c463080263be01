"""What Terraform left in S3 and DynamoDB, read and released."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import md5
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from backend.keys import digest_item, lock_item, lock_key, state_key
from backend.s3_settings import S3Settings
from backend.states import StateStore
from modules.errors import ProblemsError

moto = pytest.importorskip("moto")
pytestmark = pytest.mark.emulator
SETTINGS = S3Settings(bucket="states", region="eu-west-1", dynamodb_table="locks")
KEY = state_key("ohi-dev")
STATE = {
    "version": 4,
    "serial": 7,
    "lineage": "l",
    "resources": [
        {"mode": "data", "type": "aws_partition", "name": "p", "instances": [{"attributes": {"id": "aws"}}]},
        {"mode": "managed", "type": "aws_vpc", "name": "v", "instances": [{"attributes": {"id": "vpc-1"}}]},
        {
            "mode": "managed",
            "type": "aws_eip",
            "name": "e",
            "instances": [
                {"index_key": "a", "attributes": {"id": "eip-a"}},
                {"index_key": 0, "attributes": {"arn": "arn:eip-0"}},
            ],
        },
    ],
}


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[StateStore]:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "emulated")
    with moto.mock_aws():
        yield StateStore(SETTINGS)


@pytest.fixture
def s3(store: StateStore) -> Any:
    client = boto3.client("s3", region_name=store.settings.region)
    client.create_bucket(Bucket="states", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    client.put_bucket_versioning(Bucket="states", VersioningConfiguration={"Status": "Enabled"})
    return client


@pytest.fixture
def table() -> Any:
    return boto3.resource("dynamodb", region_name="eu-west-1").create_table(
        TableName="locks",
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def info(id: str) -> str:
    """What Terraform 1.11 writes as a lock."""
    return json.dumps(
        {
            "ID": id,
            "Operation": "OperationTypeApply",
            "Info": "",
            "Who": "ada@desk",
            "Version": "1.11.4",
            "Created": "2026-11-21T09:45:58.688466943Z",
            "Path": f"states/{KEY}",
        }
    )


def test_a_bucket_that_is_not_there_is_not_an_error(store: StateStore) -> None:
    assert not store.bucket_exists()
    assert store.state("ohi-dev") is None
    assert store.locks("ohi-dev") == []


def test_a_state_says_what_it_is(store: StateStore, s3: Any, table: Any) -> None:
    content = json.dumps(STATE).encode()
    s3.put_object(Bucket="states", Key=KEY, Body=content)
    digest = md5(content, usedforsecurity=False).hexdigest()
    table.put_item(Item={"LockID": digest_item("states", KEY), "Digest": digest})
    found = store.state("ohi-dev")
    assert found
    assert (found.serial, found.size, found.digest_is_stale) == (7, len(content), False)
    assert found.ids == {"aws_vpc.v": "vpc-1", 'aws_eip.e["a"]': "eip-a", "aws_eip.e[0]": "arn:eip-0"}


def test_a_digest_of_other_content_is_stale(store: StateStore, s3: Any, table: Any) -> None:
    s3.put_object(Bucket="states", Key=KEY, Body=json.dumps(STATE))
    found = store.state("ohi-dev")
    assert found
    assert not found.digest_is_stale, "no digest is not a stale one"
    table.put_item(Item={"LockID": digest_item("states", KEY), "Digest": "0" * 32})
    found = store.state("ohi-dev")
    assert found
    assert found.digest_is_stale


@pytest.mark.parametrize("content", ["", "[]", '{"serial": 1}'])
def test_what_is_no_state_is_said(store: StateStore, s3: Any, content: str) -> None:
    s3.put_object(Bucket="states", Key=KEY, Body=content)
    with pytest.raises(ProblemsError, match="state of ohi-dev: is no Terraform state of version 4; restore"):
        store.state("ohi-dev")


def test_stacks_are_known_by_states_and_locks(store: StateStore, s3: Any) -> None:
    for key in (KEY, lock_key(state_key("ohi-prod")), "notes.txt", "env:/x/ohi-staging/terraform.tfstate"):
        s3.put_object(Bucket="states", Key=key, Body="x")
    assert store.stacks() == {"ohi-dev", "ohi-prod"}


def test_versions_are_newest_first_and_only_this_stacks(store: StateStore, s3: Any) -> None:
    ids = [s3.put_object(Bucket="states", Key=KEY, Body=text)["VersionId"] for text in ("a", "bb")]
    s3.put_object(Bucket="states", Key=lock_key(KEY), Body="lock")
    found = store.versions("ohi-dev")
    assert [(one.id, one.size, one.latest) for one in found] == [(ids[1], 2, True), (ids[0], 1, False)]


def test_locks_say_who_and_since_when(store: StateStore, s3: Any, table: Any) -> None:
    s3.put_object(Bucket="states", Key=lock_key(KEY), Body=info("one"))
    table.put_item(Item={"LockID": lock_item("states", KEY), "Info": info("one")})
    first, second = store.locks("ohi-dev")
    assert (first.where, second.where) == ("S3", "DynamoDB")
    assert (first.id, first.who, first.operation) == ("one", "ada@desk", "apply")
    assert first.created == datetime(2026, 11, 21, 9, 45, 58, 688466, tzinfo=UTC)


@pytest.mark.parametrize("place", ["S3", "DynamoDB"])
def test_either_lock_is_released_alone(store: StateStore, s3: Any, table: Any, place: str) -> None:
    s3.put_object(Bucket="states", Key=lock_key(KEY), Body=info("one"))
    table.put_item(Item={"LockID": lock_item("states", KEY), "Info": info("one")})
    (lock,) = [one for one in store.locks("ohi-dev") if one.where == place]
    store.release(lock)
    assert [one.where for one in store.locks("ohi-dev")] == [{"S3": "DynamoDB", "DynamoDB": "S3"}[place]]


@pytest.mark.parametrize("place", ["S3", "DynamoDB"])
def test_a_lock_taken_meanwhile_stays(store: StateStore, s3: Any, table: Any, place: str) -> None:
    s3.put_object(Bucket="states", Key=lock_key(KEY), Body=info("old"))
    table.put_item(Item={"LockID": lock_item("states", KEY), "Info": info("old")})
    (shown,) = [one for one in store.locks("ohi-dev") if one.where == place]
    s3.put_object(Bucket="states", Key=lock_key(KEY), Body=info("new"))
    table.put_item(Item={"LockID": lock_item("states", KEY), "Info": info("new")})
    with pytest.raises(ProblemsError, match="no longer the lock that was shown"):
        store.release(shown)
    assert [one.id for one in store.locks("ohi-dev")] == ["new", "new"]


def test_a_lock_file_taken_in_the_moment_of_its_release_stays(store: StateStore, s3: Any) -> None:
    s3.put_object(Bucket="states", Key=lock_key(KEY), Body=info("old"))
    (shown,) = store.locks("ohi-dev")
    asked: list[str] = []

    def answer_as_s3(params: dict[str, Any], **_: Any) -> None:
        # The emulator deletes without comparing; Amazon S3 API, DeleteObject, If-Match.
        s3.put_object(Bucket="states", Key=lock_key(KEY), Body=info("new"))
        asked.append(params["IfMatch"])
        now = s3.head_object(Bucket="states", Key=lock_key(KEY))["ETag"]
        if now != params["IfMatch"]:
            raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "DeleteObject")

    store._s3.meta.events.register("provide-client-params.s3.DeleteObject", answer_as_s3)
    with pytest.raises(ProblemsError, match="no longer the lock that was shown"):
        store.release(shown)
    assert len(asked) == 1
    assert [one.id for one in store.locks("ohi-dev")] == ["new"]


def test_a_lock_that_is_not_terraforms_is_said(store: StateStore, s3: Any) -> None:
    s3.put_object(Bucket="states", Key=lock_key(KEY), Body="{}")
    expected = r"lock of ohi-dev in S3: is no lock of Terraform: '{}'; delete it"
    with pytest.raises(ProblemsError, match=expected):
        store.locks("ohi-dev")
