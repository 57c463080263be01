"""Aurora in two regions: the first cluster, its global database, and the copy that stands by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from modules.databases.aurora.settings import (
    AuroraCapacity,
    AuroraSettings,
    GlobalPrimary,
    GlobalSecondary,
)
from modules.errors import ProblemsError
from modules.naming import Naming
from modules.secrets.settings import Generated, SecretSettings

Json = dict[str, Any]
FIRST = AuroraSettings(
    database="shop",
    capacity=AuroraCapacity(minimum=1, maximum=8),
    managed_password=False,
    global_database=GlobalPrimary(),
)
COPY = replace(FIRST, global_database=GlobalSecondary(region="eu-west-1", name="shop-test-aurora-global"))
SECRET = SecretSettings(generated={"DATABASE_PASSWORD": Generated(version=2)})
PRIMARY = Naming(product="shop", environment="test")


@pytest.fixture
def cluster(synthesize_module: Callable[..., Json]) -> Callable[..., Json]:
    """`cluster(settings)` gives the JSON of a stack with the cluster, and a login of a primary's."""

    def synthesize(settings: AuroraSettings, *, secret: bool = True, **given: Any) -> Json:
        def build(stack: Any, context: Any) -> None:
            from cdktf import TerraformOutput
            from cdktf_cdktf_provider_aws.security_group import SecurityGroup

            from modules.databases.aurora.aurora import Aurora
            from modules.databases.logins.replicated import ReplicatedLogin
            from modules.secrets.replica import ReplicatedSecret
            from modules.secrets.secret import EnvironmentSecret
            from tests.modules.databases.built import network

            common: Any = {"context": context, "settings": SECRET}
            replicated = isinstance(settings.global_database, GlobalSecondary)
            own = (
                ReplicatedSecret(stack, "secret", primary=PRIMARY, **common)
                if replicated
                else EnvironmentSecret(stack, "secret", **common)
            )
            database = Aurora(
                stack,
                "database",
                context=context,
                network=network(stack, context, "network", ("a", "b")),
                security_group=SecurityGroup(stack, "group", name_prefix="shop-"),
                settings=settings,
                secret=own if secret else None,
            )
            access = database.client_access
            if replicated:
                access = ReplicatedLogin(
                    stack, "login", context=context, primary=PRIMARY, database=database
                ).client_access
            shown = {
                "secrets": dict(access.secrets),
                "alarms": {one.key: one.while_paused for one in database.monitored.alarms},
                "entry": database.master.entry,
                "read_only": database.read_only,
            }
            for name, value in shown.items():
                TerraformOutput(stack, name, value=value, static_id=True)

        return synthesize_module(build, **given)

    return synthesize


@pytest.fixture
def copy(cluster: Callable[..., Json]) -> Json:
    """The stack of the copy, which stands by."""
    return cluster(COPY, region="eu-central-1", standby=True)


def of(stack: Json) -> Json:
    """The cluster."""
    (found,) = stack["resource"]["aws_rds_cluster"].values()
    return dict(found)


def test_the_first_cluster_has_a_global_database(cluster: Callable[..., Json]) -> None:
    stack = cluster(FIRST)
    (whole,) = stack["resource"]["aws_rds_global_cluster"].values()
    assert whole["global_cluster_identifier"] == "shop-test-aurora-global"
    assert whole["source_db_cluster_identifier"] == "${aws_rds_cluster.database.arn}"
    assert whole["deletion_protection"] is True
    assert whole["lifecycle"]["prevent_destroy"] is True
    life = of(stack)["lifecycle"]
    # AWS sets the one when it is made, and the other when the writer moves.
    assert life["ignore_changes"] == ["global_cluster_identifier", "replication_source_identifier"]
    assert life["prevent_destroy"] is True


def test_its_password_is_an_entry_of_the_secret(cluster: Callable[..., Json]) -> None:
    stack = cluster(FIRST)
    first = of(stack)
    assert '["DATABASE_PASSWORD_V2"]' in first["master_password_wo"]
    assert first["master_password_wo_version"] == 2
    assert first.keys().isdisjoint({"manage_master_user_password", "master_user_secret_kms_key_id"})
    assert "aws_secretsmanager_secret_rotation" not in stack["resource"]
    secrets = stack["output"]["secrets"]["value"]
    assert secrets["DATABASE_PASSWORD"] == "${aws_secretsmanager_secret.secret.arn}:DATABASE_PASSWORD_V2::"
    assert stack["output"]["entry"]["value"] == "DATABASE_PASSWORD"


def test_the_copy_joins_it_without_a_database_of_its_own(copy: Json) -> None:
    own = of(copy)
    assert own["global_cluster_identifier"] == "shop-test-aurora-global"
    assert own["source_region"] == "eu-west-1"
    assert own["engine_version"] == str(COPY.version)
    assert own["kms_key_id"].startswith("${aws_kms_key.database_key_")
    assert own.keys().isdisjoint({"database_name", "master_username", "master_password_wo"})
    assert own["lifecycle"]["ignore_changes"] == ["replication_source_identifier", "engine_version"]
    # It may pause while nobody is connected.
    assert own["serverlessv2_scaling_configuration"]["min_capacity"] == 0
    assert "aws_rds_global_cluster" not in copy["resource"]
    assert copy["output"]["read_only"]["value"] is True


def test_the_copy_has_the_capacity_of_the_settings_once_it_serves(cluster: Callable[..., Json]) -> None:
    active = of(cluster(COPY, region="eu-central-1", standby=False))
    assert active["serverlessv2_scaling_configuration"]["min_capacity"] == COPY.capacity.minimum


def test_services_log_in_with_the_replica_of_the_rotated_login(copy: Json) -> None:
    arn = "${one(data.aws_secretsmanager_secrets.login_secret_456CBDA1.arns)}"
    assert copy["output"]["secrets"]["value"] == {
        "DATABASE_USER": f"{arn}:username::",
        "DATABASE_PASSWORD": f"{arn}:password::",
    }


def test_its_lag_rings_while_it_stands_by(copy: Json, cluster: Callable[..., Json]) -> None:
    assert copy["output"]["alarms"]["value"]["recovery-lag"] is True
    assert "recovery-lag" not in cluster(FIRST)["output"]["alarms"]["value"]


def test_the_version_of_the_first_cluster_can_be_named(cluster: Callable[..., Json]) -> None:
    there = GlobalSecondary(region="eu-west-1", name="shop-test-aurora-global", version=f"{FIRST.version}.6")
    named = cluster(replace(COPY, global_database=there), region="eu-central-1", standby=True)
    assert of(named)["engine_version"] == f"{FIRST.version}.6"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"managed_password": True},
            "managed_password: got a password that RDS manages, in a global database; allowed: an entry",
        ),
        (
            {"global_database": GlobalSecondary(region="eu-west-1", name="x", version="15.4")},
            "global_database.version: got 15.4 with version=17; allowed: a version of 17",
        ),
    ],
)
def test_what_a_global_database_cannot_have_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ProblemsError) as refused:
        replace(COPY, **change)
    assert said in str(refused.value)


def test_a_copy_is_in_another_region(cluster: Callable[..., Json]) -> None:
    with pytest.raises(ProblemsError, match=r"region: got eu-west-1, the stack's own; allowed"):
        cluster(COPY)


def test_a_password_needs_its_secret(cluster: Callable[..., Json]) -> None:
    with pytest.raises(ProblemsError, match="got the entry DATABASE_PASSWORD without a secret; allowed"):
        cluster(FIRST, secret=False)
    with pytest.raises(ProblemsError, match="got 'OTHER'; allowed: DATABASE_PASSWORD"):
        cluster(replace(FIRST, password_key="OTHER"))
