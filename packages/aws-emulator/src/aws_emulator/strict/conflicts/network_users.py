"""What is in a VPC and uses its subnets, security groups and addresses.

moto makes network interfaces for some resources only; the others say what they were given. A database is
taken to be in its Availability Zone, or in every zone of its subnet group with Multi-AZ; a cache is taken to
be in every subnet of its group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aws_emulator.strict.conflicts.rules import Account


@dataclass(frozen=True, kw_only=True)
class NetworkUser:
    """Something with network interfaces: where they are, and the security groups that they have."""

    name: str
    subnets: frozenset[str] = frozenset()
    security_groups: frozenset[str] = frozenset()


def users_of_subnet(subnet: str, account: Account) -> Iterator[str]:
    """What has a network interface in a subnet."""
    for user in _network_users(account):
        if subnet in user.subnets:
            yield f"{user.name} is in it"


def users_of_security_group(group: str, account: Account) -> Iterator[str]:
    """What a security group is attached to, and other groups whose rules refer to it."""
    for user in _network_users(account):
        if group in user.security_groups:
            yield f"{user.name} has it"
    for other in _groups(account("ec2")):
        rules = (*other.ingress_rules, *other.egress_rules)
        referred = {rule.source_group.get("GroupId") for rule in rules}
        if other.id != group and group in referred:
            yield f"a rule of {other.id} refers to it"


def databases_in_subnet(subnet: str, account: Account) -> Iterator[str]:
    """Databases of RDS and Aurora with an instance in a subnet."""
    return (f"{user.name} is in it" for user in _databases(account) if subnet in user.subnets)


def caches_in_subnet(subnet: str, account: Account) -> Iterator[str]:
    """Cache nodes whose subnet group has a subnet."""
    return (f"{user.name} is in it" for user in _caches(account) if subnet in user.subnets)


def public_addresses(vpc: str, account: Account) -> Iterator[str]:
    """What has a public address in a VPC."""
    for interface in account("ec2").enis.values():
        if interface.subnet.vpc_id == vpc and interface.public_ip:
            yield f"network interface {interface.id} has the address {interface.public_ip}"
    for balancer in account("elbv2").load_balancers.values():
        if balancer.vpc_id == vpc and balancer.scheme != "internal":
            yield f"load balancer {balancer.name} has public addresses"


def users_of_vpc(vpc: str, account: Account) -> Iterator[str]:
    """What must be deleted or detached before a VPC."""
    ec2 = account("ec2")
    for gateway in ec2.internet_gateways.values():
        if gateway.vpc and gateway.vpc.id == vpc:
            yield f"internet gateway {gateway.id} is attached"
    for endpoint in ec2.vpc_end_points.values():
        if endpoint.vpc_id == vpc and endpoint.state != "deleted":
            yield f"endpoint {endpoint.id} is in it"
    for group in _groups(ec2):
        if group.vpc_id == vpc and group.name != "default":
            yield f"security group {group.id} is in it"


def _network_users(account: Account) -> Iterator[NetworkUser]:
    for kind in (_interfaces, _endpoints, _balancers, _services, _functions, _databases, _caches):
        yield from kind(account)


def _interfaces(account: Account) -> Iterator[NetworkUser]:
    for interface in account("ec2").enis.values():
        yield NetworkUser(
            name=f"network interface {interface.id}",
            subnets=frozenset({interface.subnet.id}),
            security_groups=frozenset(group.id for group in interface.group_set),
        )


def _endpoints(account: Account) -> Iterator[NetworkUser]:
    # Their network interfaces, which moto makes without groups, are where they are.
    for endpoint in account("ec2").vpc_end_points.values():
        if endpoint.state != "deleted":
            yield NetworkUser(
                name=f"endpoint {endpoint.id}", security_groups=frozenset(endpoint.security_group_ids)
            )


def _balancers(account: Account) -> Iterator[NetworkUser]:
    for balancer in account("elbv2").load_balancers.values():
        yield NetworkUser(
            name=f"load balancer {balancer.name}",
            subnets=frozenset(subnet.id for subnet in balancer.subnets),
            security_groups=frozenset(balancer.security_groups or ()),
        )


def _services(account: Account) -> Iterator[NetworkUser]:
    for service in account("ecs").services.values():
        network = (service.network_configuration or {}).get("awsvpcConfiguration", {})
        if service.status != "INACTIVE" and service.desired_count:
            yield NetworkUser(
                name=f"service {service.name}",
                subnets=frozenset(network.get("subnets", ())),
                security_groups=frozenset(network.get("securityGroups", ())),
            )


def _functions(account: Account) -> Iterator[NetworkUser]:
    for function in account("lambda").list_functions():
        network = function.vpc_config or {}
        yield NetworkUser(
            name=f"function {function.function_name}",
            subnets=frozenset(network.get("SubnetIds", ())),
            security_groups=frozenset(network.get("SecurityGroupIds", ())),
        )


def _databases(account: Account) -> Iterator[NetworkUser]:
    rds = account("rds")
    for instance in rds.databases.values():
        # An instance of a cluster has none of its own in moto.
        group = getattr(instance, "db_subnet_group", None)
        everywhere = str(instance.multi_az).lower() == "true"
        yield NetworkUser(
            name=f"database {instance.db_instance_identifier}",
            subnets=frozenset(
                subnet["SubnetIdentifier"]
                for subnet in (group.subnets if group else ())
                if everywhere or subnet["SubnetAvailabilityZone"]["Name"] == instance.availability_zone
            ),
            security_groups=frozenset(instance.vpc_security_group_ids or ()),
        )


def _caches(account: Account) -> Iterator[NetworkUser]:
    elasticache = account("elasticache")
    for name, node in elasticache.cache_clusters.items():
        group = elasticache.cache_subnet_groups.get(node.cache_subnet_group_name)
        if node.cache_cluster_status != "deleting":
            groups = getattr(node, "security_groups", None) or ()
            yield NetworkUser(
                name=f"cache node {name}",
                subnets=frozenset(group.subnet_ids if group else ()),
                security_groups=frozenset(each["SecurityGroupId"] for each in groups),
            )


def _groups(ec2: Any) -> list[Any]:
    return [group for groups in ec2.groups.values() for group in groups.values()]
