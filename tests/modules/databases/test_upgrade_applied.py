"""A major upgrade of PostgreSQL with a replica, applied: no group is deleted while an instance has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.databases.postgresql.settings import PostgresqlSettings
from modules.secrets.settings import Generated, SecretSettings
from operations.terraform import Terraform

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
BEFORE = PostgresqlSettings(
    database="shop",
    instance_class="db.t4g.medium",
    version=15,
    replicas=("reader",),
    monitoring_seconds=0,
    protected=False,
)
AFTER = replace(BEFORE, version=16, allow_major_upgrade=True, apply_immediately=True)


def write(synthesize: Callable[..., Any], settings: PostgresqlSettings, output: Path) -> None:
    """The stack of one database."""

    def build(stack: Any, context: Any) -> None:
        from cdktf_cdktf_provider_aws.security_group import SecurityGroup

        from modules.databases.postgresql.postgresql import Postgresql
        from modules.networking.network import Network
        from modules.networking.settings import NetworkSettings
        from modules.secrets.secret import EnvironmentSecret

        secrets = SecretSettings(generated={"DATABASE_PASSWORD": Generated()}, protected=False)
        network = Network(
            stack,
            "network",
            context=context,
            settings=NetworkSettings(cidr=IPv4Network("10.0.0.0/16"), zones=("a", "b")),
        )
        Postgresql(
            stack,
            "database",
            context=context,
            network=network,
            security_group=SecurityGroup(stack, "group", name_prefix="shop-", vpc_id=network.vpc_id),
            secret=EnvironmentSecret(stack, "secret", context=context, settings=secrets),
            settings=settings,
        )

    synthesize(build, output)


def test_a_major_upgrade_is_applied_at_once_and_in_order(
    emulator: Emulator, terraform: Terraform, tmp_path: Path, synthesize_module: Callable[..., Any]
) -> None:
    rds = emulator.client("rds", REGION)
    for settings in (BEFORE, AFTER):
        write(synthesize_module, settings, tmp_path)
        terraform.init()
        # Deleting the group of the version before would be refused while an instance has it.
        terraform.apply()
        assert terraform.plan().empty
        groups = rds.describe_db_parameter_groups()["DBParameterGroups"]
        own = {
            one["DBParameterGroupName"] for one in groups if one["DBParameterGroupName"].startswith("shop-")
        }
        (group,) = own
        assert group.startswith(f"shop-test-postgresql{settings.version}-")
        instances = rds.describe_db_instances()["DBInstances"]
        assert len(instances) == 2
        assert {one["DBParameterGroups"][0]["DBParameterGroupName"] for one in instances} == own
    (primary,) = (one for one in instances if "ReadReplicaSourceDBInstanceIdentifier" not in one)
    assert primary["EngineVersion"].startswith("16")
