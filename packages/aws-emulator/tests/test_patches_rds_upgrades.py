"""A major upgrade of PostgreSQL on RDS, as AWS's pages describe it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
UPGRADE = {"DBInstanceIdentifier": "shop", "EngineVersion": "16", "AllowMajorVersionUpgrade": True}


@pytest.fixture
def rds(emulator: Emulator) -> Any:
    """PostgreSQL 15 with a replica, each with a parameter group of its version; one of 16 beside."""
    client = emulator.client("rds", "eu-west-1")
    for version in ("15", "16"):
        client.create_db_parameter_group(
            DBParameterGroupName=f"shop-{version}",
            DBParameterGroupFamily=f"postgres{version}",
            Description="s",
        )
    client.create_db_instance(
        DBInstanceIdentifier="shop",
        Engine="postgres",
        EngineVersion="15",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        MasterUsername="shop",
        MasterUserPassword="of-no-use",
        DBParameterGroupName="shop-15",
        BackupRetentionPeriod=7,
    )
    client.create_db_instance_read_replica(DBInstanceIdentifier="copy", SourceDBInstanceIdentifier="shop")
    return client


def seen(rds: Any, name: str) -> tuple[str, str]:
    """The version and the parameter group of an instance."""
    (found,) = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    return found["EngineVersion"], found["DBParameterGroups"][0]["DBParameterGroupName"]


def test_an_upgrade_at_once_takes_the_replica_with_it(rds: Any) -> None:
    rds.modify_db_instance(**UPGRADE, DBParameterGroupName="shop-16", ApplyImmediately=True)
    assert seen(rds, "shop") == ("16", "shop-16")
    version, group = seen(rds, "copy")
    assert (version, group.startswith("default.postgres")) == ("16", True)
    rds.delete_db_parameter_group(DBParameterGroupName="shop-15")


def test_an_upgrade_that_waits_keeps_version_and_parameter_group(rds: Any) -> None:
    rds.modify_db_instance(**UPGRADE, DBParameterGroupName="shop-16", ApplyImmediately=False)
    assert seen(rds, "shop") == ("15", "shop-15")
    with pytest.raises(ClientError, match="InvalidDBParameterGroupState"):
        rds.delete_db_parameter_group(DBParameterGroupName="shop-15")


def test_a_major_upgrade_must_be_allowed(rds: Any) -> None:
    with pytest.raises(ClientError, match="AllowMajorVersionUpgrade"):
        rds.modify_db_instance(DBInstanceIdentifier="shop", EngineVersion="16", ApplyImmediately=True)


def test_a_parameter_group_fits_the_version(rds: Any) -> None:
    with pytest.raises(ClientError, match="Use a parameter group with DBParameterGroupFamily postgres15"):
        rds.modify_db_instance(DBInstanceIdentifier="shop", DBParameterGroupName="shop-16")
