"""Security groups and their rules, derived from declared connections."""

from __future__ import annotations

from cdktf import TerraformResource, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from ..context import Context
from ..errors import ProblemsError, refusal
from ..naming import Limit, Naming
from .connections import AddressRange, Connection, Connections, GatewayEndpoint, Group, Peer
from .network import Network

# The end of the name of a port's number before a change: `{"http": 9090, "http-before": 8080}`.
BEFORE = "-before"


class SecurityGroups(Construct):
    """The security groups of a stack and one rule for each direction of each declared connection.

    Creates: a security group for every group of `connections` (created before its predecessor is destroyed),
    an egress rule on each source and an ingress rule on each target. Groups have no other rules: Terraform
    removes EC2's default egress rule. The rules of a port `<name>-before` are created after those of <name>.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, network: Network, connections: Connections
    ) -> None:
        super().__init__(scope, id)
        self._network = network
        self._groups = {peer.name: self._create_group(peer, context.naming) for peer in connections.groups}
        self._rules: dict[tuple[str, str, str, str], TerraformResource] = {}
        # A port that changes is open with its old number again once its rule has the new one: EC2 refuses two
        # rules with the same number.
        for connection in sorted(connections.declared, key=lambda one: one.port.name.endswith(BEFORE)):
            self._create_rules(connection)

    def group(self, peer: str) -> SecurityGroup:
        """The security group of a peer. Raises ProblemsError for an unknown name."""
        if peer not in self._groups:
            allowed = ", ".join(self._groups) or "none is declared"
            why = refusal(got=repr(peer), allowed=allowed, fix="correct the name, or declare the group")
            raise ProblemsError.one("security group", why)
        return self._groups[peer]

    def _create_group(self, peer: Group, naming: Naming) -> SecurityGroup:
        return SecurityGroup(
            self,
            peer.name,
            name_prefix=naming.prefix(Limit.SECURITY_GROUP, peer.name),
            # A change of the description would replace the group, so it holds the name only.
            description=f"{naming.base} {peer.name}",
            vpc_id=self._network.vpc_id,
            tags={"Name": naming.of(Limit.SECURITY_GROUP, peer.name)},
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )

    def _create_rules(self, connection: Connection) -> None:
        source, target, port = connection.source, connection.target, connection.port
        if isinstance(target, Group):
            ingress = VpcSecurityGroupIngressRule(
                self,
                f"{target.name}-from-{source.name}-{port.name}",
                security_group_id=self._groups[target.name].id,
                description=connection.reason,
                ip_protocol=port.protocol,
                from_port=port.number,
                to_port=port.number,
                **self._address(source),
                depends_on=self._moved("in", connection),
            )
            self._rules[("in", source.name, target.name, port.name)] = ingress
        if isinstance(source, Group):
            egress = VpcSecurityGroupEgressRule(
                self,
                f"{source.name}-to-{target.name}-{port.name}",
                security_group_id=self._groups[source.name].id,
                description=connection.reason,
                ip_protocol=port.protocol,
                from_port=port.number,
                to_port=port.number,
                **self._address(target),
                depends_on=self._moved("out", connection),
            )
            self._rules[("out", source.name, target.name, port.name)] = egress

    def _moved(self, way: str, connection: Connection) -> list[TerraformResource] | None:
        """The rule of the port that `connection` had the number of before."""
        name = connection.port.name.removesuffix(BEFORE)
        moved = self._rules.get((way, connection.source.name, connection.target.name, name))
        return [moved] if moved and name != connection.port.name else None

    def _address(self, peer: Peer) -> dict[str, str]:
        match peer:
            case AddressRange():
                return {"cidr_ipv4": str(peer.cidr)}
            case GatewayEndpoint():
                return {"prefix_list_id": self._network.prefix_list_id(peer.service)}
            case _:
                return {"referenced_security_group_id": self._groups[peer.name].id}
