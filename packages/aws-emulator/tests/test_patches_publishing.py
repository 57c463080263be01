"""Patches of S3 and CloudFront for what publishes a website, each by what AWS's pages say of the call."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"


@pytest.fixture
def s3(emulator: Emulator) -> Any:
    client = emulator.client("s3", REGION)
    client.create_bucket(Bucket="website", CreateBucketConfiguration={"LocationConstraint": REGION})
    return client


def checksum(content: bytes) -> str:
    return b64encode(sha256(content).digest()).decode()


@pytest.mark.parametrize("more", [{}, {"ChecksumAlgorithm": "SHA256"}])
def test_an_object_keeps_the_checksum_that_it_was_put_with(s3: Any, more: dict[str, str]) -> None:
    s3.put_object(Bucket="website", Key="a", Body=b"a", ChecksumSHA256=checksum(b"a"), **more)
    assert s3.head_object(Bucket="website", Key="a", ChecksumMode="ENABLED")["ChecksumSHA256"] == checksum(
        b"a"
    )


def test_an_object_with_another_checksum_is_refused(s3: Any) -> None:
    with pytest.raises(ClientError, match="BadDigest"):
        s3.put_object(Bucket="website", Key="a", Body=b"a", ChecksumSHA256=checksum(b"b"))
    assert "Contents" not in s3.list_objects_v2(Bucket="website")


@pytest.fixture
def cloudfront(emulator: Emulator) -> Any:
    return emulator.client("cloudfront", REGION)


@pytest.fixture
def distribution(cloudfront: Any, configured: Callable[..., Any]) -> str:
    made: str = cloudfront.create_distribution(DistributionConfig=configured())["Distribution"]["Id"]
    return made


def invalidate(cloudfront: Any, distribution: str, *paths: str, reference: str = "one") -> Any:
    batch = {"Paths": {"Quantity": len(paths), "Items": [*paths]}, "CallerReference": reference}
    made = cloudfront.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)
    return made["Invalidation"]


def test_an_invalidation_is_in_progress_before_it_is_completed(cloudfront: Any, distribution: str) -> None:
    made = invalidate(cloudfront, distribution, "/index.html")
    assert made["Status"] == "InProgress"
    cloudfront.get_waiter("invalidation_completed").wait(
        DistributionId=distribution, Id=made["Id"], WaiterConfig={"Delay": 0}
    )
    found = cloudfront.get_invalidation(DistributionId=distribution, Id=made["Id"])["Invalidation"]
    assert found["Status"] == "Completed"


def test_a_repeated_invalidation_is_the_same_and_another_of_its_reference_is_refused(
    cloudfront: Any, distribution: str
) -> None:
    made = invalidate(cloudfront, distribution, "/a", "/b")
    assert invalidate(cloudfront, distribution, "/b", "/a")["Id"] == made["Id"]
    with pytest.raises(ClientError, match="InvalidationBatchAlreadyExists"):
        invalidate(cloudfront, distribution, "/c")


def test_too_many_at_once_are_refused(cloudfront: Any, distribution: str) -> None:
    folders = [f"/{number}/*" for number in range(15)]
    made = invalidate(cloudfront, distribution, *folders)
    with pytest.raises(ClientError, match="TooManyInvalidationsInProgress"):
        invalidate(cloudfront, distribution, "/*", reference="two")
    invalidate(cloudfront, distribution, "/index.html", reference="two")
    cloudfront.get_waiter("invalidation_completed").wait(
        DistributionId=distribution, Id=made["Id"], WaiterConfig={"Delay": 0}
    )
    invalidate(cloudfront, distribution, "/*", reference="three")


def test_a_wrong_invalidation_is_refused(cloudfront: Any, distribution: str) -> None:
    with pytest.raises(ClientError, match="InvalidArgument"):
        invalidate(cloudfront, distribution, "index.html")
    batch = {"Paths": {"Quantity": 2, "Items": ["/a"]}, "CallerReference": "two"}
    with pytest.raises(ClientError, match="InconsistentQuantities"):
        cloudfront.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)
    with pytest.raises(ClientError, match="NoSuchDistribution"):
        invalidate(cloudfront, "E2NONE", "/a")
