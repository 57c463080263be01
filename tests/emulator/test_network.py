"""OHI's network through its life: applied with remote state, unchanged, a zone added, destroyed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from operations.sandbox import Workspace

pytestmark = pytest.mark.emulator


def made(emulator: Emulator, region: str) -> dict[str, int]:
    """How many of each kind the emulator holds beyond what every account has."""
    ec2, logs = emulator.client("ec2", region), emulator.client("logs", region)
    ours = {"Filters": [{"Name": "tag:ManagedBy", "Values": ["Terraform"]}]}
    gone = {"Filters": [{"Name": "state", "Values": ["pending", "available"]}, *ours["Filters"]]}
    return {
        "networks": len(ec2.describe_vpcs(**ours)["Vpcs"]),
        "subnets": len(ec2.describe_subnets(**ours)["Subnets"]),
        "gateways": len(ec2.describe_nat_gateways(**gone)["NatGateways"]),
        "addresses": len(ec2.describe_addresses()["Addresses"]),
        "interfaces": len(ec2.describe_network_interfaces()["NetworkInterfaces"]),
        "groups": len(ec2.describe_security_groups(**ours)["SecurityGroups"]),
        "rules": len(ec2.describe_security_group_rules(**ours)["SecurityGroupRules"]),
        "flow logs": len(ec2.describe_flow_logs()["FlowLogs"]),
        "log groups": len(logs.describe_log_groups()["logGroups"]),
    }


def kept(emulator: Emulator, state: dict[str, Any]) -> list[str]:
    """What the bucket of states holds, and the table of locks beyond digests."""
    s3, dynamodb = emulator.client("s3", state["region"]), emulator.client("dynamodb", state["region"])
    objects = [found["Key"] for found in s3.list_objects_v2(Bucket=state["bucket"])["Contents"]]
    items = [item["LockID"]["S"] for item in dynamodb.scan(TableName=state["dynamodb_table"])["Items"]]
    return objects + [item for item in items if not item.endswith("-md5")]


def test_a_network_through_its_life(
    workspace: Workspace, emulator: Emulator, synthesize_network: Callable[..., Path]
) -> None:
    workspace.write(synthesize_network(zones=("a", "b")))
    workspace.init()
    terraform, region = workspace.terraform, workspace.region
    before = made(emulator, region)
    assert set(before.values()) == {0}

    terraform.apply()
    assert terraform.plan().empty
    two_zones = made(emulator, region)
    assert two_zones["subnets"] == 6
    assert kept(emulator, workspace.backend) == [workspace.backend["key"]]

    # A zone more changes no address and replaces nothing.
    workspace.write(synthesize_network(zones=("a", "b", "c")))
    plan = terraform.plan()
    actions = {change.address: change.action for change in plan.changes}
    assert set(actions.values()) == {"create", "update"}
    updated = {address.partition(".")[0] for address, action in actions.items() if action == "update"}
    assert updated == {"aws_vpc_endpoint"}, "the endpoints reach into the new zone, and nothing else changes"
    terraform.apply(plan)
    assert terraform.plan().empty
    three_zones = made(emulator, region)
    assert three_zones["subnets"] == 9
    assert {**three_zones, "subnets": 6, "interfaces": two_zones["interfaces"]} == two_zones

    terraform.destroy()
    assert terraform.addresses() == []
    assert made(emulator, region) == before
