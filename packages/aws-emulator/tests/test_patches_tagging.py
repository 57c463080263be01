"""What the Resource Groups Tagging API lists, by what AWS's pages say of the call."""

from __future__ import annotations

from typing import Any

import pytest

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
TAGS = [{"Key": "Environment", "Value": "test"}]


@pytest.fixture(scope="module")
def ec2(module_emulator: Emulator) -> Any:
    return module_emulator.client("ec2", REGION)


def tagged(kind: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": TAGS}]


def test_it_lists_addresses_endpoints_rules_and_flow_logs(ec2: Any, module_emulator: Emulator) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="one", Description="one", VpcId=vpc)["GroupId"]
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    rule = ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[permission], TagSpecifications=tagged("security-group-rule")
    )
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip"))
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{REGION}.s3",
        VpcEndpointType="Gateway",
        TagSpecifications=tagged("vpc-endpoint"),
    )
    bucket = "arn:aws:s3:::flow-logs-of-this-test"
    module_emulator.client("s3", "us-east-1").create_bucket(Bucket=bucket.rpartition(":")[2])
    logs = ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination=bucket,
        TagSpecifications=tagged("vpc-flow-log"),
    )
    client = module_emulator.client("resourcegroupstaggingapi", REGION)
    found = client.get_resources(TagFilters=[{"Key": "Environment", "Values": ["test"]}])
    assert {one["ResourceARN"].rpartition(":")[2] for one in found["ResourceTagMappingList"]} == {
        f"security-group-rule/{rule['SecurityGroupRules'][0]['SecurityGroupRuleId']}",
        f"elastic-ip/{address['AllocationId']}",
        f"vpc-endpoint/{endpoint['VpcEndpoint']['VpcEndpointId']}",
        f"vpc-flow-log/{logs['FlowLogIds'][0]}",
    }
