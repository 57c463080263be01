"""`infra evidence`: no control without an address or a reason, each held by a test that there is."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from operations.evidence.command import markdown, print_tables
from operations.evidence.control import Status
from operations.evidence.data_protection import DATA_PROTECTION
from operations.evidence.foundations import FOUNDATIONS
from operations.evidence.table import FRAMEWORKS, Row, rows
from operations.synthesized.stack import SynthesizedStack
from stacks.catalogue import catalogue
from tests.running import PROJECT, run_infra
from tests.stacks.environments import environments

Json = dict[str, Any]
Shipped = Callable[[str], SynthesizedStack]
PAGE = PROJECT / "docs/evidence.md"
SHOWN = "ohi-prod"
# Control, type, arguments that meet it, arguments that do not.
EXAMPLES = [
    ("CloudTrail.1", "aws_cloudtrail", {"is_multi_region_trail": True}, {"is_multi_region_trail": False}),
    ("CloudTrail.2", "aws_cloudtrail", {"kms_key_id": "arn"}, {}),
    ("CloudTrail.4", "aws_cloudtrail", {"enable_log_file_validation": True}, {}),
    ("Config.1", "aws_config_configuration_recorder_status", {"is_enabled": True}, {"is_enabled": False}),
    ("EC2.2", "aws_default_security_group", {}, {"ingress": [{"protocol": "-1"}]}),
    ("EC2.7", "aws_ebs_encryption_by_default", {"enabled": True}, {"enabled": False}),
    ("EC2.8", "aws_ec2_instance_metadata_defaults", {"http_tokens": "required"}, {"http_tokens": "optional"}),
    (
        "EC2.53",
        "aws_vpc_security_group_ingress_rule",
        {"cidr_ipv4": "0.0.0.0/0", "from_port": 443, "to_port": 443},
        {"cidr_ipv4": "0.0.0.0/0", "from_port": 20, "to_port": 30},
    ),
    (
        "EC2.54",
        "aws_vpc_security_group_ingress_rule",
        {"cidr_ipv6": "2001:db8::/32", "from_port": 22, "to_port": 22},
        {"cidr_ipv6": "::/0", "ip_protocol": "-1"},
    ),
    ("EFS.1", "aws_efs_file_system", {"encrypted": True, "kms_key_id": "arn"}, {"encrypted": True}),
    ("EFS.8", "aws_efs_file_system", {"encrypted": True}, {}),
    ("IAM.15", "aws_iam_account_password_policy", {"minimum_password_length": 14}, {}),
    ("IAM.16", "aws_iam_account_password_policy", {"password_reuse_prevention": 24}, {}),
    (
        "IAM.27",
        "aws_iam_role_policy_attachment",
        {"policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        {"policy_arn": "arn:aws:iam::aws:policy/AWSCloudShellFullAccess"},
    ),
    ("IAM.28", "aws_accessanalyzer_analyzer", {"type": "ACCOUNT"}, {"type": "ACCOUNT_UNUSED_ACCESS"}),
    ("KMS.4", "aws_kms_key", {"enable_key_rotation": True}, {}),
    ("RDS.2", "aws_db_instance", {}, {"publicly_accessible": True}),
    ("RDS.3", "aws_rds_cluster", {"storage_encrypted": True}, {}),
    ("RDS.5", "aws_db_instance", {"multi_az": True}, {"multi_az": False}),
    ("RDS.13", "aws_db_instance", {}, {"auto_minor_version_upgrade": False}),
    ("24", "aws_cloudwatch_log_group", {"retention_in_days": 7}, {}),
    ("39, encryption", "aws_sns_topic", {"kms_master_key_id": "arn"}, {}),
    ("39, encryption under way", "aws_lb_listener", {"protocol": "HTTPS"}, {"protocol": "HTTP"}),
    (
        "39, resilience",
        "aws_elasticache_replication_group",
        {"automatic_failover_enabled": True},
        {"automatic_failover_enabled": False},
    ),
    ("39, restoring", "aws_rds_cluster", {"backup_retention_period": 7}, {"backup_retention_period": 1}),
    ("40", "aws_guardduty_detector", {"enable": True}, {"enable": False}),
]


def small(kind: str, bodies: Json, tag: str = "NDPA", name: str = "shop-dev") -> SynthesizedStack:
    """A stack of some resources of one type, by name."""
    provider = {"region": "eu-west-1", "default_tags": [{"tags": {"Compliance": tag}}]}
    return SynthesizedStack(
        name=name, document={"provider": {"aws": [provider]}, "resource": {kind: bodies} if bodies else {}}
    )


def row(control: str, stack: SynthesizedStack) -> Row:
    """What is said of one control, in an account with the same resources."""
    (found,) = [one for one in rows(stack, [stack]) if one.control == control]
    return found


@pytest.fixture(scope="session")
def shipped(stacks: dict[str, Json]) -> Shipped:
    """A stack that ships, by name."""
    return lambda name: SynthesizedStack(name=name, document=stacks[name])


@pytest.fixture(scope="session")
def accounts(shipped: Shipped) -> list[SynthesizedStack]:
    """The stacks of the account."""
    return [shipped(name) for name, entry in sorted(catalogue().items()) if entry.governs]


@pytest.mark.parametrize(("control", "kind", "meets", "fails"), EXAMPLES)
def test_a_control_tells_what_meets_it_from_what_does_not(
    control: str, kind: str, meets: Json, fails: Json
) -> None:
    found = row(control, small(kind, {"good": meets, "bad": fails}))
    assert found.addresses == [f"{kind}.good"]
    assert found.failing == [f"{kind}.bad"]
    assert found.status is Status.PARTLY


def test_a_flow_log_is_that_of_its_network() -> None:
    stack = small("aws_vpc", {"one": {}, "two": {}})
    logs = {"log": {"vpc_id": "${aws_vpc.one.id}", "traffic_type": "ALL"}}
    stack.document["resource"]["aws_flow_log"] = logs
    found = row("EC2.6", stack)
    assert (found.addresses, found.failing) == (["aws_flow_log.log"], ["aws_vpc.two"])


@pytest.mark.parametrize(
    ("status", "instances"), [(Status.MET, {"a": "a", "b": "b"}), (Status.NOT_MET, {"a": "a", "b": "a"})]
)
def test_a_cluster_needs_instances_in_two_zones(status: Status, instances: dict[str, str]) -> None:
    stack = small("aws_rds_cluster", {"data": {}})
    stack.document["resource"]["aws_rds_cluster_instance"] = {
        name: {"cluster_identifier": "${aws_rds_cluster.data.id}", "availability_zone": zone}
        for name, zone in instances.items()
    }
    assert row("RDS.15", stack).status is status


@pytest.mark.parametrize(("kind", "status"), [("aws_iam_user", Status.NOT_MET), ("aws_vpc", Status.MET)])
def test_what_must_not_be_there_is_met_by_its_absence(kind: str, status: Status) -> None:
    assert row("IAM.2", small(kind, {"one": {}})).status is status


def test_a_default_network_acl_is_not_closed() -> None:
    found = row("EC2.21", small("aws_vpc", {"one": {}}))
    assert (found.status, found.failing) == (Status.NOT_MET, ["aws_vpc.one"])


def test_what_an_account_lacks_is_not_met() -> None:
    found = row("Config.1", small("aws_vpc", {}))
    assert (found.status, found.reason) == (Status.NOT_MET, "no account stack of the project has this part")


def test_resources_of_the_account_are_named_with_their_stack() -> None:
    account = small("aws_ebs_encryption_by_default", {"one": {"enabled": True}}, name="account")
    (found,) = [one for one in rows(small("aws_vpc", {}), [account]) if one.control == "EC2.7"]
    assert found.addresses == ["account: aws_ebs_encryption_by_default.one"]


def test_the_tag_names_the_further_frameworks() -> None:
    both, one = (
        {found.framework for found in rows(small("aws_vpc", {}, tag), [])} for tag in ("NDPA", "none")
    )
    assert both == {FOUNDATIONS.name, DATA_PROTECTION.name}
    assert one == {FOUNDATIONS.name}


@pytest.mark.parametrize("name", environments())
def test_no_row_is_without_an_address_or_a_reason(
    name: str, shipped: Shipped, accounts: list[SynthesizedStack]
) -> None:
    found = rows(shipped(name), accounts)
    assert {one.control for one in found} >= {control.id for control in FOUNDATIONS.controls}
    assert not [one.control for one in found if not (one.addresses or one.reason)]
    assert not [one.control for one in found if one.status is not Status.MET and not one.reason]
    assert not [one.control for one in found if one.status is Status.MET and not one.test]


def test_every_named_test_is_there() -> None:
    named = {one.test for framework in FRAMEWORKS for one in framework.controls if one.test}
    assert len(named) > 5
    for test in named:
        file, _, function = test.partition("::")
        assert re.search(rf"^def {function}\(", (PROJECT / file).read_text(), re.MULTILINE), test


def test_the_page_is_in_step(
    shipped: Shipped, accounts: list[SynthesizedStack], golden: Callable[[Path, str], None]
) -> None:
    """The page of production is in step: what is no longer met changes it."""
    stack = shipped(SHOWN)
    intro = f"<!-- Written by `make golden`, as `infra evidence {SHOWN}` prints it. -->\n\n"
    golden(PAGE, intro + "\n".join(markdown(SHOWN, rows(stack, accounts))) + "\n")


def test_at_a_terminal_every_control_is_whole_in_80_columns(
    shipped: Shipped, accounts: list[SynthesizedStack]
) -> None:
    written = io.StringIO()
    found = rows(shipped(SHOWN), accounts)
    print_tables(Console(file=written, width=80), SHOWN, found)
    lines = written.getvalue().splitlines()
    assert max(len(line) for line in lines) <= 80
    named = {row.control for row in found if " " not in row.control}
    assert named
    assert named <= {line.split()[0] for line in lines if line.split()}
    assert "by people" in written.getvalue()


def test_what_has_no_network_needs_no_network_acl() -> None:
    found = row("EC2.21", small("aws_kms_key", {"one": {}}))
    assert (found.status, found.reason) == (Status.NOTHING_TO_MEET, "the stack has no network")


def test_machines_read_every_address(tmp_path: Path) -> None:
    environment = {**os.environ, "CDKTF_OUTDIR": str(tmp_path)}
    shown = run_infra("evidence", "webapp-dev", "--json", environment=environment)
    assert shown.returncode == 0, shown.stderr
    found = json.loads(shown.stdout)
    (keys,) = [one for one in found if one["control"] == "KMS.4"]
    assert len(keys["addresses"]) > 3
    table = run_infra("evidence", "webapp-dev", "--csv", environment=environment)
    read = {one["control"]: one for one in csv.DictReader(io.StringIO(table.stdout))}
    assert read["KMS.4"]["addresses"].split() == keys["addresses"]
    refused = run_infra("evidence", "webapp-dev", "--csv", "--json", environment=environment)
    assert refused.returncode == 2
    assert refused.stderr.startswith("--json and --csv: got both")
