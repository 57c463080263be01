"""VPCs and what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aws_emulator.strict.conflicts import network_users
from aws_emulator.strict.conflicts.rules import Account, Conflict, Parameters, Reasons


def _of(member: str, users: Callable[[str, Account], Iterator[str]]) -> Reasons:
    """The users of what a member names; none where the call names it otherwise, as a group by its name."""
    return lambda parameters, account: users(parameters[member], account) if member in parameters else ()


def _association_of_address(parameters: Parameters, account: Account) -> Iterator[str]:
    for address in account("ec2").addresses:
        if address.allocation_id == parameters.get("AllocationId") and address.association_id:
            yield f"{address.public_ip} is associated with {address.eni.id if address.eni else 'an instance'}"


_EC2 = "Amazon EC2 API Reference, "
CONFLICTS = (
    Conflict(
        service="ec2",
        operation="DeleteSubnet",
        code="DependencyViolation",
        source="Amazon VPC User Guide, Delete a subnet: without network interfaces",
        reasons=_of("SubnetId", network_users.users_of_subnet),
    ),
    Conflict(
        service="ec2",
        operation="DeleteSecurityGroup",
        code="DependencyViolation",
        source=_EC2 + "DeleteSecurityGroup: associated with a network interface, or referenced by a rule",
        reasons=_of("GroupId", network_users.users_of_security_group),
    ),
    Conflict(
        service="ec2",
        operation="DetachInternetGateway",
        code="DependencyViolation",
        source=_EC2 + "DetachInternetGateway: the VPC has no mapped public addresses",
        reasons=_of("VpcId", network_users.public_addresses),
    ),
    Conflict(
        service="ec2",
        operation="DeleteVpc",
        code="DependencyViolation",
        source=_EC2 + "DeleteVpc: gateways and resources are detached or deleted before",
        reasons=_of("VpcId", network_users.users_of_vpc),
    ),
    Conflict(
        service="ec2",
        operation="ReleaseAddress",
        code="InvalidIPAddress.InUse",
        source=_EC2 + "ReleaseAddress: disassociated before",
        reasons=_association_of_address,
    ),
)
