"""The Nigeria Data Protection Act, 2023, as far as infrastructure can meet it. Pure.

Source: Nigeria Data Protection Act, 2023, sections 24 (principles), 39 (security, integrity and
confidentiality), 40 (personal data breaches) and 41 (transfer out of Nigeria). What it asks of an
organization is not for Terraform, and said so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from modules.terraform_json import blocks
from operations.evidence.control import (
    Control,
    Found,
    Framework,
    Where,
    is_encrypted,
    resources,
    survives_a_zone,
    true,
)
from operations.synthesized.stack_json import Json, StackJson

_BASELINE = "tests/stacks/account/test_baseline.py"
_CONTROLS = "tests/stacks/test_controls.py"
_PROPERTIES = "tests/stacks/properties/test_properties.py"
# Type → whether what it stores is encrypted with a key of the stack.
_STORED = {
    "aws_db_instance": is_encrypted,
    "aws_rds_cluster": true("storage_encrypted"),
    "aws_elasticache_replication_group": true("at_rest_encryption_enabled"),
    "aws_efs_file_system": true("encrypted"),
    "aws_s3_bucket_server_side_encryption_configuration": lambda body: bool(body.get("rule")),
    "aws_secretsmanager_secret": lambda body: bool(body.get("kms_key_id")),
    "aws_sns_topic": lambda body: bool(body.get("kms_master_key_id")),
    "aws_sqs_queue": lambda body: bool(body.get("kms_master_key_id")),
    "aws_cloudwatch_log_group": lambda body: bool(body.get("kms_key_id")),
}
_SURVIVING = {
    "aws_db_instance": survives_a_zone,
    "aws_elasticache_replication_group": true("automatic_failover_enabled"),
}


def _encrypted(stack: StackJson) -> Found:
    return _every(stack, _STORED)


def _surviving(stack: StackJson) -> Found:
    return _every(stack, _SURVIVING)


def _every(stack: StackJson, kinds: Mapping[str, Callable[[Json], bool]]) -> Found:
    parts = [resources(kind, fits)(stack) for kind, fits in kinds.items()]
    return Found(
        meeting=[address for part in parts for address in part.meeting],
        failing=[address for part in parts for address in part.failing],
    )


def _under_way(body: Json) -> bool:
    """Whether a listener takes HTTPS alone, or sends people there."""
    actions = blocks(body.get("default_action"))
    redirects = [one for action in actions for one in blocks(action.get("redirect"))]
    return body.get("protocol") == "HTTPS" or any(one.get("protocol") == "HTTPS" for one in redirects)


CONTROLS = (
    Control(
        id="24",
        title="Kept no longer than is needed",
        look=resources("aws_cloudwatch_log_group", lambda body: bool(body.get("retention_in_days"))),
        test="tests/stacks/test_policies.py::test_every_log_group_forgets_and_every_bucket_is_private",
        partly=True,
        reason="logs are; what the product stores in its database is deleted by the product",
    ),
    Control(
        id="39, encryption",
        title="What is stored is encrypted",
        look=_encrypted,
        test=f"{_CONTROLS}::test_what_is_stored_is_encrypted_with_a_key_of_the_stack",
        reason="some log groups have the key of CloudWatch Logs: docs/security.md says which, and why",
    ),
    Control(
        id="39, encryption under way",
        title="Connections from outside are encrypted",
        look=resources("aws_lb_listener", _under_way),
        test=f"{_PROPERTIES}::test_6_https_is_forced",
        none="the stack has no load balancer",
    ),
    Control(
        id="39, confidentiality",
        title="Each service reads its own secrets alone",
        look=resources("aws_iam_role", lambda body: bool(body.get("assume_role_policy"))),
        test="tests/stacks/iam/test_roles.py::test_a_role_reads_what_its_containers_use_and_nothing_of_another",
        none="the stack has no role",
    ),
    Control(
        id="39, resilience",
        title="The loss of a zone is survived",
        look=_surviving,
        test=f"{_PROPERTIES}::test_5_what_must_survive_a_zone_spans_two",
        reason="a development environment may lose a zone",
        none="the stack has neither an RDS instance nor a cache",
    ),
    Control(
        id="39, restoring",
        title="Access to data can be restored in time",
        look=resources(
            "aws_db_instance aws_rds_cluster",
            lambda body: bool(body.get("replicate_source_db")) or body.get("backup_retention_period", 0) >= 7,
        ),
        test=f"{_PROPERTIES}::test_7_backups_reach_back_a_week_to_any_second_encrypted",
        none="the stack has no database",
    ),
    Control(
        id="39, testing",
        title="Measures are tested",
        reason="`infra restore-test STACK` each month and `infra recovery STACK drill` each quarter; every "
        "change by the tests of this project",
    ),
    Control(
        id="39, risks",
        title="Risks are assessed",
        look=resources("aws_guardduty_detector aws_securityhub_account", lambda _body: True),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_each_region_has_its_detectors_and_defaults",
        partly=True,
        reason="these find what is wrong in the account; what is at stake is for people to assess",
    ),
    Control(
        id="39, pseudonyms",
        title="Personal data is pseudonymized",
        reason="it is the product's code that knows which data is personal",
    ),
    Control(
        id="40",
        title="Breaches are told within 72 hours",
        look=resources("aws_guardduty_detector", true("enable")),
        where=Where.ACCOUNT,
        test=f"{_BASELINE}::test_findings_reach_the_topic",
        partly=True,
        reason="findings are told to a topic at once; the organization tells the Commission and people",
    ),
    Control(
        id="41",
        title="Transfers out of Nigeria have a basis",
        reason="AWS has no region in Nigeria: the controller documents the basis of the transfer to the "
        "regions of the stack",
    ),
)

DATA_PROTECTION = Framework(
    name="Nigeria Data Protection Act, 2023",
    source="Nigeria Data Protection Act, 2023",
    controls=CONTROLS,
    tag="NDPA",
)
