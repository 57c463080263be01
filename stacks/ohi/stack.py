"""OHI: the architecture of one environment."""

from __future__ import annotations

from cdktf import TerraformOutput
from constructs import Construct

from backend import BackendSettings
from modules.networking.endpoints import InterfaceEndpoints
from modules.networking.network import Network
from modules.networking.subnet_plan import Tier
from modules.security.firewall import Firewall
from stacks.base import Stack
from stacks.ohi.connections import ohi_connections
from stacks.ohi.settings import OhiSettings


class OhiStack(Stack):
    """A health platform of eleven container services.

    Creates: the network, the firewall between everything that will stand in it, the interface endpoints.
    """

    def __init__(self, scope: Construct, name: str, *, settings: OhiSettings, state: BackendSettings) -> None:
        super().__init__(scope, name, environment=settings.environment, state=state)
        network = Network(self, "network", context=self.context, settings=settings.network)
        firewall = Firewall(
            self,
            "firewall",
            context=self.context,
            network=network,
            connections=ohi_connections(settings.services, settings.network.cidr),
        )
        InterfaceEndpoints(
            self,
            "endpoints",
            context=self.context,
            network=network,
            security_group=firewall.group("vpc-endpoints"),
            settings=settings.endpoints,
        )
        TerraformOutput(self, "vpc-id", value=network.vpc_id, static_id=True)
        TerraformOutput(self, "private-subnet-ids", value=network.subnet_ids(Tier.PRIVATE), static_id=True)
