"""The parameter group of an Aurora PostgreSQL cluster."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.rds_cluster_parameter_group import (
    RdsClusterParameterGroup,
    RdsClusterParameterGroupParameter,
)
from constructs import Construct

from ...context import Context
from ...naming import Limit
from ..common.parameters import server_parameters
from .settings import AuroraSettings


class AuroraParameters(Construct):
    """Parameters that force TLS, and log slow statements and DDL.

    Creates: a cluster parameter group of the version's family, created before its predecessor is destroyed:
    an upgrade needs the group of the new version while the old one is in use.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, settings: AuroraSettings) -> None:
        super().__init__(scope, id)
        self._group = RdsClusterParameterGroup(
            self,
            "Default",
            name_prefix=context.naming.prefix(Limit.DATABASE_GROUP, f"{settings.name}{settings.version}"),
            family=f"aurora-postgresql{settings.version}",
            description=f"{context.naming.base} {settings.name}",
            parameter=[RdsClusterParameterGroupParameter(**one) for one in server_parameters(settings)],
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )

    @property
    def name(self) -> str:
        """The group's name."""
        return str(self._group.name)
