"""Amazon EC2. Pages named without a book are of its API Reference."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.utils import random_private_ip

from aws_emulator.moto_patches import Patch


class ModifyVpcEndpoint(Patch, of=EC2Backend):
    """ModifyVpcEndpoint adds and removes route tables and subnets.

    A route table of a gateway endpoint gets a route to it (AWS PrivateLink guide, "Gateway endpoints"), a
    subnet of an interface endpoint gets a network interface ("Interface endpoints"). moto changes the lists
    only, and then cannot delete a gateway endpoint, missing the route it never made.
    """

    def modify_vpc_endpoint(self: Any, vpc_id: str, *changes: Any, **named: Any) -> None:
        """The first argument is the endpoint's id; moto calls it so."""
        endpoint = self.describe_vpc_endpoints(vpc_end_point_ids=[vpc_id])[0]
        tables, subnets = set(endpoint.route_table_ids or ()), set(endpoint.subnet_ids or ())
        ModifyVpcEndpoint.moto.modify_vpc_endpoint(self, vpc_id, *changes, **named)
        if prefix_list := endpoint.destination_prefix_list_id:
            for table in set(endpoint.route_table_ids) - tables:
                self.create_route(table, None, gateway_id=vpc_id, destination_prefix_list_id=prefix_list)
            for table in tables - set(endpoint.route_table_ids):
                self.delete_route(table, prefix_list)
        if endpoint.vpc_endpoint_type == "Interface":
            _place_interfaces(self, endpoint, subnets)


def _place_interfaces(backend: Any, endpoint: Any, earlier: set[str]) -> None:
    interfaces = endpoint.network_interface_ids
    for subnet in set(endpoint.subnet_ids) - earlier:
        address = random_private_ip(backend.get_subnet(subnet).cidr_block)
        interfaces.append(backend.create_network_interface(subnet, address).id)
    gone = [each for each in interfaces if backend.enis[each].subnet.id not in endpoint.subnet_ids]
    for interface in gone:
        interfaces.remove(interface)
        backend.delete_network_interface(interface)


class DeleteNatGateway(Patch, of=EC2Backend):
    """DeleteNatGateway "disassociates its Elastic IP address"; its network interface goes too.

    moto keeps both, as if somebody still paid for them.
    """

    def delete_nat_gateway(self: Any, nat_gateway_id: str) -> Any:
        """The gateway stays visible for a while, in the state deleted."""
        gateway = DeleteNatGateway.moto.delete_nat_gateway(self, nat_gateway_id)
        for address in gateway.address_set:
            if address.get("associationId"):
                self.disassociate_address(association_id=address["associationId"])
            self.enis.pop(address["networkInterfaceId"], None)
        return gateway


class SecurityGroupRuleDescription(Patch, of=SecurityGroupRule):
    """SecurityGroupRule has a Description, whatever it allows traffic from or to.

    moto knows it for address ranges only. "InvalidPermission.Duplicate" (Error codes) refuses a rule that
    "already exists for that security group", and a description makes no other rule of it; for moto it does.
    """

    def __init__(self: Any, *values: Any, **named: Any) -> None:
        """Of moto's arguments the range, the group and the prefix list may hold the description."""
        SecurityGroupRuleDescription.moto.__init__(self, *values, **named)  # type: ignore[misc]
        sources = [value for value in (*values, *named.values()) if isinstance(value, dict)]
        self._description = next(
            (source["Description"] for source in sources if "Description" in source), None
        )

    @property
    def description(self: Any) -> str | None:
        """As given, or as changed since: moto keeps changes with the range."""
        described: str | None = self.ip_range.get("Description") or self._description
        return described

    def __eq__(self: Any, other: object) -> bool:
        """Whether both allow the same."""
        return _allowed(self) == _allowed(other)


def _allowed(rule: Any) -> tuple[Any, ...]:
    ports = (None, None) if rule.ip_protocol == "-1" else (rule.from_port, rule.to_port)
    group = rule.source_group.get("GroupId") or rule.source_group.get("GroupName")
    return (rule.ip_protocol, *ports, rule.cidr_ipv4, rule.cidr_ipv6, group, rule.prefix_list_id)


class ModifySecurityGroupRules(Patch, of=EC2Backend):
    """ModifySecurityGroupRules changes a rule's source, whichever of the four kinds it is.

    moto changes IPv4 ranges and ignores the others.
    """

    def modify_security_group_rules(self: Any, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
        """`rules` are SecurityGroupRuleRequests by the rule's id."""
        ModifySecurityGroupRules.moto.modify_security_group_rules(self, group_id, rules)
        group = self.get_security_group_by_name_or_id(group_id)
        for rule_id, wanted in rules.items():
            rule = group.get_rule(rule_id)
            if "CidrIpv6" in wanted:
                rule.ip_range["CidrIpv6"] = wanted["CidrIpv6"]
            if "PrefixListId" in wanted:
                rule.prefix_list_id = wanted["PrefixListId"]
            if "ReferencedGroupId" in wanted:
                rule.source_group["GroupId"] = wanted["ReferencedGroupId"]


class DescribeVpcEndpointServices(Patch, of=EC2Backend):
    """DescribeVpcEndpointServices: a filter has "Values"; for names moto reads "Value", and fails."""

    def describe_vpc_endpoint_services(self: Any, filters: Any, **named: Any) -> Any:
        """Have the values by both names."""
        both = [{**one, "Value": one.get("Values", [])} for one in filters or []]
        return DescribeVpcEndpointServices.moto.describe_vpc_endpoint_services(self, filters=both, **named)
