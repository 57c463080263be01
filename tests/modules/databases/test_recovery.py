"""Databases of recovery stacks: replicas of a primary's instance, and restored copies of one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from modules.databases.postgresql.settings import (
    BackupCopies,
    PostgresqlSettings,
    ReplicaOf,
    RestoredFrom,
)
from modules.errors import ProblemsError
from modules.naming import Naming
from modules.secrets.settings import Generated, SecretSettings

Json = dict[str, Any]
REGION = "eu-central-1"
REPLICA = PostgresqlSettings(
    database="shop",
    instance_class="db.t4g.medium",
    source=ReplicaOf(region="eu-west-1", identifier="shop-prod-postgresql"),
)
RESTORED = replace(REPLICA, source=RestoredFrom(), name="orders-db")
SECRET = SecretSettings(generated={"DATABASE_PASSWORD": Generated(), "LOGIN_PASSWORD": Generated(version=3)})


@pytest.fixture
def recovery(synthesize_module: Callable[..., Json]) -> Callable[..., Json]:
    """`recovery(settings)` gives the JSON of a recovery stack with that database and a login of it."""

    def synthesize(settings: PostgresqlSettings, output: Path | None = None, **given: Any) -> Json:
        def build(stack: Any, context: Any) -> None:
            from cdktf import TerraformOutput
            from cdktf_cdktf_provider_aws.security_group import SecurityGroup

            from modules.databases.logins.versioned import VersionedLogin
            from modules.databases.postgresql.postgresql import Postgresql
            from modules.secrets.replica import ReplicatedSecret
            from tests.modules.databases.built import network

            group = SecurityGroup(stack, "group", name_prefix="shop-")
            primary = Naming(product="shop", environment="prod")
            common: Any = {"context": context, "network": network(stack, context, "network", ("a", "b"))}
            secret = ReplicatedSecret(stack, "secret", context=context, primary=primary, settings=SECRET)
            database = Postgresql(
                stack, "database", security_group=group, secret=secret, settings=settings, **common
            )
            login = VersionedLogin(
                stack,
                "login",
                security_groups=[group],
                database=database,
                secret=secret,
                key="LOGIN_PASSWORD",
                **common,
            )
            shown = {
                "user": login.client_access.environment["DATABASE_USER"],
                "password": login.client_access.secrets["DATABASE_PASSWORD"],
                "alarms": {one.key: one.while_paused for one in database.monitored.alarms},
                "stops": database.can_stop,
            }
            for name, value in shown.items():
                TerraformOutput(stack, name, value=value, static_id=True)

        return synthesize_module(build, output, region=REGION, **{"standby": True, **given})

    return synthesize


def instance(stack: Json) -> Json:
    """The database's instance."""
    (found,) = stack["resource"]["aws_db_instance"].values()
    return dict(found)


def test_it_replicates_the_primary_while_its_stack_stands_by(recovery: Callable[..., Json]) -> None:
    waiting = instance(recovery(REPLICA))
    assert waiting["replicate_source_db"].startswith("arn:${data.aws_partition.")
    assert waiting["replicate_source_db"].endswith(":db:shop-prod-postgresql")
    assert ":rds:eu-west-1:" in waiting["replicate_source_db"]
    assert waiting["kms_key_id"] == "${aws_kms_key.database_key_444EF3EA.arn}"
    assert waiting["deletion_protection"] is False
    # Those of its source: the provider refuses them beside one.
    assert waiting.keys().isdisjoint(
        {"engine", "engine_version", "username", "db_name", "password_wo", "allocated_storage"}
    )
    # A fresh replica takes its place on the way back.
    assert "lifecycle" not in waiting


def test_it_is_promoted_and_protected_once_its_stack_is_active(recovery: Callable[..., Json]) -> None:
    active = instance(recovery(REPLICA, standby=False))
    assert active["replicate_source_db"] is None
    assert active["deletion_protection"] is True
    assert active["backup_retention_period"] == REPLICA.backup_days
    unprotected = instance(recovery(replace(REPLICA, protected=False), standby=False))
    assert unprotected["deletion_protection"] is False


def test_its_logins_are_in_it(recovery: Callable[..., Json]) -> None:
    stack = recovery(REPLICA)
    assert "aws_lambda_function" not in stack["resource"]
    outputs = {name: one["value"] for name, one in stack["output"].items() if name != "recovery_active"}
    assert outputs["user"] == "app_a"
    assert outputs["password"].endswith(":LOGIN_PASSWORD_V3::")
    assert outputs["stops"] is False


def test_its_lag_rings_while_it_stands_by(recovery: Callable[..., Json]) -> None:
    assert recovery(REPLICA)["output"]["alarms"]["value"]["recovery-lag"] is True
    assert "recovery-lag" not in recovery(RESTORED)["output"]["alarms"]["value"]


def test_a_replica_is_for_recovery_stacks(recovery: Callable[..., Json]) -> None:
    with pytest.raises(ProblemsError, match=r"source: got a replica of another stack's database;"):
        recovery(REPLICA, standby=None)


def test_a_restored_one_is_created_from_what_the_variable_names(
    recovery: Callable[..., Json], tmp_path: Path
) -> None:
    recovery(RESTORED, tmp_path)
    stack = json.loads((tmp_path / "stacks/small/cdk.tf.json").read_text())
    variable = "var.restore_orders_db_from"
    restored = instance(stack)
    is_snapshot = f'strcontains({variable}, ":snapshot:")'
    assert restored["snapshot_identifier"] == f"${{{is_snapshot} ? {variable} : null}}"
    block = restored["dynamic"]["restore_to_point_in_time"]
    assert block["for_each"] == f"${{{is_snapshot} ? [] : [{variable}]}}"
    assert block["content"]["use_latest_restorable_time"] is True
    assert stack["variable"]["restore_orders_db_from"]["default"] == ""
    life = restored["lifecycle"]
    # Once it is there, plans do without the variable.
    assert life["ignore_changes"] == ["restore_to_point_in_time", "snapshot_identifier"]
    (rule,) = life["postcondition"]
    assert "-var restore_orders_db_from=<ARN of a copy in this region>" in rule["error_message"]
    # Those of the copy: another key would replace it.
    assert restored.keys().isdisjoint({"kms_key_id", "username", "db_name", "engine_version"})
    assert restored["storage_encrypted"] is True
    # Its data is whole: it has a login of its own, and stops in a pause.
    assert len(stack["resource"]["aws_lambda_invocation"]) == 1
    assert stack["output"]["stops"]["value"] is True


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"replicas": ("reader",)},
            "replicas: got 1 replicas of a replica; allowed: none until",
        ),
        ({"managed_password": True}, "managed_password: got a managed password with a replica; allowed:"),
        ({"backup_days": 0}, "backup_days: got 0 days; allowed: 1 day or more once it is promoted"),
        (
            {"copies": BackupCopies(region="eu-west-1")},
            "copies: got copies of a replica in another region; allowed: copies of the primary's",
        ),
    ],
)
def test_what_a_replica_cannot_have_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ProblemsError) as refused:
        replace(REPLICA, **change)
    assert said in str(refused.value)


def test_a_restored_one_is_copied_nowhere() -> None:
    with pytest.raises(ProblemsError, match="got copies of a restored database in another region"):
        replace(RESTORED, copies=BackupCopies(region="eu-west-1"))
