"""Clusters of Aurora: what moto drops of them, and what it says of them that isn't so."""

from __future__ import annotations

from typing import Any

from moto.rds.models import DBCluster

from aws_emulator.moto_patches import Patch


class DescribeDBClusters(Patch, of=DBCluster):
    """DBCluster (Amazon RDS API Reference): EngineLifecycleSupport is as it was given; moto drops it.

    ScalingConfigurationInfo "shows the scaling configuration for an Aurora DB cluster in serverless DB engine
    mode"; moto shows an empty one for every other mode too.
    """

    def __init__(self: Any, *args: Any, **given: Any) -> None:
        vars(DescribeDBClusters.moto)["__init__"](self, *args, **given)
        support = given.get("engine_lifecycle_support")
        self.engine_lifecycle_support = support or "open-source-rds-extended-support"
        # A secondary cluster of a global database has none of its own.
        self.__dict__.setdefault("_master_user_password", "")

    @property
    def scaling_configuration_info(self: Any) -> dict[str, Any] | None:
        """None but for the first version of Aurora Serverless."""
        if not self.scaling_configuration:
            return None
        shown: dict[str, Any] = DescribeDBClusters.moto.scaling_configuration_info.fget(self)
        return shown
