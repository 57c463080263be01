"""Interface endpoints of AWS services (PrivateLink)."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

from ..context import Context
from ..errors import ProblemsError, refusal
from ..naming import Limit
from .endpoint_policies import interface_policy
from .network import Network
from .settings import InterfaceEndpointSettings
from .subnet_plan import Tier


class InterfaceEndpoints(Construct):
    """Interface endpoints for the AWS services of the settings, with private DNS.

    Raises ProblemsError when the network has fewer zones than the settings.

    Creates: an interface endpoint for each service, in the private subnets of the zones of the settings, for
    principals of the account alone where the service takes a policy.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        network: Network,
        security_group: SecurityGroup,
        settings: InterfaceEndpointSettings,
    ) -> None:
        super().__init__(scope, id)
        zones = network.settings.zones
        if settings.zones and settings.zones > len(zones):
            why = refusal(got=settings.zones, allowed=f"1 to {len(zones)}, or None", fix="lower it")
            raise ProblemsError.one("endpoints.zones", why)
        for service in settings.services:
            role = service.replace(".", "-")
            VpcEndpoint(
                self,
                role,
                vpc_id=network.vpc_id,
                service_name=f"com.amazonaws.{context.region}.{service}",
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=network.subnet_ids(Tier.PRIVATE)[: settings.zones],
                security_group_ids=[security_group.id],
                policy=interface_policy(context, service),
                tags={"Name": context.naming.of(Limit.TAG, role)},
            )
