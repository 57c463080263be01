"""What an account records and checks, as it is synthesized: who may write where, and what is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules.governance.defaults.settings import ServiceLinkedRoleSettings
from modules.governance.detection.finding_events import events_of_findings
from modules.governance.detection.settings import (
    AccessAnalyzerSettings,
    GuardDutySettings,
    SecurityHubSettings,
)
from modules.governance.recording.settings import ConfigSettings, TrailSettings
from tests.iam.simulator import ACCOUNT, Ask, decisions
from tests.stacks.iam.arns import Applied

Json = dict[str, Any]
TRAIL = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/shop-test-trail"
STATES = "acme-states"


@pytest.fixture(scope="module")
def built(synthesize_module: Callable[..., Json]) -> Json:
    """Every module of governance on one stack."""

    def build(stack: Any, context: Any) -> None:
        from modules.governance.defaults.service_linked_roles import ServiceLinkedRoles
        from modules.governance.detection.access_analyzer import AccessAnalyzer
        from modules.governance.detection.guard_duty import GuardDuty
        from modules.governance.detection.security_hub import SecurityHub
        from modules.governance.recording.config import Config
        from modules.governance.recording.trail import Trail

        Trail(stack, "trail", context=context, settings=TrailSettings(buckets=(STATES,)))
        Config(stack, "config", context=context, settings=ConfigSettings(), with_global=True)
        runtime = GuardDutySettings(features=("RUNTIME_MONITORING",))
        GuardDuty(stack, "guard-duty", context=context, settings=runtime)
        SecurityHub(stack, "hub", context=context, settings=SecurityHubSettings())
        unused = AccessAnalyzerSettings(unused_days=90)
        AccessAnalyzer(stack, "analyzer", context=context, settings=unused, with_global=True)
        roles = ServiceLinkedRoleSettings(services=("config.amazonaws.com",))
        ServiceLinkedRoles(stack, "roles", settings=roles)

    return synthesize_module(build)


def policy_of(built: Json, kind: str, name: str) -> Json:
    """The policy of a resource, with its references replaced."""
    applied = Applied("small", built)
    (body,) = [body for one, body in built["resource"][kind].items() if one.startswith(name)]
    found: Json = applied.document(body["policy"])
    return found


def bucket(built: Json, name: str) -> str:
    """The ARN of a bucket."""
    applied = Applied("small", built)
    (found,) = [one for one in built["resource"]["aws_s3_bucket"] if one.startswith(name)]
    return applied.arn("aws_s3_bucket", found)


def statement(policy: Json, sid: str) -> Json:
    """A statement of a policy."""
    (found,) = [one for one in policy["Statement"] if one["Sid"] == sid]
    assert isinstance(found, dict)
    return found


def test_this_trail_alone_writes_its_log_files(built: Json) -> None:
    policy = policy_of(built, "aws_s3_bucket_policy", "trail_")
    write = statement(policy, "Write")
    assert write["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert write["Resource"] == [f"{bucket(built, 'trail_')}/AWSLogs/{ACCOUNT}/*"]
    conditions = write["Condition"]["StringEquals"]
    assert conditions == {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": TRAIL}
    assert [one["Effect"] for one in policy["Statement"]] == ["Deny", "Allow", "Allow"]


@pytest.mark.parametrize(
    ("source", "said"), [(TRAIL, "Allowed"), (TRAIL.replace(ACCOUNT, "210987654321"), "ImplicitlyDenied")]
)
def test_iam_decides_so(source: str, said: str, built: Json) -> None:
    policy = policy_of(built, "aws_s3_bucket_policy", "trail_")
    file = f"{bucket(built, 'trail_')}/AWSLogs/{ACCOUNT}/CloudTrail/one.json.gz"
    context: Json = {
        "aws:SourceArn": source,
        "s3:x-amz-acl": "bucket-owner-full-control",
        "aws:SecureTransport": "true",
    }
    asks = [
        Ask(
            principal="cloudtrail.amazonaws.com",
            policies=[],
            action=action,
            resource=file,
            context=context,
            resource_policy=policy,
        )
        for action in ("s3:PutObject", "s3:DeleteObject")
    ]
    assert decisions(asks) == [said, "ImplicitlyDenied"]


def test_the_key_of_the_trail_encrypts_for_this_trail(built: Json) -> None:
    policy = policy_of(built, "aws_kms_key", "trail_")
    encrypt = statement(policy, "Encrypt")
    assert encrypt["Condition"] == {
        "StringEquals": {"aws:SourceArn": TRAIL},
        "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"},
    }
    assert statement(policy, "Describe")["Condition"] == {"StringEquals": {"aws:SourceArn": TRAIL}}


def test_config_writes_for_this_account_alone(built: Json) -> None:
    key = statement(policy_of(built, "aws_kms_key", "config_"), "Encrypt")
    write = statement(policy_of(built, "aws_s3_bucket_policy", "config_"), "Write")
    for one in (key, write):
        assert one["Principal"] == {"Service": "config.amazonaws.com"}
        assert one["Condition"]["StringEquals"]["aws:SourceAccount"] == ACCOUNT
    (recorder,) = built["resource"]["aws_config_configuration_recorder"].values()
    assert recorder["role_arn"].endswith(
        ":role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    )


def test_the_trail_s_bucket_locks_and_that_of_config_does_not(built: Json) -> None:
    (lock,) = built["resource"]["aws_s3_bucket_object_lock_configuration"].values()
    assert lock["rule"]["default_retention"] == {"mode": "COMPLIANCE", "days": TrailSettings().locked_days}
    locks = {
        one.partition("_")[0]: body.get("object_lock_enabled")
        for one, body in built["resource"]["aws_s3_bucket"].items()
    }
    assert locks == {"trail": True, "config": None}


def test_the_trail_records_management_events_objects_of_the_states_and_who_reads_the_logs(
    built: Json,
) -> None:
    (trail,) = built["resource"]["aws_cloudtrail"].values()
    assert trail["is_multi_region_trail"]
    assert trail["enable_log_file_validation"]
    management, objects, logs = trail["advanced_event_selector"]
    # Nothing is left out of them: neither reads nor calls of KMS, among which are reads of secrets.
    assert [one["field"] for one in management["field_selector"]] == ["eventCategory"]
    fields = {one["field"]: one for one in objects["field_selector"]}
    assert fields["resources.ARN"]["starts_with"][0].endswith(f":s3:::{STATES}/")
    assert "eventName" not in fields
    assert {one["field"]: one for one in logs["field_selector"]}["eventName"]["not_equals"] == ["PutObject"]


def test_every_feature_of_guard_duty_is_said_on_or_off(built: Json) -> None:
    features = built["resource"]["aws_guardduty_detector_feature"].values()
    on = {one["name"] for one in features if one["status"] == "ENABLED"}
    assert on == {"RUNTIME_MONITORING"}
    assert len(features) > len(on)
    (agent,) = [one["additional_configuration"] for one in features if one["name"] in on]
    assert agent == [{"name": "ECS_FARGATE_AGENT_MANAGEMENT", "status": "ENABLED"}]


def test_each_rule_of_config_has_its_reason_as_description(built: Json) -> None:
    rules = built["resource"]["aws_config_config_rule"].values()
    assert {one["source"]["source_identifier"]: one["description"] for one in rules} == {
        one.identifier: one.reason for one in ConfigSettings().rules
    }


def test_unused_access_is_looked_for_where_it_is_set_and_roles_are_made_where_they_lack(
    built: Json,
) -> None:
    kinds = {one["type"] for one in built["resource"]["aws_accessanalyzer_analyzer"].values()}
    assert kinds == {"ACCOUNT", "ACCOUNT_UNUSED_ACCESS"}
    (role,) = built["resource"]["aws_iam_service_linked_role"].values()
    assert role["aws_service_name"] == "config.amazonaws.com"


def test_a_login_of_the_root_user_is_told_and_a_call_of_a_service_as_root_is_not() -> None:
    events = {
        one.key: one
        for one in events_of_findings(guard_duty=True, security_hub=True, access_analyzer=True).events
    }
    pattern = events["root"].pattern["detail"]
    assert pattern["userIdentity"] == {"type": ["Root"], "invokedBy": [{"exists": False}]}
    assert events["guard-duty"].pattern["detail"] == {"severity": [{"numeric": [">=", 7]}]}
    assert json.dumps(events["security-hub"].pattern).count("HIGH") == 1
    assert {"StopLogging", "StopConfigurationRecorder", "DeleteDetector"} <= {
        *events["recording-changed"].pattern["detail"]["eventName"]
    }
