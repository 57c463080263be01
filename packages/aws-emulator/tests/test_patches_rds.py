"""Patches of RDS and of the secrets it manages, each by what AWS's pages say of the call."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION, NAME = "eu-west-1", "shop"
CREDENTIALS = {"MasterUsername": "shop", "MasterUserPassword": "of-no-use"}
SIZE = {"DBInstanceClass": "db.t4g.micro", "AllocatedStorage": 20}
INSTANCE = {**SIZE, **CREDENTIALS, "Engine": "postgres"}


@pytest.fixture
def rds(emulator: Emulator) -> Any:
    return emulator.client("rds", REGION)


def test_a_cluster_keeps_its_lifecycle_support(rds: Any) -> None:
    chosen = "open-source-rds-extended-support-disabled"
    cluster = {**CREDENTIALS, "Engine": "aurora-postgresql"}
    rds.create_db_cluster(DBClusterIdentifier="a", EngineLifecycleSupport=chosen, **cluster)
    rds.create_db_cluster(DBClusterIdentifier="b", **cluster)
    found = {one["DBClusterIdentifier"]: one for one in rds.describe_db_clusters()["DBClusters"]}
    assert found["a"]["EngineLifecycleSupport"] == chosen
    assert found["b"]["EngineLifecycleSupport"] == "open-source-rds-extended-support"


def test_only_the_first_serverless_shows_a_scaling_configuration(rds: Any) -> None:
    capacity = {"MinCapacity": 0.5, "MaxCapacity": 2}
    cluster = {**CREDENTIALS, "Engine": "aurora-postgresql"}
    second = {"EngineMode": "provisioned", "ServerlessV2ScalingConfiguration": capacity}
    first = {"EngineMode": "serverless", "ScalingConfiguration": {"MinCapacity": 2, "MaxCapacity": 8}}
    rds.create_db_cluster(DBClusterIdentifier="v2", **cluster, **second)
    rds.create_db_cluster(DBClusterIdentifier="v1", **cluster, **first)
    found = {one["DBClusterIdentifier"]: one for one in rds.describe_db_clusters()["DBClusters"]}
    assert "ScalingConfigurationInfo" not in found["v2"]
    assert found["v1"]["ScalingConfigurationInfo"]["MaxCapacity"] == 8


def test_instances_have_ids_of_their_own(rds: Any) -> None:
    made = [rds.create_db_instance(DBInstanceIdentifier=name, **INSTANCE)["DBInstance"] for name in "ab"]
    ids = {one["DbiResourceId"] for one in made}
    assert len(ids) == 2
    assert all(len(one) == len("db-") + 26 for one in ids)
    rds.modify_db_instance(DBInstanceIdentifier="a", BackupRetentionPeriod=3)
    found = {one["DbiResourceId"] for one in rds.describe_db_instances()["DBInstances"]}
    assert found == ids, "immutable"


def test_an_instance_keeps_its_insights(rds: Any) -> None:
    def insights() -> tuple[Any, ...]:
        (found,) = rds.describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"]
        return found["PerformanceInsightsEnabled"], found.get("PerformanceInsightsRetentionPeriod")

    created = rds.create_db_instance(DBInstanceIdentifier=NAME, **INSTANCE, DatabaseInsightsMode="advanced")
    assert created["DBInstance"]["DatabaseInsightsMode"] == "advanced"
    assert insights()[0] is False
    rds.modify_db_instance(
        DBInstanceIdentifier=NAME, EnablePerformanceInsights=True, PerformanceInsightsRetentionPeriod=31
    )
    assert insights() == (True, 31)


def test_a_replica_is_an_instance_of_its_own(rds: Any) -> None:
    source = {"MultiAZ": True, "BackupRetentionPeriod": 7, "DeletionProtection": True}
    made = rds.create_db_instance(
        DBInstanceIdentifier=NAME, **INSTANCE, **source, EnableCloudwatchLogsExports=["postgresql"]
    )["DBInstance"]
    replica = rds.create_db_instance_read_replica(
        DBInstanceIdentifier="replica", SourceDBInstanceIdentifier=NAME
    )["DBInstance"]
    assert replica["DbiResourceId"] != made["DbiResourceId"]
    assert {name: replica[name] for name in source} == {
        "MultiAZ": False,
        "BackupRetentionPeriod": 0,
        "DeletionProtection": False,
    }
    assert not replica.get("EnabledCloudwatchLogsExports")


def test_a_parameter_that_was_set_says_so(rds: Any) -> None:
    rds.create_db_parameter_group(
        DBParameterGroupName=NAME, DBParameterGroupFamily="postgres17", Description="of the shop"
    )
    parameter = {"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName=NAME, Parameters=[parameter])
    (found,) = rds.describe_db_parameters(DBParameterGroupName=NAME)["Parameters"]
    assert (found["ParameterValue"], found["Source"]) == ("1", "user")


def test_the_rotation_of_a_managed_secret_is_turned_off(emulator: Emulator) -> None:
    secrets = emulator.client("secretsmanager", REGION)
    arn = secrets.create_secret(Name="rds!cluster-1", SecretString="{}")["ARN"]
    assert secrets.cancel_rotate_secret(SecretId=arn)["Name"] == "rds!cluster-1"
    assert not secrets.describe_secret(SecretId=arn).get("RotationEnabled")
    secrets.create_secret(Name="own", SecretString="{}")
    with pytest.raises(ClientError, match="InvalidRequestException"):
        secrets.cancel_rotate_secret(SecretId="own")


def test_an_instance_has_a_certificate_that_ends(rds: Any) -> None:
    made = rds.create_db_instance(
        DBInstanceIdentifier="certified",
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="shop",
        MasterUserPassword="a-password-of-16",
        CACertificateIdentifier="rds-ca-ecc384-g1",
    )["DBInstance"]
    (found,) = rds.describe_db_instances(DBInstanceIdentifier="certified")["DBInstances"]
    assert found["CertificateDetails"]["CAIdentifier"] == "rds-ca-ecc384-g1"
    assert (found["CertificateDetails"]["ValidTill"] - made["InstanceCreateTime"]).days == 365


def test_replicas_follow_a_renamed_instance_and_not_what_gets_its_name(emulator: Emulator, rds: Any) -> None:
    def follows(client: Any, name: str) -> str:
        (one,) = client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        return str(one["ReadReplicaSourceDBInstanceIdentifier"])

    def rename(name: str, new: str) -> None:
        rds.modify_db_instance(DBInstanceIdentifier=name, NewDBInstanceIdentifier=new, ApplyImmediately=True)

    far = emulator.client("rds", "eu-central-1")
    arn = rds.create_db_instance(DBInstanceIdentifier=NAME, **INSTANCE)["DBInstance"]["DBInstanceArn"]
    rds.create_db_instance_read_replica(DBInstanceIdentifier="near", SourceDBInstanceIdentifier=NAME)
    far.create_db_instance_read_replica(
        DBInstanceIdentifier="far", SourceDBInstanceIdentifier=arn, SourceRegion=REGION
    )
    rds.create_db_instance(DBInstanceIdentifier="other", **INSTANCE)
    with pytest.raises(ClientError, match="DBInstanceAlreadyExists"):
        rename(NAME, "other")
    rename(NAME, "before")
    rename("other", NAME)
    assert (follows(rds, "near"), follows(far, "far")) == ("before", arn.replace(f":{NAME}", ":before"))
    rename("near", "nearer")
    (before,) = rds.describe_db_instances(DBInstanceIdentifier="before")["DBInstances"]
    assert before["ReadReplicaDBInstanceIdentifiers"] == ["nearer", far_arn(arn)]
    # As a failback makes them anew.
    rds.delete_db_instance(DBInstanceIdentifier="nearer", SkipFinalSnapshot=True)
    rds.create_db_instance_read_replica(DBInstanceIdentifier="near", SourceDBInstanceIdentifier=NAME)
    (before,) = rds.describe_db_instances(DBInstanceIdentifier="before")["DBInstances"]
    assert (follows(rds, "near"), before["ReadReplicaDBInstanceIdentifiers"]) == (NAME, [far_arn(arn)])


def far_arn(arn: str) -> str:
    """Of the replica in another region."""
    return arn.replace(REGION, "eu-central-1").replace(f":{NAME}", ":far")
