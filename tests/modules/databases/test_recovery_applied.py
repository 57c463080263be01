"""A replica in a second region and its promotion, with Terraform: both plans are empty at each step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.databases.postgresql.settings import PostgresqlSettings, ReplicaOf
from modules.naming import Naming
from modules.pause.expressions import AS_DEPLOYED
from modules.secrets.settings import Generated, SecretSettings
from operations.terraform import Terraform

pytestmark = pytest.mark.emulator
HOME, AWAY = "eu-west-1", "eu-central-1"
NAME = "shop-test-postgresql"
SECRET = SecretSettings(generated={"DATABASE_PASSWORD": Generated()}, protected=False)
PRIMARY = PostgresqlSettings(
    database="shop", instance_class="db.t4g.medium", monitoring_seconds=0, protected=False
)
# Protected by RDS once it is active, and by nothing before.
RECOVERY: PostgresqlSettings = replace(
    PRIMARY, source=ReplicaOf(region=HOME, identifier=NAME), protected=True
)
ACTIVE = {"recovery_active": "true"}


def fill(stack: Any, context: Any, secret: Any, settings: PostgresqlSettings) -> None:
    """A network, the database, and a parameter with its password, as a service would get it."""
    from cdktf_cdktf_provider_aws.security_group import SecurityGroup
    from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter

    from modules.databases.postgresql.postgresql import Postgresql
    from modules.networking.network import Network
    from modules.networking.settings import NatGateways, NetworkSettings

    zones = Network(
        stack,
        "network",
        context=context,
        settings=NetworkSettings(
            cidr=IPv4Network("10.0.0.0/16"),
            zones=("a", "b"),
            nat_gateways=NatGateways.NONE,
            flow_logs=None,
        ),
    )
    database = Postgresql(
        stack,
        "database",
        context=context,
        network=zones,
        security_group=SecurityGroup(stack, "group", name_prefix="shop-", vpc_id=zones.vpc_id),
        secret=secret,
        settings=settings,
    )
    SsmParameter(
        stack,
        "reference",
        name="/password",
        type="String",
        insecure_value=database.client_access.secrets["DATABASE_PASSWORD"],
    )


def primary(stack: Any, context: Any) -> None:
    """The primary, whose secret has a replica."""
    from modules.resilience.recovery.key import RecoveryKey
    from modules.secrets.secret import EnvironmentSecret

    key = RecoveryKey(stack, "recovery-key", context=context, region=AWAY, protected=False)
    secret = EnvironmentSecret(stack, "secret", context=context, settings=SECRET, replica_key=key)
    fill(stack, context, secret, PRIMARY)


def recovery(stack: Any, context: Any) -> None:
    """Its recovery stack."""
    from modules.secrets.replica import ReplicatedSecret

    naming = Naming(product="shop", environment="test")
    secret = ReplicatedSecret(stack, "secret", context=context, primary=naming, settings=SECRET)
    fill(stack, context, secret, RECOVERY)


def test_a_replica_is_promoted_by_the_variable(
    emulator: Emulator,
    tmp_path: Path,
    small_terraform: Callable[..., Terraform],
    synthesize_module: Callable[..., Any],
) -> None:
    stacks = {}
    for region, build, given in ((HOME, primary, {}), (AWAY, recovery, {"standby": True})):
        synthesize_module(build, tmp_path / region, region=region, **given)
        stacks[region] = small_terraform(tmp_path / region / "stacks/small", region=region)
        stacks[region].init()
        stacks[region].apply()
    assert [change for one in stacks.values() for change in one.plan().changes] == []
    away = stacks[AWAY]

    def found() -> Any:
        rds = emulator.client("rds", AWAY)
        (one,) = rds.describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"]
        return one

    waiting = found()
    assert f":{HOME}:" in waiting["ReadReplicaSourceDBInstanceIdentifier"]
    assert f":{AWAY}:" in waiting["KmsKeyId"]
    assert waiting["DeletionProtection"] is False
    # What a service is given is a secret of its own region, that exists.
    value = emulator.client("ssm", AWAY).get_parameter(Name="/password")["Parameter"]["Value"]
    arn = value.removesuffix(":DATABASE_PASSWORD_V1::")
    assert f":{AWAY}:" in arn
    assert emulator.client("secretsmanager", AWAY).describe_secret(SecretId=arn)["PrimaryRegion"] == HOME

    away.apply(away.plan(variables=ACTIVE, replace=[AS_DEPLOYED], file=str(tmp_path / "plan")))
    promoted = found()
    assert "ReadReplicaSourceDBInstanceIdentifier" not in promoted
    assert promoted["DeletionProtection"] is True
    assert promoted["BackupRetentionPeriod"] == RECOVERY.backup_days
    assert promoted["DbiResourceId"] == waiting["DbiResourceId"]
    assert away.plan(variables=ACTIVE).empty
    assert stacks[HOME].plan().empty
