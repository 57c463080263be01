"""The network of a drill where nothing stands by: no way in, no way out, two subnets for a database."""

from __future__ import annotations

from typing import Any

from operations.progress import Step as Shown

# It is connected to nothing, so it may overlap every other.
_CIDR = "10.255.255.0/24"
_SUBNETS = ("10.255.255.0/25", "10.255.255.128/25")


class DrillNetwork:
    """A VPC with two subnets, and their subnet group; all by one name."""

    def __init__(self, clients: Any, name: str) -> None:
        self.name = name
        self._ec2, self._rds = clients.ec2, clients.rds

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
        return self.vpc is not None and self._has_subnet_group()

    def create(self, shown: Shown) -> None:
        """Create what is not there."""
        shown.show(self.name)
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
        for one in self._subnets(vpc):
            self._ec2.delete_subnet(SubnetId=one["SubnetId"])
        self._ec2.delete_vpc(VpcId=vpc)

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
