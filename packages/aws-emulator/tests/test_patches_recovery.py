"""Patches of databases in two regions, each by what AWS's pages say of the call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
HOME, AWAY = "eu-west-1", "eu-central-1"
LOGIN = {"MasterUsername": "app", "MasterUserPassword": "not-a-secret"}
KEY = "arn:aws:kms:eu-central-1:123456789012:key/11111111-1111-1111-1111-111111111111"


def subnet_group(emulator: Emulator, region: str) -> str:
    """One of the region's own; its name."""
    ec2 = emulator.client("ec2", region)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=f"{region}{zone}")
        for place, zone in enumerate("ab")
    ]
    group = emulator.client("rds", region).create_db_subnet_group(
        DBSubnetGroupName=f"shop-{region}",
        DBSubnetGroupDescription="shop",
        SubnetIds=[one["Subnet"]["SubnetId"] for one in subnets],
    )
    return str(group["DBSubnetGroup"]["DBSubnetGroupName"])


def instance(emulator: Emulator, *, encrypted: bool = True) -> Any:
    made = emulator.client("rds", HOME).create_db_instance(
        DBSubnetGroupName=subnet_group(emulator, HOME),
        DBInstanceIdentifier="shop",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        BackupRetentionPeriod=7,
        StorageEncrypted=encrypted,
        **LOGIN,
    )
    return made["DBInstance"]


def replica(emulator: Emulator, source: str, **given: Any) -> Any:
    away = emulator.client("rds", AWAY)
    return away.create_db_instance_read_replica(
        DBInstanceIdentifier="copy", SourceDBInstanceIdentifier=source, SourceRegion=HOME, **given
    )["DBInstance"]


def described(rds: Any, name: str) -> Any:
    return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def test_a_replica_of_another_region_is_promoted_once(emulator: Emulator) -> None:
    home, away = emulator.client("rds", HOME), emulator.client("rds", AWAY)
    source = instance(emulator)["DBInstanceArn"]
    made = replica(emulator, source, KmsKeyId=KEY)
    assert made["ReadReplicaSourceDBInstanceIdentifier"] == source
    assert (made["KmsKeyId"], made["AvailabilityZone"]) == (KEY, f"{AWAY}a")
    assert "DBSubnetGroup" not in made
    (status,) = described(away, "copy")["StatusInfos"]
    assert (status["StatusType"], status["Status"], status["Normal"]) == (
        "read replication",
        "replicating",
        True,
    )
    assert described(home, "shop")["ReadReplicaDBInstanceIdentifiers"] == [made["DBInstanceArn"]]
    assert not described(home, "shop").get("StatusInfos")

    away.promote_read_replica(DBInstanceIdentifier="copy", BackupRetentionPeriod=14)
    own = described(away, "copy")
    assert "ReadReplicaSourceDBInstanceIdentifier" not in own
    assert (own["BackupRetentionPeriod"], own.get("StatusInfos", [])) == (14, [])
    assert described(home, "shop")["ReadReplicaDBInstanceIdentifiers"] == []
    with pytest.raises(ClientError, match="InvalidDBInstanceState"):
        away.promote_read_replica(DBInstanceIdentifier="copy")


def test_a_replica_needs_a_key_of_its_own_region_and_leaves_its_source(emulator: Emulator) -> None:
    source = instance(emulator)["DBInstanceArn"]
    with pytest.raises(ClientError, match="InvalidParameterCombination"):
        replica(emulator, source)
    own = subnet_group(emulator, AWAY)
    made = replica(emulator, source, KmsKeyId=KEY, DBSubnetGroupName=own)
    assert made["DBSubnetGroup"]["DBSubnetGroupName"] == own
    emulator.client("rds", AWAY).delete_db_instance(DBInstanceIdentifier="copy", SkipFinalSnapshot=True)
    assert described(emulator.client("rds", HOME), "shop")["ReadReplicaDBInstanceIdentifiers"] == []


def lag(emulator: Emulator, region: str, metric: str, **dimensions: str) -> list[float]:
    now = datetime.now(UTC)
    points = emulator.client("cloudwatch", region).get_metric_statistics(
        Namespace="AWS/RDS",
        MetricName=metric,
        StartTime=now - timedelta(minutes=5),
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
    )["Datapoints"]
    return [one["Maximum"] for one in points]


def test_the_lag_of_a_replica_is_as_ordered(emulator: Emulator) -> None:
    replica(emulator, instance(emulator)["DBInstanceArn"], KmsKeyId=KEY)
    assert lag(emulator, AWAY, "ReplicaLag", DBInstanceIdentifier="copy") == [0]
    emulator.order_outages(replica_lag=90)
    assert lag(emulator, AWAY, "ReplicaLag", DBInstanceIdentifier="copy") == [90]
    assert lag(emulator, HOME, "ReplicaLag", DBInstanceIdentifier="shop") == []


class Global:
    """A global database of a cluster in each of two regions."""

    def __init__(self, emulator: Emulator) -> None:
        self.home, self.away = emulator.client("rds", HOME), emulator.client("rds", AWAY)
        cluster = {"DBClusterIdentifier": "shop", "Engine": "aurora-postgresql"}
        self.first = self.home.create_db_cluster(**cluster, **LOGIN)["DBCluster"]["DBClusterArn"]
        self.home.create_global_cluster(GlobalClusterIdentifier="all", SourceDBClusterIdentifier=self.first)
        self.second = self.away.create_db_cluster(
            **{**cluster, "DBClusterIdentifier": "copy"}, GlobalClusterIdentifier="all"
        )["DBCluster"]["DBClusterArn"]

    def described(self) -> Any:
        found = self.away.describe_global_clusters(GlobalClusterIdentifier="all")["GlobalClusters"]
        return found[0]

    def writers(self) -> list[str]:
        return [one["DBClusterArn"] for one in self.described()["GlobalClusterMembers"] if one["IsWriter"]]

    def copies(self) -> dict[str, str | None]:
        clusters = [
            one
            for region, name in ((self.home, "shop"), (self.away, "copy"))
            for one in region.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
        ]
        return {one["DBClusterArn"]: one.get("ReplicationSourceIdentifier") for one in clusters}


@pytest.fixture
def world(emulator: Emulator) -> Global:
    return Global(emulator)


def test_the_writer_is_switched_over_and_back(world: Global) -> None:
    assert world.writers() == [world.first]
    assert world.copies() == {world.first: None, world.second: world.first}
    names = {"GlobalClusterIdentifier": "all", "TargetDbClusterIdentifier": world.second}
    begun = world.home.switchover_global_cluster(**names)["GlobalCluster"]
    assert begun["Status"] == "switching-over"
    state = world.described()["FailoverState"]
    assert (state["ToDbClusterArn"], state["IsDataLossAllowed"]) == (world.second, False)
    with pytest.raises(ClientError, match="InvalidGlobalClusterState"):
        world.home.switchover_global_cluster(**{**names, "TargetDbClusterIdentifier": world.first})
    assert world.writers() == [world.second]
    assert world.described()["Status"] == "available"
    assert world.copies() == {world.first: world.second, world.second: None}
    with pytest.raises(ClientError, match="InvalidDBClusterState"):
        world.home.switchover_global_cluster(**names)


def test_a_lost_primary_is_failed_over_with_loss_only(emulator: Emulator, world: Global) -> None:
    emulator.order_outages(regions=[HOME], replica_lag=2)
    names = {"GlobalClusterIdentifier": "all", "TargetDbClusterIdentifier": world.second}
    assert lag(emulator, AWAY, "AuroraGlobalDBReplicationLag", DBClusterIdentifier="copy") == [2000]
    with pytest.raises(ClientError, match="InvalidDBClusterState"):
        world.away.switchover_global_cluster(**names)
    with pytest.raises(ClientError, match="InvalidParameterCombination"):
        world.away.failover_global_cluster(**names, AllowDataLoss=True, Switchover=True)
    begun = world.away.failover_global_cluster(**names, AllowDataLoss=True)["GlobalCluster"]
    assert begun["FailoverState"]["IsDataLossAllowed"] is True
    world.described()
    assert world.writers() == [world.second]


def test_only_members_move_and_a_primary_leaves_last(world: Global) -> None:
    other = world.second.replace(":copy", ":other")
    with pytest.raises(ClientError, match="DBClusterNotFound"):
        world.home.switchover_global_cluster(GlobalClusterIdentifier="all", TargetDbClusterIdentifier=other)
    with pytest.raises(ClientError, match="GlobalClusterNotFound"):
        world.home.describe_global_clusters(GlobalClusterIdentifier="none")
    leave = {"GlobalClusterIdentifier": "all"}
    with pytest.raises(ClientError, match="InvalidGlobalClusterState"):
        world.home.remove_from_global_cluster(**leave, DbClusterIdentifier=world.first)
    with pytest.raises(ClientError, match="InvalidDBClusterState"):
        world.away.delete_db_cluster(DBClusterIdentifier="copy", SkipFinalSnapshot=True)
    world.away.remove_from_global_cluster(**leave, DbClusterIdentifier=world.second)
    assert world.copies() == {world.first: None, world.second: None}
    world.away.delete_db_cluster(DBClusterIdentifier="copy", SkipFinalSnapshot=True)
    world.home.modify_global_cluster(**leave, DeletionProtection=True)
    assert world.described()["DeletionProtection"] is True
    by_member = [{"Name": "db-cluster-id", "Values": [world.first]}]
    (found,) = world.home.describe_global_clusters(Filters=by_member)["GlobalClusters"]
    assert found["GlobalClusterIdentifier"] == "all"
    by_member = [{"Name": "db-cluster-id", "Values": [world.second]}]
    assert world.home.describe_global_clusters(Filters=by_member)["GlobalClusters"] == []


def test_what_is_restored_is_of_its_own(emulator: Emulator, world: Global) -> None:
    replica(emulator, instance(emulator)["DBInstanceArn"], KmsKeyId=KEY, DeletionProtection=True)
    away = world.away
    away.create_db_snapshot(DBInstanceIdentifier="copy", DBSnapshotIdentifier="one")
    restored = away.restore_db_instance_from_db_snapshot(
        DBInstanceIdentifier="back", DBSnapshotIdentifier="one"
    )["DBInstance"]
    assert "ReadReplicaSourceDBInstanceIdentifier" not in restored
    assert (restored["DeletionProtection"], restored["KmsKeyId"]) == (False, KEY)
    away.create_db_cluster_snapshot(DBClusterIdentifier="copy", DBClusterSnapshotIdentifier="two")
    point = {"SourceDBClusterIdentifier": "copy", "UseLatestRestorableTime": True}
    for restore, source in (
        (away.restore_db_cluster_from_snapshot, {"SnapshotIdentifier": "two", "Engine": "aurora-postgresql"}),
        (away.restore_db_cluster_to_point_in_time, point),
    ):
        restore(DBClusterIdentifier="back", **source)
        (cluster,) = away.describe_db_clusters(DBClusterIdentifier="back")["DBClusters"]
        assert not {"ReplicationSourceIdentifier", "GlobalClusterIdentifier"} & cluster.keys()
        members = {one["DBClusterArn"] for one in world.described()["GlobalClusterMembers"]}
        assert members == {world.first, world.second}
        away.delete_db_cluster(DBClusterIdentifier="back", SkipFinalSnapshot=True)
