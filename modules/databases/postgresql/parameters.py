"""The parameter group of a PostgreSQL server."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.db_parameter_group import DbParameterGroup, DbParameterGroupParameter
from constructs import Construct

from ...context import Context
from ...naming import Limit
from ..common.parameters import server_parameters
from .instance_classes import max_connections
from .settings import PostgresqlSettings


class PostgresqlParameters(Construct):
    """Parameters that force TLS, set max_connections, and log slow statements and DDL.

    Creates: a parameter group of the version's family, created before its predecessor is destroyed: an
    upgrade needs the group of the new version while the old one is in use.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, settings: PostgresqlSettings) -> None:
        super().__init__(scope, id)
        connections = str(max_connections(settings.instance_class))
        parameters = server_parameters(settings, max_connections=connections)
        self._group = DbParameterGroup(
            self,
            "Default",
            name_prefix=context.naming.prefix(Limit.DATABASE_GROUP, f"{settings.name}{settings.version}"),
            family=f"postgres{settings.version}",
            description=f"{context.naming.base} {settings.name}",
            parameter=[DbParameterGroupParameter(**one) for one in parameters],
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )

    @property
    def name(self) -> str:
        """The group's name."""
        return str(self._group.name)
