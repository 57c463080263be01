"""Where restore tests restore databases: into private subnets, reached by nobody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...naming import Limit


@dataclass(frozen=True, kw_only=True)
class RestoreNetwork:
    """A network, and a subnet group of private subnets in it."""

    vpc_id: str
    subnet_group: str


class Isolation(Construct):
    """A security group without a rule, and what tells AWS Backup to restore databases behind it.

    Creates: the security group. Without it AWS Backup infers the default VPC (AWS Backup developer guide,
    "Restore testing inferred metadata").
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, name: str, network: RestoreNetwork
    ) -> None:
        super().__init__(scope, id)
        self._network = network
        naming = context.naming
        self._group = SecurityGroup(
            self,
            "Default",
            name_prefix=naming.prefix(Limit.SECURITY_GROUP, name, "restore-tests"),
            description="Databases that restore tests restore",
            vpc_id=network.vpc_id,
            tags={"Name": naming.of(Limit.SECURITY_GROUP, name, "restore-tests")},
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )

    @cached_property
    def group_id(self) -> str:
        """The id of the security group."""
        return str(self._group.id)

    def metadata(self, kind: str) -> dict[str, str]:
        """What a restore of a kind needs to know; nothing for what is in no network."""
        inside = {
            "dbSubnetGroupName": self._network.subnet_group,
            "vpcSecurityGroupIds": json.dumps([self.group_id]),
        }
        own = {"Aurora": inside, "RDS": {**inside, "multiAz": "false", "publiclyAccessible": "false"}}
        return own.get(kind, {})
