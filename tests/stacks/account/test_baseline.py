"""What the account's stacks set, as CIS AWS Foundations asks: `infra evidence` names these tests."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.account.settings import NAME
from stacks.catalogue import catalogue

Json = dict[str, Any]
OF_THE_ACCOUNT = [name for name, one in catalogue().items() if one.governs]


def only(stack: Json, kind: str) -> Json:
    """The one resource of a type."""
    (found,) = stack["resource"][kind].values()
    return dict(found)


def selected(trail: Json) -> dict[str, dict[str, Json]]:
    """The fields of each event selector of a trail, by its name."""
    return {
        selector["name"]: {field["field"]: field for field in selector["field_selector"]}
        for selector in trail["advanced_event_selector"]
    }


def test_a_trail_records_reads_and_writes_of_all_regions_signed_and_encrypted(
    stacks: dict[str, Json],
) -> None:
    trail = only(stacks[NAME], "aws_cloudtrail")
    settings = ("is_multi_region_trail", "include_global_service_events", "enable_log_file_validation")
    assert [trail[one] for one in settings] == [True] * len(settings)
    assert trail.get("enable_logging", True)
    assert trail["kms_key_id"].startswith("${aws_kms_key.")
    # Without a field `readOnly` both are recorded.
    assert [*selected(trail)["Management"]] == ["eventCategory"]


def test_the_trail_records_objects_of_the_states_and_reads_of_its_logs(stacks: dict[str, Json]) -> None:
    found = selected(only(stacks[NAME], "aws_cloudtrail"))
    assert "readOnly" not in found["Objects"]
    buckets = [one for one in catalogue() if one.startswith("state-backend")]
    assert len(found["Objects"]["resources.ARN"]["starts_with"]) == len(buckets) > 1
    assert found["Logs"]["resources.ARN"]["starts_with"] == [
        f"{only(stacks[NAME], 'aws_cloudtrail')['s3_bucket_name'].removesuffix('.id}')}.arn}}/"
    ]


@pytest.mark.parametrize("name", OF_THE_ACCOUNT)
def test_each_region_has_its_detectors_and_defaults(name: str, stacks: dict[str, Json]) -> None:
    stack = stacks[name]
    assert only(stack, "aws_config_configuration_recorder_status")["is_enabled"] is True
    assert only(stack, "aws_guardduty_detector")["enable"] is True
    assert only(stack, "aws_securityhub_account")["control_finding_generator"] == "SECURITY_CONTROL"
    assert only(stack, "aws_accessanalyzer_analyzer")["type"] == "ACCOUNT"
    assert only(stack, "aws_ebs_encryption_by_default")["enabled"] is True
    assert only(stack, "aws_ec2_instance_metadata_defaults")["http_tokens"] == "required"


def test_passwords_are_long_and_not_used_again(stacks: dict[str, Json]) -> None:
    policy = only(stacks[NAME], "aws_iam_account_password_policy")
    assert (policy["minimum_password_length"], policy["password_reuse_prevention"]) == (14, 24)


def test_no_bucket_of_the_account_can_be_made_public(stacks: dict[str, Json]) -> None:
    block = only(stacks[NAME], "aws_s3_account_public_access_block")
    blocked = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    assert [block[one] for one in blocked] == [True] * len(blocked)


def test_findings_reach_the_topic(stacks: dict[str, Json]) -> None:
    rules = stacks[NAME]["resource"]["aws_cloudwatch_event_rule"]
    told = [str(rule.get("event_pattern")) for rule in rules.values()]
    for source in ("aws.guardduty", "aws.securityhub"):
        assert any(source in pattern for pattern in told), source
