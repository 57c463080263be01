"""Security groups and their rules, derived from declared connections."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from ..context import Context
from ..errors import ProblemsError, refusal
from ..naming import Limit, Naming
from .connections import AddressRange, Connection, Connections, GatewayEndpoint, Group, Peer
from .network import Network
from .reach import remember


class SecurityGroups(Construct):
    """The security groups of a stack and one rule for each direction of each declared connection.

    Creates: a security group for every group of `connections` (created before its predecessor is destroyed),
    an egress rule on each source and an ingress rule on each target. Groups have no other rules: Terraform
    removes EC2's default egress rule.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, network: Network, connections: Connections
    ) -> None:
        super().__init__(scope, id)
        self._network = network
        self._groups = {peer.name: self._create_group(peer, context.naming) for peer in connections.groups}
        for connection in connections.declared:
            self._create_rules(connection)

    def group(self, peer: str) -> SecurityGroup:
        """The security group of a peer. Raises ProblemsError for an unknown name."""
        if peer not in self._groups:
            allowed = ", ".join(self._groups) or "none is declared"
            why = refusal(got=repr(peer), allowed=allowed, fix="correct the name, or declare the group")
            raise ProblemsError.one("security group", why)
        return self._groups[peer]

    def _create_group(self, peer: Group, naming: Naming) -> SecurityGroup:
        group = SecurityGroup(
            self,
            peer.name,
            name_prefix=naming.prefix(Limit.SECURITY_GROUP, peer.name),
            # A change of the description would replace the group, so it holds the name only.
            description=f"{naming.base} {peer.name}",
            vpc_id=self._network.vpc_id,
            tags={"Name": naming.of(Limit.SECURITY_GROUP, peer.name)},
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
        remember(group, peer)
        return group

    def _create_rules(self, connection: Connection) -> None:
        source, target, port = connection.source, connection.target, connection.port
        if isinstance(target, Group):
            VpcSecurityGroupIngressRule(
                self,
                f"{target.name}-from-{source.name}-{port.name}",
                security_group_id=self._groups[target.name].id,
                description=connection.reason,
                ip_protocol=port.protocol,
                from_port=port.number,
                to_port=port.number,
                **self._address(source),
            )
        if isinstance(source, Group):
            VpcSecurityGroupEgressRule(
                self,
                f"{source.name}-to-{target.name}-{port.name}",
                security_group_id=self._groups[source.name].id,
                description=connection.reason,
                ip_protocol=port.protocol,
                from_port=port.number,
                to_port=port.number,
                **self._address(target),
            )

    def _address(self, peer: Peer) -> dict[str, str]:
        match peer:
            case AddressRange():
                return {"cidr_ipv4": str(peer.cidr)}
            case GatewayEndpoint():
                return {"prefix_list_id": self._network.prefix_list_id(peer.service)}
            case _:
                return {"referenced_security_group_id": self._groups[peer.name].id}
