"""Patches of GuardDuty, Security Hub, Access Analyzer, EC2's defaults, Object Lock, by what AWS says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
ACCOUNT = "123456789012"
CIS = f"arn:aws:securityhub:{REGION}::standards/cis-aws-foundations-benchmark/v/5.0.0"
TAGS = {"Owner": "team"}


def features(client: Any, detector: str) -> dict[str, str]:
    return {one["Name"]: one["Status"] for one in client.get_detector(DetectorId=detector)["Features"]}


def test_a_region_has_one_detector(emulator: Emulator) -> None:
    client = emulator.client("guardduty", REGION)
    client.create_detector(Enable=True)
    with pytest.raises(ClientError, match="a detector already exists for the current account"):
        client.create_detector(Enable=True)
    emulator.client("guardduty", "eu-central-1").create_detector(Enable=True)


def test_a_feature_is_switched_alone_and_some_are_on_by_themselves(emulator: Emulator) -> None:
    client = emulator.client("guardduty", REGION)
    detector = client.create_detector(Enable=True)["DetectorId"]
    assert features(client, detector)["EKS_AUDIT_LOGS"] == "ENABLED"
    assert "RUNTIME_MONITORING" not in features(client, detector)
    for name in ("EKS_AUDIT_LOGS", "S3_DATA_EVENTS"):
        client.update_detector(DetectorId=detector, Features=[{"Name": name, "Status": "DISABLED"}])
    found = features(client, detector)
    off = {name for name, status in found.items() if status == "DISABLED"}
    assert off == {"EKS_AUDIT_LOGS", "S3_DATA_EVENTS"}
    sources = client.get_detector(DetectorId=detector)["DataSources"]
    assert sources["S3Logs"]["Status"] == "DISABLED"


def test_security_hub_is_switched_on_once_and_keeps_its_settings(emulator: Emulator) -> None:
    client = emulator.client("securityhub", REGION)
    client.enable_security_hub(EnableDefaultStandards=False, ControlFindingGenerator="STANDARD_CONTROL")
    assert client.describe_hub()["ControlFindingGenerator"] == "STANDARD_CONTROL"
    with pytest.raises(ClientError, match="ResourceConflictException"):
        client.enable_security_hub()
    client.update_security_hub_configuration(AutoEnableControls=False)
    found = client.describe_hub()
    assert (found["AutoEnableControls"], found["ControlFindingGenerator"]) == (False, "STANDARD_CONTROL")


def test_a_standard_is_subscribed_to_and_left(emulator: Emulator) -> None:
    client = emulator.client("securityhub", REGION)
    with pytest.raises(ClientError, match="is not subscribed to AWS Security Hub"):
        client.get_enabled_standards()
    client.enable_security_hub(EnableDefaultStandards=False)
    assert CIS in [one["StandardsArn"] for one in client.describe_standards()["Standards"]]
    client.batch_enable_standards(StandardsSubscriptionRequests=[{"StandardsArn": CIS}])
    (found,) = client.get_enabled_standards()["StandardsSubscriptions"]
    assert (found["StandardsArn"], found["StandardsStatus"]) == (CIS, "READY")
    arn = found["StandardsSubscriptionArn"]
    assert arn.startswith(f"arn:aws:securityhub:{REGION}:{ACCOUNT}:subscription/cis-")
    client.batch_disable_standards(StandardsSubscriptionArns=[arn])
    assert client.get_enabled_standards()["StandardsSubscriptions"] == []
    with pytest.raises(ClientError, match="Not subscribed"):
        client.batch_disable_standards(StandardsSubscriptionArns=[arn])


@pytest.mark.parametrize("wrong", [CIS.replace("5.0.0", "9.0.0"), CIS.replace(REGION, "eu-west-2"), "cis"])
def test_a_standard_that_the_region_has_not_is_refused(wrong: str, emulator: Emulator) -> None:
    client = emulator.client("securityhub", REGION)
    client.enable_security_hub(EnableDefaultStandards=False)
    with pytest.raises(ClientError, match="InvalidInputException"):
        client.batch_enable_standards(StandardsSubscriptionRequests=[{"StandardsArn": wrong}])


def test_an_analyzer_through_its_life(emulator: Emulator) -> None:
    client = emulator.client("accessanalyzer", REGION)
    arn = client.create_analyzer(analyzerName="external", type="ACCOUNT", tags=TAGS)["arn"]
    found = client.get_analyzer(analyzerName="external")["analyzer"]
    assert (found["arn"], found["status"], found["tags"]) == (arn, "ACTIVE", TAGS)
    with pytest.raises(ClientError, match="ConflictException"):
        client.create_analyzer(analyzerName="external", type="ACCOUNT")
    with pytest.raises(ClientError, match="ServiceQuotaExceededException"):
        client.create_analyzer(analyzerName="second", type="ACCOUNT")
    unused = {"unusedAccess": {"unusedAccessAge": 90}}
    client.create_analyzer(analyzerName="unused", type="ACCOUNT_UNUSED_ACCESS", configuration=unused)
    assert [one["name"] for one in client.list_analyzers(type="ACCOUNT")["analyzers"]] == ["external"]
    client.untag_resource(resourceArn=arn, tagKeys=["Owner"])
    client.tag_resource(resourceArn=arn, tags={"Team": "platform"})
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"Team": "platform"}
    client.delete_analyzer(analyzerName="external")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.get_analyzer(analyzerName="external")


def test_public_snapshots_and_images_are_blocked_by_region(emulator: Emulator) -> None:
    client, other = emulator.client("ec2", REGION), emulator.client("ec2", "eu-central-1")
    assert client.get_snapshot_block_public_access_state()["State"] == "unblocked"
    client.enable_snapshot_block_public_access(State="block-all-sharing")
    client.enable_image_block_public_access(ImageBlockPublicAccessState="block-new-sharing")
    assert client.get_snapshot_block_public_access_state()["State"] == "block-all-sharing"
    assert client.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == "block-new-sharing"
    assert other.get_snapshot_block_public_access_state()["State"] == "unblocked"
    client.disable_snapshot_block_public_access()
    client.disable_image_block_public_access()
    assert client.get_snapshot_block_public_access_state()["State"] == "unblocked"
    assert client.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == "unblocked"


def test_defaults_of_the_metadata_service_are_set_and_taken_away(emulator: Emulator) -> None:
    client = emulator.client("ec2", REGION)
    client.modify_instance_metadata_defaults(HttpTokens="required", HttpPutResponseHopLimit=2)
    assert client.get_instance_metadata_defaults()["AccountLevel"] == {
        "HttpTokens": "required",
        "HttpPutResponseHopLimit": 2,
    }
    client.modify_instance_metadata_defaults(HttpTokens="no-preference")
    assert client.get_instance_metadata_defaults()["AccountLevel"] == {"HttpPutResponseHopLimit": 2}


def locked_bucket(client: Any) -> str:
    """A bucket that locks each object for a day in compliance mode, with one object; its version."""
    place = {"LocationConstraint": REGION}
    client.create_bucket(Bucket="logs", CreateBucketConfiguration=place, ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}
    lock = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    client.put_object_lock_configuration(Bucket="logs", ObjectLockConfiguration=lock)
    assert client.get_object_lock_configuration(Bucket="logs")["ObjectLockConfiguration"] == lock
    return str(client.put_object(Bucket="logs", Key="one", Body=b"1")["VersionId"])


def test_what_is_locked_in_compliance_mode_is_not_deleted_and_its_time_not_shortened(
    emulator: Emulator,
) -> None:
    client = emulator.client("s3", REGION)
    which: dict[str, Any] = {"Bucket": "logs", "Key": "one", "VersionId": locked_bucket(client)}
    with pytest.raises(ClientError, match="AccessDenied"):
        client.delete_object(**which, BypassGovernanceRetention=True)
    now = datetime.now(UTC)
    for shorter in (
        {"Mode": "COMPLIANCE", "RetainUntilDate": now + timedelta(minutes=1)},
        {"Mode": "GOVERNANCE", "RetainUntilDate": now + timedelta(days=9)},
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            client.put_object_retention(**which, Retention=shorter, BypassGovernanceRetention=True)
    until = now + timedelta(days=9)
    client.put_object_retention(**which, Retention={"Mode": "COMPLIANCE", "RetainUntilDate": until})
    kept = client.head_object(**which)["ObjectLockRetainUntilDate"]
    assert kept.date() == until.date()


def test_s3_control_is_reached_through_the_name_that_settings_give(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its own endpoint the account's id stands before a host's name, as Terraform's provider has it."""
    import boto3

    for name, value in emulator.environment(REGION).items():
        if value is None:
            monkeypatch.delenv(name)
        else:
            monkeypatch.setenv(name, value)
    client = boto3.client("s3control", config=Config(retries={"max_attempts": 1}))
    block = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    client.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=block)
    found = client.get_public_access_block(AccountId=ACCOUNT)["PublicAccessBlockConfiguration"]
    assert found == block
