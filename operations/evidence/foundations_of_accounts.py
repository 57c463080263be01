"""Controls of the CIS AWS Foundations Benchmark that an account's stacks or people meet. Pure.

Source: AWS Security Hub CSPM user guide, "CIS AWS Foundations Benchmark", version 5.0.0, whose list this is.
"""

from __future__ import annotations

from modules.terraform_json import blocks
from operations.evidence.control import Control, Where, resources, true
from operations.synthesized.stack_json import Json

_BASELINE = "tests/stacks/account/test_baseline.py"
_ROOT = "it is about the account's root user, whom Terraform does not manage; Security Hub watches it"
_OBJECTS = "the trail records the buckets of states and logs; each further bucket is charged by its requests"


def _records_all_regions(body: Json) -> bool:
    """Whether a trail records everywhere; what is not said is the provider's default."""
    everywhere = true("is_multi_region_trail")(body)
    return bool(
        everywhere and body.get("include_global_service_events", True) and body.get("enable_logging", True)
    )


def _logs_objects(body: Json) -> bool:
    """Whether a trail records reads or writes of objects."""
    selectors = [
        one
        for selector in blocks(body.get("advanced_event_selector"))
        for one in blocks(selector.get("field_selector"))
    ]
    return any("AWS::S3::Object" in one.get("equals", ()) for one in selectors)


ACCOUNT_CONTROLS = (
    Control(
        id="Account.1",
        title="Security contact of the account",
        reason="a person enters it once: Account settings, Alternate contacts",
    ),
    Control(
        id="CloudTrail.1",
        title="A trail of all regions, with reads and writes",
        look=resources("aws_cloudtrail", _records_all_regions),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_a_trail_records_reads_and_writes_of_all_regions_signed_and_encrypted",
    ),
    Control(
        id="CloudTrail.2",
        title="Trails encrypted with a key of ours",
        look=resources("aws_cloudtrail", lambda body: bool(body.get("kms_key_id"))),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_a_trail_records_reads_and_writes_of_all_regions_signed_and_encrypted",
    ),
    Control(
        id="CloudTrail.4",
        title="Log file validation",
        look=resources("aws_cloudtrail", true("enable_log_file_validation")),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_a_trail_records_reads_and_writes_of_all_regions_signed_and_encrypted",
    ),
    Control(
        id="CloudTrail.7",
        title="Access to the trail's bucket logged",
        look=resources("aws_cloudtrail", _logs_objects),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_the_trail_records_objects_of_the_states_and_reads_of_its_logs",
        partly=True,
        reason="by data events of the trail itself instead of server access logs, which are best effort: "
        "Security Hub's own check stays red",
    ),
    Control(
        id="Config.1",
        title="AWS Config records",
        look=resources("aws_config_configuration_recorder_status", true("is_enabled")),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_each_region_has_its_detectors_and_defaults",
    ),
    Control(
        id="EC2.7",
        title="EBS encrypted by default",
        look=resources("aws_ebs_encryption_by_default", true("enabled")),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_each_region_has_its_detectors_and_defaults",
    ),
    Control(
        id="EC2.8",
        title="Instance metadata service version 2",
        look=resources(
            "aws_ec2_instance_metadata_defaults", lambda body: body.get("http_tokens") == "required"
        ),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_each_region_has_its_detectors_and_defaults",
    ),
    Control(id="IAM.4", title="No access key of the root user", reason=_ROOT),
    Control(id="IAM.6", title="Hardware MFA of the root user", reason=_ROOT),
    Control(id="IAM.9", title="MFA of the root user", reason=_ROOT),
    Control(
        id="IAM.15",
        title="Passwords of 14 characters or more",
        look=resources(
            "aws_iam_account_password_policy", lambda body: body.get("minimum_password_length", 0) >= 14
        ),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_passwords_are_long_and_not_used_again",
    ),
    Control(
        id="IAM.16",
        title="Passwords not used again",
        look=resources(
            "aws_iam_account_password_policy", lambda body: body.get("password_reuse_prevention", 0) >= 24
        ),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_passwords_are_long_and_not_used_again",
    ),
    Control(
        id="IAM.18",
        title="A role for AWS Support",
        reason="who opens cases is the organization's decision: give that role the policy AWSSupportAccess",
    ),
    Control(
        id="IAM.28",
        title="Access Analyzer of external access",
        look=resources("aws_accessanalyzer_analyzer", lambda body: body.get("type", "ACCOUNT") == "ACCOUNT"),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_each_region_has_its_detectors_and_defaults",
    ),
    Control(
        id="S3.1",
        title="Public access to buckets blocked in the account",
        look=resources(
            "aws_s3_account_public_access_block",
            true("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"),
        ),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_no_bucket_of_the_account_can_be_made_public",
    ),
    Control(
        id="S3.20",
        title="MFA delete of buckets",
        reason="only the root user can turn it on, with the MFA device at hand (Amazon S3 user guide, "
        '"Configuring MFA delete"), and lifecycle rules exclude it; the bucket of the trail has Object Lock',
    ),
    Control(
        id="S3.22",
        title="Writes of objects recorded",
        look=resources("aws_cloudtrail", _logs_objects),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_the_trail_records_objects_of_the_states_and_reads_of_its_logs",
        reason=_OBJECTS,
        partly=True,
    ),
    Control(
        id="S3.23",
        title="Reads of objects recorded",
        look=resources("aws_cloudtrail", _logs_objects),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_the_trail_records_objects_of_the_states_and_reads_of_its_logs",
        reason=_OBJECTS,
        partly=True,
    ),
)
