"""Controls of the CIS AWS Foundations Benchmark that each stack meets by itself. Pure.

Source: AWS Security Hub CSPM user guide, "CIS AWS Foundations Benchmark", version 5.0.0, whose list this is.
"""

from __future__ import annotations

from collections.abc import Callable

from operations.evidence.control import (
    Control,
    Found,
    absent,
    each,
    is_encrypted,
    resources,
    survives_a_zone,
    true,
)
from operations.synthesized.stack_json import Json, StackJson

_PROPERTIES = "tests/stacks/properties/test_properties.py"
_NETWORK = "tests/stacks/test_network.py"
_POLICIES = "tests/stacks/test_policies.py"
_CONTROLS = "tests/stacks/test_controls.py"
_NO_USERS = "the stack has no IAM user: people and pipelines assume roles"
# Security Hub, EC2.53 and EC2.54: ports 22 and 3389.
_ADMINISTRATION = (22, 3389)


def _of_the_world(address: str) -> Callable[[Json], bool]:
    argument = "cidr_ipv6" if ":" in address else "cidr_ipv4"

    def fits(body: Json) -> bool:
        first, last = body.get("from_port", 0), body.get("to_port", 65535)
        open_to_all = body.get(argument) == address
        return not (open_to_all and any(first <= port <= last for port in _ADMINISTRATION))

    return fits


def _across_zones(stack: StackJson) -> Found:
    """Clusters of Aurora, by how many zones their instances are in."""
    meeting: list[str] = []
    failing: list[str] = []
    for name in stack.resources("aws_rds_cluster"):
        zones = {
            body.get("availability_zone")
            for body in stack.resources("aws_rds_cluster_instance").values()
            if f"aws_rds_cluster.{name}." in str(body.get("cluster_identifier"))
        }
        (meeting if len(zones) > 1 else failing).append(f"aws_rds_cluster.{name}")
    return Found(meeting=meeting, failing=failing)


def _default_network_acls(stack: StackJson) -> Found:
    """Networks, whose default network ACL allows all unless a resource of the stack takes it over."""
    own = stack.resources("aws_default_network_acl")
    return Found(meeting=(), failing=[f"aws_vpc.{name}" for name in stack.resources("aws_vpc") if not own])


STACK_CONTROLS = (
    Control(
        id="EC2.2",
        title="Default security groups without rules",
        look=resources(
            "aws_default_security_group", lambda body: not body.get("ingress") and not body.get("egress")
        ),
        test=f"{_NETWORK}::test_the_default_security_group_has_no_rules",
        none="the stack has no network",
    ),
    Control(
        id="EC2.6",
        title="Flow logs of all networks",
        look=each("aws_vpc", "aws_flow_log", "vpc_id", lambda body: body.get("traffic_type") == "ALL"),
        test=f"{_NETWORK}::test_all_traffic_is_logged_to_a_group_that_only_its_role_may_write",
        none="the stack has no network",
    ),
    Control(
        id="EC2.21",
        title="Network ACLs closed to administration",
        look=_default_network_acls,
        reason="subnets keep the VPC's default network ACL, which allows all; security groups allow named "
        "ports from named groups alone",
        none="the stack has no network",
    ),
    Control(
        id="EC2.53",
        title="Administration ports closed to 0.0.0.0/0",
        look=resources("aws_vpc_security_group_ingress_rule", _of_the_world("0.0.0.0/0")),
        test=f"{_PROPERTIES}::test_8_nothing_is_open_but_the_load_balancer",
        none="the stack has no security group",
    ),
    Control(
        id="EC2.54",
        title="Administration ports closed to ::/0",
        look=resources("aws_vpc_security_group_ingress_rule", _of_the_world("::/0")),
        test=f"{_PROPERTIES}::test_8_nothing_is_open_but_the_load_balancer",
        none="the stack has no security group",
    ),
    Control(
        id="EFS.1",
        title="File systems encrypted with a key of ours",
        look=resources(
            "aws_efs_file_system", lambda body: bool(body.get("encrypted") and body.get("kms_key_id"))
        ),
        test=f"{_CONTROLS}::test_what_is_stored_is_encrypted_with_a_key_of_the_stack",
        none="the stack has no file system",
    ),
    Control(
        id="EFS.8",
        title="File systems encrypted",
        look=resources("aws_efs_file_system", true("encrypted")),
        test=f"{_CONTROLS}::test_what_is_stored_is_encrypted_with_a_key_of_the_stack",
        none="the stack has no file system",
    ),
    Control(
        id="IAM.2",
        title="Users without policies",
        look=absent("aws_iam_user"),
        test=f"{_CONTROLS}::test_nobody_has_credentials_that_last",
        none=_NO_USERS,
    ),
    Control(
        id="IAM.3",
        title="Access keys rotated every 90 days",
        look=absent("aws_iam_access_key"),
        test=f"{_CONTROLS}::test_nobody_has_credentials_that_last",
        none=_NO_USERS,
    ),
    Control(
        id="IAM.5",
        title="MFA of users with a password",
        look=absent("aws_iam_user_login_profile"),
        test=f"{_CONTROLS}::test_nobody_has_credentials_that_last",
        none=_NO_USERS,
    ),
    Control(
        id="IAM.22",
        title="Unused credentials removed after 45 days",
        look=absent("aws_iam_user aws_iam_access_key"),
        test=f"{_CONTROLS}::test_nobody_has_credentials_that_last",
        none=_NO_USERS,
    ),
    Control(
        id="IAM.26",
        title="No expired certificates in IAM",
        look=absent("aws_iam_server_certificate"),
        test=f"{_CONTROLS}::test_nobody_has_credentials_that_last",
        none="certificates are ACM's, which renews them",
    ),
    Control(
        id="IAM.27",
        title="Nobody has AWSCloudShellFullAccess",
        look=resources(
            "aws_iam_role_policy_attachment",
            lambda body: "AWSCloudShellFullAccess" not in str(body.get("policy_arn")),
        ),
        test=f"{_POLICIES}::test_roles_may_do_what_is_named_on_what_is_named",
        none="the stack attaches no managed policy",
    ),
    Control(
        id="KMS.4",
        title="Keys rotated",
        look=resources("aws_kms_key", true("enable_key_rotation")),
        test=f"{_CONTROLS}::test_every_key_is_rotated",
        none="the stack has no key",
    ),
    Control(
        id="RDS.2",
        title="Databases without public addresses",
        look=resources(
            "aws_db_instance aws_rds_cluster_instance", lambda body: not body.get("publicly_accessible")
        ),
        test=f"{_PROPERTIES}::test_2_the_database_is_private_and_reached_by_those_that_have_its_password",
        none="the stack has no database",
    ),
    Control(
        id="RDS.3",
        title="Databases encrypted",
        look=resources(
            "aws_db_instance aws_rds_cluster",
            is_encrypted,
        ),
        test=f"{_PROPERTIES}::test_7_backups_reach_back_a_week_to_any_second_encrypted",
        none="the stack has no database",
    ),
    Control(
        id="RDS.5",
        title="Instances in two zones",
        look=resources("aws_db_instance", survives_a_zone),
        test=f"{_PROPERTIES}::test_5_what_must_survive_a_zone_spans_two",
        reason="a development environment may lose a zone",
        none="the stack has no RDS instance",
    ),
    Control(
        id="RDS.13",
        title="Minor versions upgraded",
        look=resources(
            "aws_db_instance aws_rds_cluster_instance",
            lambda body: body.get("auto_minor_version_upgrade", True) is not False,
        ),
        test=f"{_CONTROLS}::test_minor_versions_of_databases_are_upgraded",
        none="the stack has no database",
    ),
    Control(
        id="RDS.15",
        title="Clusters in two zones",
        look=_across_zones,
        test=f"{_PROPERTIES}::test_5_what_must_survive_a_zone_spans_two",
        reason="a development environment may lose a zone",
        none="the stack has no Aurora cluster",
    ),
    Control(
        id="S3.5",
        title="Buckets refuse requests without TLS",
        look=each(
            "aws_s3_bucket",
            "aws_s3_bucket_policy",
            "bucket",
            lambda body: "aws:SecureTransport" in str(body.get("policy")),
        ),
        test=f"{_CONTROLS}::test_every_bucket_refuses_requests_without_tls",
        none="the stack has no bucket",
    ),
    Control(
        id="S3.8",
        title="Public access to each bucket blocked",
        look=each(
            "aws_s3_bucket",
            "aws_s3_bucket_public_access_block",
            "bucket",
            true("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"),
        ),
        test=f"{_POLICIES}::test_every_log_group_forgets_and_every_bucket_is_private",
        none="the stack has no bucket",
    ),
)
