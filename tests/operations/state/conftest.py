"""The bucket and the lock table of the states, on an emulated AWS in this process."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from backend.s3_settings import S3Settings
from backend.settings import S3States, load


@pytest.fixture
def settings(mocked_aws: None) -> S3Settings:
    """The backend of ohi-dev."""
    del mocked_aws
    states = load({})
    assert isinstance(states, S3States)
    return states.of("ohi-dev")


@pytest.fixture
def s3(settings: S3Settings) -> Any:
    """A client; the bucket of the states exists."""
    client = boto3.client("s3", region_name=settings.region)
    place = {"LocationConstraint": settings.region}
    client.create_bucket(Bucket=settings.bucket, CreateBucketConfiguration=place)
    client.put_bucket_versioning(Bucket=settings.bucket, VersioningConfiguration={"Status": "Enabled"})
    return client


@pytest.fixture
def table(settings: S3Settings) -> Any:
    """The lock table."""
    return boto3.resource("dynamodb", region_name=settings.region).create_table(
        TableName=settings.dynamodb_table,
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
