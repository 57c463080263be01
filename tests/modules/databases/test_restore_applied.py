"""A database with copies in another region, and its restore to a point in time as the runbook says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.databases.postgresql.settings import BackupCopies, PostgresqlSettings
from operations.terraform import Terraform
from tests.modules.databases.test_upgrade_applied import BEFORE, REGION, write

pytestmark = pytest.mark.emulator
AWAY, COPIES = "eu-central-1", "aws_db_instance_automated_backups_replication"
NAME, ADDRESS = "shop-test-postgresql", "aws_db_instance.database"
SETTINGS: PostgresqlSettings = replace(BEFORE, replicas=(), copies=BackupCopies(region=AWAY, days=14))


def copies(emulator: Emulator, name: str) -> list[Any]:
    """What is copied to the other region, as the instance names it."""
    (one,) = emulator.client("rds", REGION).describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    found: list[Any] = one["DBInstanceAutomatedBackupsReplications"]
    return found


def restored(rds: Any) -> str:
    """Restore beside the database, then exchange the two names. The resource id of the new one."""
    (before,) = rds.describe_db_instances()["DBInstances"]
    rds.restore_db_instance_to_point_in_time(
        SourceDBInstanceIdentifier=NAME,
        TargetDBInstanceIdentifier=f"{NAME}-restored",
        UseLatestRestorableTime=True,
        DBSubnetGroupName=before["DBSubnetGroup"]["DBSubnetGroupName"],
        DBParameterGroupName=before["DBParameterGroups"][0]["DBParameterGroupName"],
        VpcSecurityGroupIds=[one["VpcSecurityGroupId"] for one in before["VpcSecurityGroups"]],
    )
    for old, new in ((NAME, f"{NAME}-broken"), (f"{NAME}-restored", NAME)):
        rds.modify_db_instance(DBInstanceIdentifier=old, NewDBInstanceIdentifier=new, ApplyImmediately=True)
    (after,) = rds.describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"]
    resource_id: str = after["DbiResourceId"]
    assert resource_id != before["DbiResourceId"]
    return resource_id


def test_a_restored_database_takes_the_place_of_the_one_before_in_the_state(
    emulator: Emulator, terraform: Terraform, tmp_path: Path, synthesize_module: Callable[..., Any]
) -> None:
    rds = emulator.client("rds", REGION)
    write(synthesize_module, SETTINGS, tmp_path)
    terraform.init()
    terraform.apply()
    assert terraform.plan().empty
    (copy,) = copies(emulator, NAME)
    assert f":{AWAY}:" in copy["DBInstanceAutomatedBackupsArn"]

    resource_id = restored(rds)
    forgotten = [ADDRESS, *(one for one in terraform.addresses() if one.startswith(COPIES))]
    assert len(forgotten) == 2
    terraform.forget(forgotten)
    terraform.import_resource(ADDRESS, NAME)
    plan = terraform.plan()
    # The restored one is set as the settings say, and copied; nothing is made anew.
    changed = {(change.action, change.address.partition(".")[0]) for change in plan.changes}
    assert changed == {("update", "aws_db_instance"), ("create", COPIES)}
    terraform.apply(plan)
    assert terraform.plan().empty
    assert len(copies(emulator, NAME)) == 1
    (own,) = rds.describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"]
    assert own["DbiResourceId"] == resource_id

    write(synthesize_module, replace(SETTINGS, copies=None), tmp_path)
    terraform.apply()
    assert copies(emulator, NAME) == []
