"""Interface endpoints of AWS services (PrivateLink)."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

from ..context import Context
from ..naming import Limit
from .network import Network
from .settings import InterfaceEndpointSettings
from .subnet_plan import Tier


class InterfaceEndpoints(Construct):
    """Interface endpoints for the AWS services of the settings, with private DNS.

    Creates: an interface endpoint for each service, in every zone of the private tier.
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
        for service in settings.services:
            role = service.replace(".", "-")
            VpcEndpoint(
                self,
                role,
                vpc_id=network.vpc_id,
                service_name=f"com.amazonaws.{context.region}.{service}",
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=network.subnet_ids(Tier.PRIVATE),
                security_group_ids=[security_group.id],
                tags={"Name": context.naming.of(Limit.TAG, role)},
            )
