"""Patches of RDS's automated backups in another region, each by what AWS's pages say of the call."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
HOME, AWAY = "eu-west-1", "eu-central-1"


def instance(emulator: Emulator, days: int) -> Any:
    made = emulator.client("rds", HOME).create_db_instance(
        DBInstanceIdentifier="shop",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        MasterUsername="app",
        MasterUserPassword="not-a-secret",
        BackupRetentionPeriod=days,
    )
    return made["DBInstance"]


def test_backups_are_replicated_until_it_is_stopped(emulator: Emulator) -> None:
    home, away = emulator.client("rds", HOME), emulator.client("rds", AWAY)
    source = instance(emulator, 7)["DBInstanceArn"]
    started = away.start_db_instance_automated_backups_replication(
        SourceDBInstanceArn=source, BackupRetentionPeriod=14, SourceRegion=HOME
    )["DBInstanceAutomatedBackup"]
    arn = started["DBInstanceAutomatedBackupsArn"]
    assert f":{AWAY}:" in arn
    (found,) = away.describe_db_instance_automated_backups(DBInstanceAutomatedBackupsArn=arn)[
        "DBInstanceAutomatedBackups"
    ]
    assert (found["Status"], found["Region"], found["BackupRetentionPeriod"]) == ("replicating", HOME, 14)

    assert found["RestoreWindow"]["EarliestTime"] <= found["RestoreWindow"]["LatestTime"]
    (same,) = away.describe_db_instance_automated_backups(DBInstanceIdentifier="shop")[
        "DBInstanceAutomatedBackups"
    ]
    assert same["DBInstanceAutomatedBackupsArn"] == arn
    assert not away.describe_db_instance_automated_backups(DBInstanceIdentifier="other")[
        "DBInstanceAutomatedBackups"
    ]

    def copies() -> Any:
        return home.describe_db_instances()["DBInstances"][0]["DBInstanceAutomatedBackupsReplications"]

    assert copies() == [{"DBInstanceAutomatedBackupsArn": arn}]
    away.stop_db_instance_automated_backups_replication(SourceDBInstanceArn=source)
    assert copies() == []
    with pytest.raises(ClientError, match="DBInstanceAutomatedBackupNotFound"):
        away.describe_db_instance_automated_backups(DBInstanceAutomatedBackupsArn=arn)
    with pytest.raises(ClientError, match="DBInstanceAutomatedBackupNotFound"):
        away.stop_db_instance_automated_backups_replication(SourceDBInstanceArn=source)


@pytest.mark.parametrize(
    ("days", "asked", "said"),
    [(7, HOME, "DBInstanceNotFound"), (0, AWAY, "InvalidDBInstanceState")],
)
def test_what_is_not_elsewhere_or_has_no_backups_is_not_replicated(
    emulator: Emulator, days: int, asked: str, said: str
) -> None:
    source = instance(emulator, days)["DBInstanceArn"]
    with pytest.raises(ClientError, match=said):
        emulator.client("rds", asked).start_db_instance_automated_backups_replication(
            SourceDBInstanceArn=source, SourceRegion=HOME
        )


def test_a_restored_instance_is_no_replica(emulator: Emulator) -> None:
    instance(emulator, 7)
    restored = emulator.client("rds", HOME).restore_db_instance_to_point_in_time(
        SourceDBInstanceIdentifier="shop", TargetDBInstanceIdentifier="again", UseLatestRestorableTime=True
    )["DBInstance"]
    assert "ReadReplicaSourceDBInstanceIdentifier" not in restored


def test_versions_of_an_engine_are_asked_by_their_major_one(module_emulator: Emulator) -> None:
    rds = module_emulator.client("rds", "eu-west-2")

    def versions(**asked: str) -> list[str]:
        return [one["EngineVersion"] for one in rds.describe_db_engine_versions(**asked)["DBEngineVersions"]]

    [fifteen] = versions(Engine="postgres", EngineVersion="15")
    assert fifteen.startswith("15.")
    assert versions(Engine="postgres", EngineVersion=fifteen) == [fifteen]
    assert versions(Engine="postgres", EngineVersion="1") == []
    assert fifteen in versions()


def test_a_copy_of_another_region_is_restored_without_its_source(emulator: Emulator) -> None:
    away, source = emulator.client("rds", AWAY), instance(emulator, 7)["DBInstanceArn"]
    started = away.start_db_instance_automated_backups_replication(
        SourceDBInstanceArn=source, SourceRegion=HOME, KmsKeyId="alias/copies"
    )["DBInstanceAutomatedBackup"]
    emulator.client("rds", HOME).delete_db_instance(DBInstanceIdentifier="shop", SkipFinalSnapshot=True)
    restore = {"TargetDBInstanceIdentifier": "back", "UseLatestRestorableTime": True}
    arn = started["DBInstanceAutomatedBackupsArn"]
    restored = away.restore_db_instance_to_point_in_time(
        SourceDBInstanceAutomatedBackupsArn=arn, BackupRetentionPeriod=3, **restore
    )["DBInstance"]
    assert (restored["Engine"], restored["BackupRetentionPeriod"]) == ("postgres", 3)
    assert f":{AWAY}:" in restored["DBInstanceArn"]
    with pytest.raises(ClientError, match="DBInstanceAutomatedBackupNotFound"):
        away.restore_db_instance_to_point_in_time(
            SourceDBInstanceAutomatedBackupsArn=f"{arn}0", **{**restore, "TargetDBInstanceIdentifier": "no"}
        )


def cluster(rds: Any) -> str:
    """The ARN of a snapshot of a cluster."""
    made = {"Engine": "aurora-postgresql", "MasterUsername": "app", "MasterUserPassword": "not-a-secret"}
    rds.create_db_cluster(DBClusterIdentifier="shop", **made)
    taken = rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="taken", DBClusterIdentifier="shop")
    return str(taken["DBClusterSnapshot"]["DBClusterSnapshotArn"])


def test_a_cluster_is_restored_from_the_name_or_the_arn_of_a_snapshot(emulator: Emulator) -> None:
    rds = emulator.client("rds", HOME)
    arn = cluster(rds)
    for name in ("taken", arn):
        rds.restore_db_cluster_from_snapshot(
            DBClusterIdentifier="again", SnapshotIdentifier=name, Engine="aurora-postgresql"
        )
        # Its automated snapshots go with it, and another of its name can be made in the same minute.
        rds.delete_db_cluster(DBClusterIdentifier="again", SkipFinalSnapshot=True)
    for wrong in (arn.replace(HOME, AWAY), arn.replace("cluster-snapshot", "snapshot"), f"{arn}-2"):
        with pytest.raises(ClientError, match="DBClusterSnapshotNotFoundFault"):
            rds.restore_db_cluster_from_snapshot(
                DBClusterIdentifier="again", SnapshotIdentifier=wrong, Engine="aurora-postgresql"
            )


@pytest.mark.parametrize(("words", "left"), [({}, 0), ({"DeleteAutomatedBackups": False}, 1)])
def test_automated_snapshots_of_a_cluster_go_with_it_unless_they_are_kept(
    emulator: Emulator, words: dict[str, bool], left: int
) -> None:
    rds = emulator.client("rds", HOME)
    cluster(rds)

    def taken(kind: str) -> list[Any]:
        found = rds.describe_db_cluster_snapshots(DBClusterIdentifier="shop", SnapshotType=kind)
        return list(found["DBClusterSnapshots"])

    assert len(taken("automated")) == 1
    rds.delete_db_cluster(DBClusterIdentifier="shop", SkipFinalSnapshot=True, **words)
    assert (len(taken("automated")), len(taken("manual"))) == (left, 1)
