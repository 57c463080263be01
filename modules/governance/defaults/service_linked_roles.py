"""Service-linked roles that an account doesn't have yet."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.iam_service_linked_role import IamServiceLinkedRole
from constructs import Construct

from .settings import ServiceLinkedRoleSettings


class ServiceLinkedRoles(Construct):
    """Roles by which services act in the account, once for all regions.

    Creates: the role of each service of the settings.
    """

    def __init__(self, scope: Construct, id: str, *, settings: ServiceLinkedRoleSettings) -> None:
        super().__init__(scope, id)
        for service in settings.services:
            IamServiceLinkedRole(self, service.partition(".")[0], aws_service_name=service)
