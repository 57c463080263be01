"""Patches of EC2, each by what AWS's pages say of the call."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"


@pytest.fixture(scope="module")
def ec2(module_emulator: Emulator) -> Any:
    return module_emulator.client("ec2", REGION)


@pytest.fixture
def vpc(ec2: Any) -> str:
    return str(ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])


def test_a_route_table_joins_and_leaves_a_gateway_endpoint(ec2: Any, vpc: str) -> None:
    def routes() -> list[str]:
        (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
        return [route["GatewayId"] for route in found["Routes"] if "DestinationPrefixListId" in route]

    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    created = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", VpcEndpointType="Gateway"
    )
    endpoint = created["VpcEndpoint"]["VpcEndpointId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[table])
    assert routes() == [endpoint]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveRouteTableIds=[table])
    assert routes() == []
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[table])
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])["Unsuccessful"] == []
    assert routes() == []


def test_a_subnet_joins_and_leaves_an_interface_endpoint(ec2: Any, vpc: str) -> None:
    def interfaces() -> set[str]:
        (found,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"]
        ids = found["NetworkInterfaceIds"]
        placed = ec2.describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]
        return {interface["SubnetId"] for interface in placed}

    blocks = ("10.0.0.0/24", "10.0.1.0/24")
    one, two = (ec2.create_subnet(VpcId=vpc, CidrBlock=block)["Subnet"]["SubnetId"] for block in blocks)
    created = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{REGION}.logs",
        VpcEndpointType="Interface",
        SubnetIds=[one],
    )
    endpoint = created["VpcEndpoint"]["VpcEndpointId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSubnetIds=[two])
    assert interfaces() == {one, two}
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveSubnetIds=[one])
    assert interfaces() == {two}


def test_a_deleted_nat_gateway_frees_its_address(ec2: Any, vpc: str) -> None:
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.2.0/24")["Subnet"]["SubnetId"]
    allocation = ec2.allocate_address(Domain="vpc")["AllocationId"]
    created = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=allocation)
    gateway = created["NatGateway"]["NatGatewayId"]
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    (address,) = ec2.describe_addresses(AllocationIds=[allocation])["Addresses"]
    assert "AssociationId" not in address
    mine = [{"Name": "subnet-id", "Values": [subnet]}]
    assert ec2.describe_network_interfaces(Filters=mine)["NetworkInterfaces"] == []


@pytest.fixture
def group(ec2: Any, vpc: str) -> str:
    return str(ec2.create_security_group(GroupName="one", Description="one", VpcId=vpc)["GroupId"])


SOURCES = {
    "range": ("IpRanges", {"CidrIp": "10.0.0.0/16"}),
    "group": ("UserIdGroupPairs", {}),
    "prefix list": ("PrefixListIds", {"PrefixListId": "pl-1"}),
}


def permission(kind: str, group: str, description: str) -> dict[str, Any]:
    field, source = SOURCES[kind]
    group_id = {"GroupId": group} if kind == "group" else {}
    described = {**source, **group_id, "Description": description}
    return {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, field: [described]}


@pytest.mark.parametrize("kind", list(SOURCES))
def test_a_rule_keeps_its_description(ec2: Any, group: str, kind: str) -> None:
    allowed = [permission(kind, group, "why")]
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=allowed)
    (rule,) = made["SecurityGroupRules"]
    assert rule["Description"] == "why"
    found = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
    assert [one["Description"] for one in found["SecurityGroupRules"]] == ["why"]


@pytest.mark.parametrize("kind", list(SOURCES))
def test_a_rule_with_another_description_is_the_same_rule(ec2: Any, group: str, kind: str) -> None:
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission(kind, group, "why")])
    with pytest.raises(ClientError, match=r"InvalidPermission\.Duplicate"):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission(kind, group, "else")])
    other = {**permission(kind, group, "why"), "ToPort": 444}
    assert ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[other])["Return"]


def test_a_rule_changes_the_group_it_refers_to(ec2: Any, vpc: str, group: str) -> None:
    other = ec2.create_security_group(GroupName="two", Description="two", VpcId=vpc)["GroupId"]
    allowed = [permission("group", group, "why")]
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=allowed)
    rule = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    wanted = {
        "IpProtocol": "tcp",
        "FromPort": 8,
        "ToPort": 9,
        "ReferencedGroupId": other,
        "Description": "new",
    }
    change = {"SecurityGroupRuleId": rule, "SecurityGroupRule": wanted}
    ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[change])
    (found,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule])["SecurityGroupRules"]
    assert (found["ReferencedGroupInfo"]["GroupId"], found["Description"]) == (other, "new")


def test_what_nothing_uses_is_deleted(emulator: Emulator) -> None:
    client = emulator.client
    ec2 = client("ec2", REGION)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_security_group(GroupId=group)
    ec2.delete_subnet(SubnetId=subnet)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_vpc(VpcId=vpc)
    ec2.release_address(AllocationId=ec2.allocate_address(Domain="vpc")["AllocationId"])
    ecs = client("ecs", REGION)
    ecs.create_cluster(clusterName="shop")
    ecs.delete_cluster(cluster="shop")
