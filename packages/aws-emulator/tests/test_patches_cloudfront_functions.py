"""Patches of CloudFront Functions, each by what AWS's pages say of the call."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
CONFIG = {"Comment": "first", "Runtime": "cloudfront-js-2.0"}


@pytest.fixture
def cloudfront(emulator: Emulator) -> Any:
    return emulator.client("cloudfront", "us-east-1")


def code_of(cloudfront: Any, stage: str) -> bytes:
    code: bytes = cloudfront.get_function(Name="pages", Stage=stage)["FunctionCode"].read()
    return code


def test_a_function_is_live_as_it_was_published(cloudfront: Any) -> None:
    made = cloudfront.create_function(Name="pages", FunctionConfig=CONFIG, FunctionCode=b"first")
    with pytest.raises(ClientError, match="NoSuchFunctionExists"):
        cloudfront.describe_function(Name="pages", Stage="LIVE")
    cloudfront.publish_function(Name="pages", IfMatch=made["ETag"])
    changed = cloudfront.update_function(
        Name="pages", IfMatch=made["ETag"], FunctionConfig={**CONFIG, "Comment": "2"}, FunctionCode=b"second"
    )
    assert (code_of(cloudfront, "LIVE"), code_of(cloudfront, "DEVELOPMENT")) == (b"first", b"second")
    described = cloudfront.describe_function(Name="pages")
    assert described["FunctionSummary"]["FunctionConfig"]["Comment"] == "2"
    assert described["FunctionSummary"]["FunctionMetadata"]["Stage"] == "DEVELOPMENT"

    cloudfront.publish_function(Name="pages", IfMatch=described["ETag"])
    assert code_of(cloudfront, "LIVE") == b"second"
    # botocore's model spells the header of UpdateFunction's answer "ETtag", as the service does.
    assert changed["ETag"] == described["ETag"]
    cloudfront.delete_function(Name="pages", IfMatch=described["ETag"])
    for stage in ("DEVELOPMENT", "LIVE"):
        with pytest.raises(ClientError, match="NoSuchFunctionExists"):
            cloudfront.describe_function(Name="pages", Stage=stage)


@pytest.mark.parametrize(
    ("call", "more"),
    [
        ("update_function", {"FunctionConfig": CONFIG, "FunctionCode": b"0"}),
        ("publish_function", {}),
        ("delete_function", {}),
    ],
)
def test_who_changes_a_function_names_its_version(cloudfront: Any, call: str, more: Any) -> None:
    cloudfront.create_function(Name="pages", FunctionConfig=CONFIG, FunctionCode=b"first")
    with pytest.raises(ClientError, match="InvalidIfMatchVersion"):
        getattr(cloudfront, call)(Name="pages", IfMatch="another", **more)
    assert code_of(cloudfront, "DEVELOPMENT") == b"first"


def test_a_function_has_ten_kilobytes(cloudfront: Any) -> None:
    with pytest.raises(ClientError, match="FunctionSizeLimitExceeded"):
        cloudfront.create_function(Name="pages", FunctionConfig=CONFIG, FunctionCode=b"0" * 10_241)
    made = cloudfront.create_function(Name="pages", FunctionConfig=CONFIG, FunctionCode=b"0" * 10_240)
    with pytest.raises(ClientError, match="FunctionSizeLimitExceeded"):
        cloudfront.update_function(
            Name="pages", IfMatch=made["ETag"], FunctionConfig=CONFIG, FunctionCode=b"0" * 10_241
        )


def test_a_behavior_answers_which_function_it_calls(cloudfront: Any, configured: Any) -> None:
    made = cloudfront.create_function(Name="pages", FunctionConfig=CONFIG, FunctionCode=b"0")
    cloudfront.publish_function(Name="pages", IfMatch=made["ETag"])
    arn = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    called = {"Quantity": 1, "Items": [{"EventType": "viewer-request", "FunctionARN": arn}]}
    config = configured(behavior={"FunctionAssociations": called})
    behavior = {**config["DefaultCacheBehavior"], "PathPattern": "/assets/*"}
    config["CacheBehaviors"] = {"Quantity": 1, "Items": [behavior]}
    known = cloudfront.create_distribution(DistributionConfig=config)["Distribution"]["Id"]
    answered = cloudfront.get_distribution_config(Id=known)["DistributionConfig"]
    assert answered["DefaultCacheBehavior"]["FunctionAssociations"] == called
    assert [one["FunctionAssociations"] for one in answered["CacheBehaviors"]["Items"]] == [called]
