"""Names by which services find each other inside the network."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.service_discovery_private_dns_namespace import (
    ServiceDiscoveryPrivateDnsNamespace,
)
from cdktf_cdktf_provider_aws.service_discovery_service import (
    ServiceDiscoveryService,
    ServiceDiscoveryServiceDnsConfig,
    ServiceDiscoveryServiceDnsConfigDnsRecords,
    ServiceDiscoveryServiceHealthCheckCustomConfig,
)
from constructs import Construct

from ...context import Context
from ...networking.network import Network

# Seconds. A task that stopped is out of its clients' caches after this long.
_TTL = 10


class ServiceDiscovery(Construct):
    """A private DNS zone, `{product}-{environment}.local`, with a name for each service.

    Creates: the namespace and its hosted zone in the network.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, network: Network) -> None:
        super().__init__(scope, id)
        self.domain = f"{context.naming.base}.local"
        self._namespace = ServiceDiscoveryPrivateDnsNamespace(
            self, "Default", name=self.domain, description=f"Services of {self.domain}", vpc=network.vpc_id
        )

    def address(self, service: str) -> str:
        """The name of a service, such as `api.ohi-prod.local`."""
        return f"{service}.{self.domain}"

    def register(self, scope: Construct, service: str, tags: dict[str, str]) -> str:
        """Create the registry of a service below `scope`; returns its ARN. Every healthy task answers."""
        registry = ServiceDiscoveryService(
            scope,
            "discovery",
            name=service,
            # The tasks are ECS's to register and to remove; what is left of them must not block a removal.
            force_destroy=True,
            dns_config=ServiceDiscoveryServiceDnsConfig(
                namespace_id=self._namespace.id,
                routing_policy="MULTIVALUE",
                dns_records=[ServiceDiscoveryServiceDnsConfigDnsRecords(type="A", ttl=_TTL)],
            ),
            health_check_custom_config=ServiceDiscoveryServiceHealthCheckCustomConfig(failure_threshold=1),
            tags=tags,
        )
        return str(registry.arn)
