"""A VPC with subnets in tiers and zones, gateways, route tables and flow logs."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.eip import Eip
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc import Vpc
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

from ..context import Context
from ..errors import ProblemsError, refusal
from ..naming import Limit
from ..pause.variable import address as address_of
from .endpoint_policies import gateway_policy
from .flow_logs import FlowLogs
from .settings import NatGateways, NetworkSettings
from .subnet_plan import Tier, plan_subnets


class Network(Construct):
    """A VPC with a subnet for each tier and zone.

    Creates: the VPC with DNS; its default security group, without rules; a subnet for each tier and zone; an
    internet gateway with the public route table; NAT gateways with their Elastic IPs as set; a route table
    for each private zone, and one without any route for the database tier; gateway endpoints; flow logs.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, settings: NetworkSettings) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._context = context
        self._vpc = self._create_vpc()
        self._subnets = self._create_subnets()
        self._create_routes()
        self._prefix_lists: dict[str, str] = {
            service: self._create_gateway_endpoint(service) for service in settings.gateway_endpoints
        }
        if settings.flow_logs:
            FlowLogs(self, "flow-logs", context=context, vpc_id=self.vpc_id, settings=settings.flow_logs)

    @property
    def ways_out(self) -> tuple[Route, ...]:
        """The routes of private subnets that come back when a paused stack is resumed, before its tasks."""
        return tuple(self._ways_out)

    @property
    def vpc_id(self) -> str:
        """The id of the VPC."""
        return str(self._vpc.id)

    def subnet_ids(self, tier: Tier) -> list[str]:
        """The ids of a tier's subnets, in the order of the zones. Raises ProblemsError for an unset tier."""
        if tier not in self._subnets:
            why = refusal(
                got=f"the tier {tier}",
                allowed=", ".join(self._subnets),
                fix="add it to NetworkSettings.tiers",
            )
            raise ProblemsError.one("subnets", why)
        return [subnet.id for subnet in self._subnets[tier].values()]

    def prefix_list_id(self, service: str) -> str:
        """The prefix list of a gateway endpoint. Raises ProblemsError for a service without an endpoint."""
        if service not in self._prefix_lists:
            allowed = ", ".join(self._prefix_lists) or "none"
            fix = "add it to NetworkSettings.gateway_endpoints"
            raise ProblemsError.one("gateway endpoint", refusal(got=repr(service), allowed=allowed, fix=fix))
        return self._prefix_lists[service]

    def _name(self, *parts: str) -> dict[str, str]:
        return {"Name": self._context.naming.of(Limit.TAG, *parts)}

    def _create_vpc(self) -> Vpc:
        vpc = Vpc(
            self,
            "Default",
            cidr_block=str(self.settings.cidr),
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self._name("vpc"),
        )
        # Without rules, a resource that is created without a security group has no network access.
        DefaultSecurityGroup(self, "default-group", vpc_id=vpc.id, tags=self._name("default-unused"))
        return vpc

    def _create_subnets(self) -> dict[Tier, dict[str, Subnet]]:
        plan = plan_subnets(self.settings.cidr, self.settings.tiers, self.settings.zones)
        return {
            tier: {
                zone: Subnet(
                    self,
                    f"{tier}-{zone}",
                    vpc_id=self._vpc.id,
                    cidr_block=str(cidr),
                    availability_zone=f"{self._context.region}{zone}",
                    tags=self._name(tier, zone),
                    # A subnet that goes is deleted after what was in it is changed.
                    lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
                )
                for zone, cidr in zones.items()
            }
            for tier, zones in plan.items()
        }

    def _create_routes(self) -> None:
        self._tables: list[RouteTable] = []
        self._ways_out: list[Route] = []
        tiers, zones = self.settings.tiers, self.settings.zones
        nat_gateways: dict[str, str] = {}
        if Tier.PUBLIC in tiers:
            gateway = InternetGateway(
                self, "internet-gateway", vpc_id=self.vpc_id, tags=self._name("internet-gateway")
            )
            table = self._create_table("public", Tier.PUBLIC, zones)
            self._create_default_route("public", table, gateway_id=gateway.id)
            nat_gateways = {zone: self._create_nat_gateway(zone, gateway) for zone in self._nat_zones()}
        if Tier.PRIVATE in tiers:
            for zone in zones:
                table = self._create_table(f"private-{zone}", Tier.PRIVATE, (zone,))
                if nat_gateways:
                    nat = nat_gateways.get(zone) or nat_gateways[zones[0]]
                    route = self._create_default_route(f"private-{zone}", table, nat_gateway_id=nat)
                    self._optional(route)
                    self._ways_out += [] if self.settings.nat_while_paused else [route]
        if Tier.DATABASE in tiers:
            self._create_table("database", Tier.DATABASE, zones)

    def _create_table(self, name: str, tier: Tier, zones: tuple[str, ...]) -> RouteTable:
        table = RouteTable(
            self,
            f"{name}-routes",
            vpc_id=self.vpc_id,
            tags=self._name(name),
            # Gateway endpoints leave it first.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
        for zone in zones:
            RouteTableAssociation(
                self,
                f"{tier}-{zone}-association",
                route_table_id=table.id,
                subnet_id=self._subnets[tier][zone].id,
            )
        if tier is not Tier.DATABASE:
            self._tables.append(table)
        return table

    def _create_default_route(self, name: str, table: RouteTable, **target: str) -> Route:
        return Route(
            self, f"{name}-internet", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", **target
        )

    def _optional(self, resource: NatGateway | Route) -> None:
        """Let a resource go while the stack is paused, if set."""
        if not self.settings.nat_while_paused:
            resource.add_override("count", self._context.pause.number(0, 1))

    def _nat_zones(self) -> tuple[str, ...]:
        zones = self.settings.zones
        return {NatGateways.NONE: (), NatGateways.SINGLE: zones[:1], NatGateways.ONE_PER_ZONE: zones}[
            self.settings.nat_gateways
        ]

    def _create_nat_gateway(self, zone: str, gateway: InternetGateway) -> str:
        # AWS refuses Elastic IPs and NAT gateways before the internet gateway is attached.
        address = Eip(
            self, f"nat-address-{zone}", domain="vpc", tags=self._name("nat", zone), depends_on=[gateway]
        )
        nat = NatGateway(
            self,
            f"nat-{zone}",
            allocation_id=address.id,
            subnet_id=self._subnets[Tier.PUBLIC][zone].id,
            tags=self._name("nat", zone),
            depends_on=[gateway],
        )
        self._optional(nat)
        if self.settings.nat_while_paused:
            return str(nat.id)
        return f"${{one({address_of(nat)}[*].id)}}"

    def _create_gateway_endpoint(self, service: str) -> str:
        endpoint = VpcEndpoint(
            self,
            f"{service}-endpoint",
            vpc_id=self.vpc_id,
            service_name=f"com.amazonaws.{self._context.region}.{service}",
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id for table in self._tables],
            policy=gateway_policy(self._context, service, self.settings.foreign_buckets),
            tags=self._name(service),
        )
        return str(endpoint.prefix_list_id)
