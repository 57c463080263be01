"""Global databases of Aurora: their members in several regions, and which of these holds the writer."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.exceptions import (
    DBClusterNotFoundError,
    InvalidDBClusterStateFault,
    InvalidGlobalClusterStateFault,
    InvalidParameterCombination,
    RDSClientError,
)
from moto.rds.models import DBCluster, GlobalCluster, RDSBackend, rds_backends
from moto.rds.responses import RDSResponse

from aws_emulator.moto_patches import Patch
from aws_emulator.outages import OUTAGES

Json = dict[str, Any]
# Where moto keeps what belongs to no region.
_HOME = "us-east-1"


class _NotFoundError(RDSClientError):
    def __init__(self, name: str) -> None:
        super().__init__("GlobalClusterNotFoundFault", f"Global cluster {name} not found")


class GlobalClusterShown(Patch, of=GlobalCluster):
    """GlobalCluster (Amazon RDS API Reference): FailoverState is there while one is in progress, and
    Status says so. A failover is over by the second look at it. moto has none.
    """

    @property
    def failover_state(self: Any) -> Json | None:
        """None unless one is in progress."""
        state: Json | None = self.__dict__.get("failing_over")
        return state

    def begin(self: Any, target: Any, *, loses: bool) -> None:
        """Begin to make a member the writer."""
        writer = next(one for one in self.members if one.is_writer)
        self.failing_over = {
            "Status": "failing-over" if loses else "switching-over",
            "FromDbClusterArn": writer.db_cluster_arn,
            "ToDbClusterArn": target.db_cluster_arn,
            "IsDataLossAllowed": loses,
        }
        self.status, self.looks = self.failing_over["Status"], 0

    def looked_at(self: Any) -> None:
        """End what was in progress at the last look."""
        if not self.__dict__.get("failing_over"):
            return
        if self.looks == 0:
            self.looks = 1
            return
        for one in self.members:
            one.is_writer = one.db_cluster_arn == self.failing_over["ToDbClusterArn"]
        self.failing_over, self.status = None, "available"


class MemberShown(Patch, of=DBCluster):
    """DBCluster (Amazon RDS API Reference): ReplicationSourceIdentifier of a secondary cluster is the
    primary's ARN; moto has none."""

    @property
    def replication_source_identifier(self: Any) -> str | None:
        """As given, or the writer of the global cluster."""
        given: str | None = self.__dict__.get("replication_source_identifier")
        mine = _global_of(self)
        if given or mine is None or self.is_writer:
            return given
        return next((one.db_cluster_arn for one in mine.members if one.is_writer), None)

    @replication_source_identifier.setter
    def replication_source_identifier(self: Any, given: str | None) -> None:
        """Take what was given."""
        self.__dict__["replication_source_identifier"] = given


def _global_of(cluster: Any) -> Any:
    known = rds_backends[cluster.account_id][_HOME].global_clusters.values()
    return next((one for one in known if cluster in one.members), None)


class GlobalClusters(Patch, of=RDSBackend):
    """SwitchoverGlobalCluster, FailoverGlobalCluster, RemoveFromGlobalCluster, DescribeGlobalClusters and
    CreateGlobalCluster (Amazon RDS API Reference).

    moto lacks the first two, looks for members in one region only, and describes every cluster, whichever is
    asked for. A failover "can result in a loss", a switchover needs a primary that answers.
    """

    def global_cluster(self: Any, name: str) -> Any:
        """One by its name. Raises GlobalClusterNotFoundFault."""
        known = rds_backends[self.account_id][_HOME].global_clusters
        if name not in known:
            raise _NotFoundError(name)
        return known[name]

    def member(self: Any, cluster: Any, arn: str) -> Any:
        """A member by its ARN. Raises DBClusterNotFoundFault."""
        found = next((one for one in cluster.members if arn == one.db_cluster_arn), None)
        if found is None:
            raise DBClusterNotFoundError(arn)
        return found

    def move_writer(self: Any, name: str, arn: str, *, loses: bool) -> Any:
        """Begin a failover or a switchover."""
        cluster = self.global_cluster(name)
        target = self.member(cluster, arn)
        if cluster.failover_state or cluster.status != "available":
            raise InvalidGlobalClusterStateFault(cluster.global_cluster_arn)
        writer = next(one for one in cluster.members if one.is_writer)
        if target.is_writer:
            raise InvalidDBClusterStateFault(f"{arn} is the primary cluster already")
        if not loses and writer.region in OUTAGES.regions:
            raise InvalidDBClusterStateFault(f"{writer.db_cluster_arn} does not answer")
        cluster.begin(target, loses=loses)
        return cluster

    def remove_from_global_cluster(
        self: Any, global_cluster_identifier: str, db_cluster_identifier: str
    ) -> Any:
        """Detach a secondary, or the primary once it is alone; it is a cluster of its own then."""
        cluster = self.global_cluster(global_cluster_identifier)
        leaving = self.member(cluster, db_cluster_identifier)
        if leaving.is_writer and len(cluster.members) > 1:
            raise InvalidGlobalClusterStateFault(cluster.global_cluster_arn)
        cluster.members.remove(leaving)
        leaving.global_cluster_identifier = None
        return cluster

    def create_global_cluster(self: Any, **given: Any) -> Any:
        """Find the source where it is, and make it the writer."""
        source = given.get("source_db_cluster_identifier")
        if not source:
            return GlobalClusters.moto.create_global_cluster(self, **given)
        region = source.split(":")[3] if source.startswith("arn:") else self.region_name
        home = rds_backends[self.account_id][region]
        made = GlobalClusters.moto.create_global_cluster(home, **given)
        home.global_clusters.pop(made.global_cluster_identifier)
        self.global_clusters[made.global_cluster_identifier] = made
        (writer,) = made.members
        writer.is_writer = True
        made.storage_encrypted = writer.storage_encrypted
        return made

    def delete_db_cluster(self: Any, cluster_identifier: str, snapshot_name: str | None = None) -> Any:
        """DeleteDBCluster: one that is a member of a global cluster is detached first."""
        found = self.clusters.get(cluster_identifier)
        if found is not None and _global_of(found) is not None:
            raise InvalidDBClusterStateFault(
                "This cluster is a part of a global cluster, please remove it first"
            )
        return GlobalClusters.moto.delete_db_cluster(self, cluster_identifier, snapshot_name)


class GlobalClusterCalls(Patch, of=RDSResponse):
    """The calls of `GlobalClusters` (Amazon RDS API Reference), of which moto lacks some."""

    def describe_global_clusters(self: Any) -> ActionResult:
        """By GlobalClusterIdentifier, or by `db-cluster-id`, which the provider of Terraform sends."""
        found = list(self.global_backend.describe_global_clusters())
        if name := self.params.get("GlobalClusterIdentifier"):
            found = [self.global_backend.global_cluster(name)]
        for one in self.params.get("Filters", []):
            found = [each for each in found if _matches(each, one["Name"], one["Values"])]
        for one in found:
            one.looked_at()
        return ActionResult({"GlobalClusters": found})

    def switchover_global_cluster(self: Any) -> ActionResult:
        """SwitchoverGlobalCluster."""
        return _moved(self, loses=False)

    def failover_global_cluster(self: Any) -> ActionResult:
        """FailoverGlobalCluster: without AllowDataLoss "defaults to a switchover"."""
        loses = bool(self.params.get("AllowDataLoss"))
        if loses and self.params.get("Switchover"):
            raise InvalidParameterCombination("AllowDataLoss and Switchover can't be specified together")
        return _moved(self, loses=loses)

    def modify_global_cluster(self: Any) -> ActionResult:
        """ModifyGlobalCluster: its deletion protection; moto lacks the call."""
        cluster = self.backend.global_cluster(self.params["GlobalClusterIdentifier"])
        if (protected := self.params.get("DeletionProtection")) is not None:
            cluster.deletion_protection = protected
        if version := self.params.get("EngineVersion"):
            cluster.engine_version = version
        return ActionResult({"GlobalCluster": cluster})


def _moved(response: Any, *, loses: bool) -> ActionResult:
    name, target = response.params["GlobalClusterIdentifier"], response.params["TargetDbClusterIdentifier"]
    return ActionResult({"GlobalCluster": response.backend.move_writer(name, target, loses=loses)})


def _matches(cluster: Any, name: str, values: list[str]) -> bool:
    arns = {one.db_cluster_arn for one in cluster.members}
    if name == "db-cluster-id":
        return bool(arns & set(values))
    return name == "region" and bool({arn.split(":")[3] for arn in arns} & set(values))
