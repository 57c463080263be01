"""Patches of S3's replication and of presigned URLs, each by what AWS's pages say."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION, OTHER = "eu-west-1", "eu-central-1"
KEY = "arn:aws:kms:eu-central-1:123456789012:key/k"
ROLE = "arn:aws:iam::123456789012:role/replication"


def rule(**given: Any) -> dict[str, Any]:
    """A rule as S3 takes it, for everything in the bucket."""
    whole = {
        "ID": "everything",
        "Priority": 0,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": {"Bucket": "arn:aws:s3:::replica"},
    }
    return {name: value for name, value in {**whole, **given}.items() if value is not None}


ENCRYPTED = {"SseKmsEncryptedObjects": {"Status": "Enabled"}}
RULES = [
    rule(),
    rule(
        DeleteMarkerReplication={"Status": "Disabled"},
        SourceSelectionCriteria=ENCRYPTED,
        Destination={
            "Bucket": "arn:aws:s3:::replica",
            "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
            "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
            "EncryptionConfiguration": {"ReplicaKmsKeyID": KEY},
        },
    ),
    rule(Filter={"And": {"Prefix": "uploads/", "Tags": [{"Key": "k", "Value": "v"}]}}),
]


@pytest.fixture
def s3(emulator: Emulator) -> Any:
    """A client, with a bucket and its replica in another region."""
    client = emulator.client("s3", REGION)
    for name, region in (("source", REGION), ("replica", OTHER)):
        where = {"LocationConstraint": region}
        emulator.client("s3", region).create_bucket(Bucket=name, CreateBucketConfiguration=where)
        versions(client, name, "Enabled")
    return client


def versions(s3: Any, bucket: str, status: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})


def put(s3: Any, *rules: dict[str, Any]) -> None:
    configuration = {"Role": ROLE, "Rules": list(rules)}
    s3.put_bucket_replication(Bucket="source", ReplicationConfiguration=configuration)


@pytest.mark.parametrize("wanted", RULES)
def test_a_rule_is_answered_as_it_was_put(wanted: dict[str, Any], s3: Any) -> None:
    put(s3, wanted)
    answered = s3.get_bucket_replication(Bucket="source")["ReplicationConfiguration"]
    assert (answered["Role"], answered["Rules"]) == (ROLE, [wanted])


def test_several_rules_stay_in_their_order(s3: Any) -> None:
    rules = [rule(ID=name, Priority=place) for place, name in enumerate(("first", "second"))]
    put(s3, *rules)
    assert s3.get_bucket_replication(Bucket="source")["ReplicationConfiguration"]["Rules"] == rules


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"Destination": {"Bucket": "arn:aws:s3:::nowhere"}}, "Destination bucket must exist"),
        ({"DeleteMarkerReplication": None}, "DeleteMarkerReplication must be specified"),
        ({"SourceSelectionCriteria": ENCRYPTED}, "ReplicaKmsKeyID must be specified"),
    ],
)
def test_a_rule_that_s3_refuses_is_refused(wrong: dict[str, Any], why: str, s3: Any) -> None:
    with pytest.raises(ClientError, match=why):
        put(s3, rule(**wrong))


def test_a_replica_needs_versions(s3: Any) -> None:
    versions(s3, "replica", "Suspended")
    with pytest.raises(ClientError, match="Destination bucket must have versioning enabled"):
        put(s3, rule())


def presigned(emulator: Emulator, key: str) -> str:
    """A URL of Signature Version 4: buckets made since June 2020 take no other."""
    client = boto3.client(
        "s3",
        region_name=REGION,
        endpoint_url=emulator.url,
        aws_access_key_id="emulator",
        aws_secret_access_key="emulator",
        config=Config(signature_version="s3v4", proxies={}, s3={"addressing_style": "path"}),
    )
    url: str = client.generate_presigned_url(
        "get_object", Params={"Bucket": "source", "Key": key}, ExpiresIn=3600
    )
    return url


def read(url: str) -> bytes:
    with build_opener(ProxyHandler({})).open(url) as answer:
        content: bytes = answer.read()
    return content


def test_a_policy_can_refuse_old_presigned_urls(emulator: Emulator, s3: Any) -> None:
    refusal = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::source/*",
        "Condition": {
            "StringEquals": {"s3:authType": "REST-QUERY-STRING"},
            "NumericGreaterThan": {"s3:signatureAge": "2000"},
        },
    }
    s3.put_object(Bucket="source", Key="k", Body=b"hello")
    s3.put_bucket_policy(
        Bucket="source", Policy=json.dumps({"Version": "2012-10-17", "Statement": [refusal]})
    )
    url = presigned(emulator, "k")
    assert read(url) == b"hello"
    time.sleep(2.5)
    with pytest.raises(HTTPError, match="403"):
        read(url)
    # What is signed in headers, as by CloudFront, is none.
    assert s3.get_object(Bucket="source", Key="k")["Body"].read() == b"hello"
