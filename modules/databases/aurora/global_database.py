"""Aurora in two regions: what the clusters of a global database have of it."""

from __future__ import annotations

from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.rds_cluster import RdsCluster
from cdktf_cdktf_provider_aws.rds_global_cluster import RdsGlobalCluster
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...naming import Limit
from .settings import AuroraSettings, GlobalPrimary, GlobalSecondary

# AWS changes both when the global database is made and when the writer moves (documentation of the provider,
# aws_rds_global_cluster, "New Global Cluster From Existing DB Cluster", and aws_rds_cluster).
_OF_THE_TOPOLOGY = ("global_cluster_identifier", "replication_source_identifier")


def lifecycle(settings: AuroraSettings) -> TerraformResourceLifecycle | None:
    """The lifecycle of a cluster, whose writer may move to another region without Terraform."""
    role = settings.global_database
    ignored = [*_OF_THE_TOPOLOGY] if isinstance(role, GlobalPrimary) else None
    if isinstance(role, GlobalSecondary):
        # The whole global database is upgraded together, and by hand (see the README).
        ignored = ["replication_source_identifier", "engine_version"]
    if not settings.protected and not ignored:
        return None
    return TerraformResourceLifecycle(
        prevent_destroy=True if settings.protected else None, ignore_changes=ignored
    )


def secondary(settings: AuroraSettings, role: GlobalSecondary, *, context: Context) -> dict[str, Any]:
    """The arguments of a secondary cluster instead of a database, users and passwords of its own.

    Raises ProblemsError when the other cluster's region is the stack's.
    """
    if role.region == context.region:
        why = refusal(
            got=f"{role.region}, the stack's own",
            allowed="the region of the first cluster, another one",
            fix="correct it",
        )
        raise ProblemsError.one(f"{settings.name}.global_database.region", why)
    return {
        "engine_version": role.version or str(settings.version),
        "global_cluster_identifier": role.name,
        # Of an encrypted copy (RDS API: CreateDBCluster, KmsKeyId and PreSignedUrl).
        "source_region": role.region,
    }


def global_database_name(settings: AuroraSettings, *, context: Context) -> str:
    """The name of the global database of a first cluster: `shop-prod-aurora-global`."""
    return context.naming.of(Limit.DATABASE, settings.name, "global")


class GlobalDatabase(Construct):
    """The global database of a first cluster, which other regions' clusters join.

    Creates: the global cluster, from the cluster as it is. Its members are not destroyed with it: remove the
    secondary cluster first. A switchover or a failover moves the writer, and keeps the topology (RDS API:
    SwitchoverGlobalCluster, FailoverGlobalCluster), so that Terraform's plans stay empty.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, cluster: RdsCluster, settings: AuroraSettings
    ) -> None:
        super().__init__(scope, id)
        RdsGlobalCluster(
            self,
            "Default",
            global_cluster_identifier=global_database_name(settings, context=context),
            source_db_cluster_identifier=cluster.arn,
            deletion_protection=settings.protected,
            # Takes the first cluster out of it, which stays: it is the last member then.
            force_destroy=True,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if settings.protected else None,
        )
