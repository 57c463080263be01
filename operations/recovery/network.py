"""The network of a drill: no way in, no way out, nothing but two subnets for a database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# It is connected to nothing, so it may overlap every other.
_CIDR = "10.255.255.0/24"
_SUBNETS = ("10.255.255.0/25", "10.255.255.128/25")


class DrillNetwork:
    """A VPC with two subnets, a security group without rules, a subnet group; all by one name."""

    def __init__(self, clients: Any, name: str) -> None:
        self.name = name
        self._ec2, self._rds = clients.ec2, clients.rds

    @property
    def group(self) -> str | None:
        """The id of the security group."""
        return next((one["GroupId"] for one in self._groups()), None)

    @property
    def vpc(self) -> str | None:
        """The id of the VPC."""
        found = self._ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [self.name]}])["Vpcs"]
        return next((one["VpcId"] for one in found), None)

    def is_there(self) -> bool:
        """Whether anything of it is there."""
        return self.vpc is not None or self._has_subnet_group()

    def is_whole(self) -> bool:
        """Whether all of it is."""
        return self.group is not None and self._has_subnet_group()

    def create(self) -> None:
        """Create what is not there."""
        vpc = (
            self.vpc
            or self._ec2.create_vpc(CidrBlock=_CIDR, TagSpecifications=self._tags("vpc"))["Vpc"]["VpcId"]
        )
        zones = self._ec2.describe_availability_zones(
            Filters=[{"Name": "zone-type", "Values": ["availability-zone"]}]
        )
        names = sorted(one["ZoneName"] for one in zones["AvailabilityZones"])
        there = {one["CidrBlock"] for one in self._subnets(vpc)}
        for cidr, zone in zip(_SUBNETS, names, strict=False):
            if cidr not in there:
                tags = self._tags("subnet")
                self._ec2.create_subnet(
                    VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone, TagSpecifications=tags
                )
        if self.group is None:
            made = self._ec2.create_security_group(
                GroupName=self.name,
                Description="A drill: nothing may connect",
                VpcId=vpc,
                TagSpecifications=self._tags("security-group"),
            )
            self._close(made["GroupId"])
        if not self._has_subnet_group():
            self._rds.create_db_subnet_group(
                DBSubnetGroupName=self.name,
                DBSubnetGroupDescription="A drill",
                SubnetIds=[one["SubnetId"] for one in self._subnets(vpc)],
            )

    def delete(self) -> None:
        """Delete what is there."""
        if self._has_subnet_group():
            self._rds.delete_db_subnet_group(DBSubnetGroupName=self.name)
        if (vpc := self.vpc) is None:
            return
        for one in self._groups():
            self._ec2.delete_security_group(GroupId=one["GroupId"])
        for one in self._subnets(vpc):
            self._ec2.delete_subnet(SubnetId=one["SubnetId"])
        self._ec2.delete_vpc(VpcId=vpc)

    def _close(self, group: str) -> None:
        """Take away the rule of a new group that lets everything out."""
        (found,) = self._ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
        if out := found["IpPermissionsEgress"]:
            self._ec2.revoke_security_group_egress(GroupId=group, IpPermissions=out)

    def _groups(self) -> Iterator[Any]:
        if (vpc := self.vpc) is None:
            return
        mine = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": [self.name]}]
        yield from self._ec2.describe_security_groups(Filters=mine)["SecurityGroups"]

    def _subnets(self, vpc: str) -> list[Any]:
        found: list[Any] = self._ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])[
            "Subnets"
        ]
        return found

    def _has_subnet_group(self) -> bool:
        try:
            self._rds.describe_db_subnet_groups(DBSubnetGroupName=self.name)
        except self._rds.exceptions.DBSubnetGroupNotFoundFault:
            return False
        return True

    def _tags(self, kind: str) -> list[Any]:
        return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": self.name}]}]
