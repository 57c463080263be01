"""Patches of S3 and DynamoDB that a state backend meets, each by what AWS's pages say."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import ACCOUNT, Emulator
from aws_emulator.moto_patches.s3_bucket_policy import applies

pytestmark = pytest.mark.emulator
REGION, BUCKET = "eu-west-1", "things"
ALGORITHM = "s3:x-amz-server-side-encryption"


@pytest.fixture
def s3(emulator: Emulator) -> Any:
    client = emulator.client("s3", REGION)
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    return client


@pytest.mark.parametrize(
    ("condition", "context", "expected"),
    [
        ({}, {}, True),
        ({"Bool": {"aws:SecureTransport": "false"}}, {"aws:SecureTransport": "true"}, False),
        ({"Bool": {"aws:SecureTransport": "false"}}, {"aws:SecureTransport": "false"}, True),
        ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, {"s3:TlsVersion": "1.1"}, True),
        ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, {"s3:TlsVersion": "1.2"}, False),
        ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, {}, False),
        ({"Null": {"k": "false"}}, {}, False),
        ({"Null": {"k": "false"}}, {"k": "v"}, True),
        ({"Null": {"k": "true"}}, {}, True),
        ({"StringEquals": {"k": ["v", "w"]}}, {"k": "w"}, True),
        ({"StringEquals": {"k": "v"}}, {}, False),
        ({"StringNotEquals": {"k": "v"}}, {}, True),
        ({"StringNotEquals": {"k": "v"}, "Null": {"k": "false"}}, {}, False),
    ],
)
def test_conditions_are_met_as_iams_page_says(
    condition: dict[str, Any],
    context: dict[str, str],
    expected: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    assert applies({"Condition": condition}, context) is expected


def test_an_operator_that_is_not_known_is_not_guessed() -> None:
    with pytest.raises(KeyError, match="StringLike"):
        applies({"Condition": {"StringLike": {"k": "v*"}}}, {"k": "v"})


def test_a_denial_applies_only_where_its_condition_is_met(s3: Any) -> None:
    denial = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
        "Condition": {"StringEquals": {ALGORITHM: "AES256"}},
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denial]}))
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"")
    with pytest.raises(ClientError, match="403"):
        s3.put_object(Bucket=BUCKET, Key="k", Body=b"", ServerSideEncryption="AES256")


@pytest.mark.parametrize(("account", "refused"), [(ACCOUNT, False), ("210987654321", True)])
def test_the_account_of_the_caller_is_known(account: str, *, refused: bool, s3: Any) -> None:
    denial = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
        "Condition": {"StringNotEquals": {"aws:PrincipalAccount": account}},
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denial]}))
    with pytest.raises(ClientError, match="403") if refused else nullcontext():
        s3.put_object(Bucket=BUCKET, Key="k", Body=b"")


@pytest.mark.parametrize(
    ("principal", "refused"),
    [
        ({"Service": "cloudfront.amazonaws.com"}, False),
        ({"AWS": "*"}, True),
        ({"AWS": "*", "Service": "cloudfront.amazonaws.com"}, True),
    ],
)
def test_a_denial_of_a_service_is_none_of_a_caller(
    principal: dict[str, str], *, refused: bool, s3: Any
) -> None:
    denial = {
        "Effect": "Deny",
        "Principal": principal,
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denial]}))
    with pytest.raises(ClientError, match="403") if refused else nullcontext():
        s3.put_object(Bucket=BUCKET, Key="k", Body=b"")


def test_lifecycle_rules_keep_how_many_versions_stay(s3: Any) -> None:
    expirations = ({"NoncurrentDays": 90, "NewerNoncurrentVersions": 30}, {"NoncurrentDays": 7})
    rules = [
        {"ID": str(n), "Status": "Enabled", "Filter": {"Prefix": ""}, "NoncurrentVersionExpiration": one}
        for n, one in enumerate(expirations)
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": rules})
    answered = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert [rule["NoncurrentVersionExpiration"] for rule in answered] == list(expirations)


def test_all_the_tags_of_a_table_are_listed(emulator: Emulator) -> None:
    dynamodb = emulator.client("dynamodb", REGION)
    tags = [{"Key": f"key-{number}", "Value": "v"} for number in range(50)]
    made = dynamodb.create_table(
        TableName="things",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=tags,
    )
    assert dynamodb.list_tags_of_resource(ResourceArn=made["TableDescription"]["TableArn"])["Tags"] == tags
