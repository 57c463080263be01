"""Service discovery: private DNS names of services in Cloud Map."""

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

# Seconds for which clients cache the address of a task that stopped.
_TTL = 10


class ServiceDiscovery(Construct):
    """A private DNS namespace of Cloud Map, `{product}-{environment}.local`, with a name for each service.

    Creates: the namespace with its private hosted zone in the network.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, network: Network) -> None:
        super().__init__(scope, id)
        self.domain = f"{context.naming.base}.local"
        self._namespace = ServiceDiscoveryPrivateDnsNamespace(
            self, "Default", name=self.domain, description=f"Services of {self.domain}", vpc=network.vpc_id
        )

    def address(self, service: str) -> str:
        """The DNS name of a service, such as `api.ohi-prod.local`."""
        return f"{service}.{self.domain}"

    def register(self, scope: Construct, service: str, tags: dict[str, str]) -> str:
        """Create the service registry below `scope`; returns its ARN. It resolves to all healthy tasks."""
        registry = ServiceDiscoveryService(
            scope,
            "discovery",
            name=service,
            # ECS registers and deregisters the tasks; leftover instances must not block the deletion.
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
