"""The parameter group of an Aurora PostgreSQL cluster."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.rds_cluster_parameter_group import (
    RdsClusterParameterGroup,
    RdsClusterParameterGroupParameter,
)
from constructs import Construct

from modules.context import Context
from modules.databases.aurora_settings import AuroraSettings
from modules.naming import Limit


class AuroraParameters(Construct):
    """TLS alone; slow statements and changes of the schema logged.

    Creates: a cluster parameter group of the version's family, replaced before it is destroyed: an upgrade
    needs the group of the new version while the old one is still in use.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, settings: AuroraSettings) -> None:
        super().__init__(scope, id)
        self._group = RdsClusterParameterGroup(
            self,
            "Default",
            name_prefix=context.naming.prefix(Limit.DATABASE_GROUP, f"{settings.name}{settings.version}"),
            family=f"aurora-postgresql{settings.version}",
            description=f"{context.naming.base} {settings.name}",
            parameter=_parameters(settings),
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )

    @property
    def name(self) -> str:
        """The group's name."""
        return str(self._group.name)


def _parameters(settings: AuroraSettings) -> list[RdsClusterParameterGroupParameter]:
    at_once = {
        "log_lock_waits": "1",
        "log_min_duration_statement": str(settings.slow_statement_ms),
        "log_statement": "ddl",
    }
    # A static parameter is taken with the next restart only; any of the settings' own may be one.
    at_restart = {"rds.force_ssl": "1", **settings.parameters}
    methods = {**dict.fromkeys(at_once, "immediate"), **dict.fromkeys(at_restart, "pending-reboot")}
    return [
        RdsClusterParameterGroupParameter(name=name, value=value, apply_method=methods[name])
        for name, value in sorted({**at_once, **at_restart}.items())
    ]
