"""Patches of CloudFront, each by what AWS's pages say of the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1"
MANAGED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


@pytest.fixture
def cloudfront(emulator: Emulator) -> Any:
    return emulator.client("cloudfront", "us-east-1")


@pytest.fixture
def distribution(cloudfront: Any, configured: Callable[..., Any]) -> Callable[..., Any]:
    """`distribution(origin={…}, Comment=…)`: what CloudFront answers for a distribution just made."""

    def made(**given: Any) -> Any:
        found = cloudfront.create_distribution(DistributionConfig=configured(**given))["Distribution"]["Id"]
        return cloudfront.get_distribution_config(Id=found)["DistributionConfig"]

    return made


def test_an_origin_keeps_its_access_control(distribution: Any) -> None:
    (origin,) = distribution(origin={"OriginAccessControlId": "E1"})["Origins"]["Items"]
    assert origin["OriginAccessControlId"] == "E1"


def target(name: str) -> dict[str, str]:
    return {"TargetOriginId": name, "ViewerProtocolPolicy": "https-only", "CachePolicyId": MANAGED}


def groups(*members: str) -> dict[str, Any]:
    criteria = {"StatusCodes": {"Quantity": 2, "Items": [500, 503]}}
    listed = {"Quantity": len(members), "Items": [{"OriginId": member} for member in members]}
    group = {"Id": "both", "FailoverCriteria": criteria, "Members": listed}
    return {"Quantity": 1, "Items": [group]}


def test_a_behavior_is_served_by_an_origin_or_a_group_of_origins(distribution: Any) -> None:
    other = {
        "Id": "replica",
        "DomainName": "r.s3.eu-central-1.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    first = {**other, "Id": "bucket"}
    answered = distribution(
        Origins={"Quantity": 2, "Items": [first, other]},
        OriginGroups=groups("bucket", "replica"),
        DefaultCacheBehavior=target("both"),
    )
    assert answered["DefaultCacheBehavior"]["TargetOriginId"] == "both"
    assert answered["OriginGroups"] == groups("bucket", "replica")


@pytest.mark.parametrize(
    "wrong",
    [
        {"DefaultCacheBehavior": target("other")},
        {"CacheBehaviors": {"Quantity": 1, "Items": [{**target("other"), "PathPattern": "/a/*"}]}},
        {"OriginGroups": groups("bucket", "other"), "DefaultCacheBehavior": target("both")},
    ],
)
def test_an_origin_that_does_not_exist_is_refused(wrong: dict[str, Any], distribution: Any) -> None:
    with pytest.raises(ClientError, match="NoSuchOrigin"):
        distribution(**wrong)


def test_a_behavior_has_a_cache_policy_or_forwarded_values(distribution: Any) -> None:
    behavior = distribution()["DefaultCacheBehavior"]
    assert behavior["CachePolicyId"] == MANAGED
    assert "ForwardedValues" not in behavior
    forwarded = {"QueryString": False, "Cookies": {"Forward": "none"}}
    older = {"TargetOriginId": "bucket", "ViewerProtocolPolicy": "allow-all", "ForwardedValues": forwarded}
    answered = distribution(CallerReference="twice", DefaultCacheBehavior=older)
    assert "ForwardedValues" in answered["DefaultCacheBehavior"]


@pytest.mark.parametrize(
    ("certificate", "default"),
    [
        ({"ACMCertificateArn": CERTIFICATE, "SSLSupportMethod": "sni-only"}, False),
        ({"CloudFrontDefaultCertificate": True}, True),
    ],
)
def test_only_one_certificate_is_shown(distribution: Any, certificate: dict[str, Any], default: bool) -> None:  # noqa: FBT001 - a parameter of the table
    answered = distribution(ViewerCertificate=certificate)["ViewerCertificate"]
    assert answered["CloudFrontDefaultCertificate"] is default


CACHE = {"Name": "assets", "MinTTL": 1, "DefaultTTL": 2, "MaxTTL": 3}
HEADERS = {"Name": "headers", "Comment": "first"}
POLICIES = {
    "cache": ("CachePolicy", CACHE, {**CACHE, "MaxTTL": 9}),
    "response_headers": ("ResponseHeadersPolicy", HEADERS, {**HEADERS, "Comment": "second"}),
}


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_lives(cloudfront: Any, name: str) -> None:
    kind, config, changed = POLICIES[name]
    create, get, update, delete = (
        getattr(cloudfront, f"{verb}_{name}_policy") for verb in ("create", "get", "update", "delete")
    )
    made = create(**{f"{kind}Config": config})
    assert made["ETag"]
    known = made[kind]["Id"]
    assert get(Id=known)[kind][f"{kind}Config"] == config
    with pytest.raises(ClientError, match=f"{kind}AlreadyExists"):
        create(**{f"{kind}Config": config})
    update(Id=known, IfMatch=made["ETag"], **{f"{kind}Config": changed})
    assert get(Id=known)[kind][f"{kind}Config"] == changed
    delete(Id=known, IfMatch=made["ETag"])
    with pytest.raises(ClientError, match=f"NoSuch{kind}"):
        get(Id=known)
    with pytest.raises(ClientError, match=f"NoSuch{kind}"):
        update(Id=known, **{f"{kind}Config": config})


def test_a_distribution_has_additional_metrics_or_not(cloudfront: Any) -> None:
    wanted = {"RealtimeMetricsSubscriptionConfig": {"RealtimeMetricsSubscriptionStatus": "Enabled"}}
    cloudfront.create_monitoring_subscription(DistributionId="E1", MonitoringSubscription=wanted)
    assert cloudfront.get_monitoring_subscription(DistributionId="E1")["MonitoringSubscription"] == wanted
    cloudfront.delete_monitoring_subscription(DistributionId="E1")
    with pytest.raises(ClientError, match="NoSuchMonitoringSubscription"):
        cloudfront.get_monitoring_subscription(DistributionId="E1")


def public_key(cloudfront: Any, name: str) -> str:
    config = {"CallerReference": name, "Name": name, "EncodedKey": "key"}
    made: str = cloudfront.create_public_key(PublicKeyConfig=config)["PublicKey"]["Id"]
    return made


def test_a_key_group_lives(cloudfront: Any) -> None:
    first, second = public_key(cloudfront, "first"), public_key(cloudfront, "second")
    with pytest.raises(ClientError, match="PublicKeyAlreadyExists"):
        public_key(cloudfront, "first")
    config = {"Name": "signers", "Items": [first]}
    made = cloudfront.create_key_group(KeyGroupConfig=config)
    known = made["KeyGroup"]["Id"]
    with pytest.raises(ClientError, match="KeyGroupAlreadyExists"):
        cloudfront.create_key_group(KeyGroupConfig=config)
    changed = {"Name": "signers", "Items": [second]}
    cloudfront.update_key_group(Id=known, IfMatch=made["ETag"], KeyGroupConfig=changed)
    assert cloudfront.get_key_group(Id=known)["KeyGroup"]["KeyGroupConfig"] == changed
    cloudfront.delete_key_group(Id=known)
    with pytest.raises(ClientError, match="NoSuchResource"):
        cloudfront.get_key_group(Id=known)
    cloudfront.delete_public_key(Id=first)
    with pytest.raises(ClientError, match="NoSuchPublicKey"):
        cloudfront.get_public_key(Id=first)


def test_a_key_group_of_unknown_keys_is_refused(cloudfront: Any) -> None:
    with pytest.raises(ClientError, match="unknown public keys: K1"):
        cloudfront.create_key_group(KeyGroupConfig={"Name": "signers", "Items": ["K1"]})
