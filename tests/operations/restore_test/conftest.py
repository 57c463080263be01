"""A small stack with a database, made with boto3, whose copies are restored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from operations.tasks import watch
from tests.operations.small_stack import REGION, STACK, Infra, SmallStack, use

Json = dict[str, Any]
DATABASE, RESTORED = f"{STACK}-postgresql", f"{STACK}-postgresql-restore-test"
CLUSTER = f"{STACK}-aurora"
PARAMETER = f"/{STACK}/restore-tests/shop"
CHECK = {
    "service": "api",
    "command": ["python", "manage.py", "migrate", "--check"],
    "variables": {"DATABASE_HOST": "{host}", "DATABASE_PORT": "{port}"},
    "minutes": 15,
}
# Nobody waits for a clock.
WORDS = ("restore-test", STACK, "--poll", "0", "--silence", "0.4")


class Shop(SmallStack):
    """The stack, what it keeps of restores, and AWS with its database."""

    def __init__(self, emulator: Emulator) -> None:
        super().__init__(emulator)
        self.rds, self.ec2, self.ssm = self.client("rds"), self.client("ec2"), self.client("ssm")
        self.describe(DATABASE)

    def describe(self, database: str, check: Json | None = CHECK) -> None:
        """What the JSON says of the database's restores."""
        value = json.dumps({"check": check, "database": database})
        self.resources["aws_ssm_parameter"]["record"] = {"name": PARAMETER, "insecure_value": value}
        self.resources["aws_rds_cluster"] = {"database": {"cluster_identifier": CLUSTER}}

    def create_network(self) -> None:
        """The subnets of the database, and the parameter."""
        self.vpc = self.ec2.describe_subnets(SubnetIds=[self.subnet])["Subnets"][0]["VpcId"]
        other = self.ec2.create_subnet(
            VpcId=self.vpc, CidrBlock="10.0.1.0/24", AvailabilityZone=f"{REGION}b"
        )["Subnet"]["SubnetId"]
        self.rds.create_db_subnet_group(
            DBSubnetGroupName="shop", DBSubnetGroupDescription="shop", SubnetIds=[self.subnet, other]
        )
        value = json.dumps({"database": DATABASE})
        self.ssm.put_parameter(Name=PARAMETER, Value=value, Type="String")
        self.inside = {"DBSubnetGroupName": "shop", "VpcSecurityGroupIds": [self.group]}

    def create_instance(self) -> None:
        """An instance with a snapshot."""
        self.create_network()
        self.rds.create_db_instance(
            DBInstanceIdentifier=DATABASE,
            DBInstanceClass="db.t4g.small",
            Engine="postgres",
            EngineVersion="15",
            AllocatedStorage=20,
            MasterUsername="app",
            MasterUserPassword="not-a-secret",
            BackupRetentionPeriod=7,
            StorageEncrypted=True,
            Port=5432,
            MultiAZ=True,
            DeletionProtection=True,
            **self.inside,
        )
        self.rds.create_db_snapshot(DBSnapshotIdentifier="by-hand", DBInstanceIdentifier=DATABASE)

    def create_cluster(self) -> None:
        """A cluster of Aurora with a writer, the primary of a global database as Web app's is."""
        self.describe(CLUSTER)
        made = self.rds.create_db_cluster(
            DBClusterIdentifier=CLUSTER,
            Engine="aurora-postgresql",
            EngineVersion="16",
            MasterUsername="app",
            MasterUserPassword="not-a-secret",
            BackupRetentionPeriod=7,
            StorageEncrypted=True,
            Port=5432,
            ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 2},
            DeletionProtection=True,
            **self.inside,
        )
        self.rds.create_db_instance(
            DBInstanceIdentifier=f"{CLUSTER}-a",
            DBClusterIdentifier=CLUSTER,
            DBInstanceClass="db.serverless",
            Engine="aurora-postgresql",
        )
        arn = made["DBCluster"]["DBClusterArn"]
        self.rds.create_global_cluster(GlobalClusterIdentifier="shop", SourceDBClusterIdentifier=arn)
        self.rds.create_db_cluster_snapshot(
            DBClusterSnapshotIdentifier="by-hand", DBClusterIdentifier=CLUSTER
        )

    @property
    def databases(self) -> set[str]:
        """The instances and clusters that there are."""
        instances = self.rds.describe_db_instances()["DBInstances"]
        clusters = self.rds.describe_db_clusters()["DBClusters"]
        names = {one["DBInstanceIdentifier"] for one in instances}
        return names | {one["DBClusterIdentifier"] for one in clusters}

    @property
    def groups(self) -> set[str]:
        """The security groups of its network."""
        found = self.ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [self.vpc]}])
        return {one["GroupName"] for one in found["SecurityGroups"]}

    @property
    def record(self) -> Json:
        """What is kept of its restores."""
        found: Json = json.loads(self.ssm.get_parameter(Name=PARAMETER)["Parameter"]["Value"])
        return found

    def is_as_before(self) -> bool:
        """Whether nothing is there but what the stack has."""
        tasks = [self.described(one) for one in self.tasks()]
        return self.databases == {DATABASE} and self.groups == {"default", "web"} and not tasks


@pytest.fixture
def shop(emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shop:
    """The stack, deployed, with an instance; commands in this process find it."""
    monkeypatch.setattr(watch, "POLL_SECONDS", 0.0)
    made = Shop(emulator)
    made.deploy()
    made.create_instance()
    made.order("api", api={"looks": "1"})
    use(monkeypatch, made, tmp_path)
    return made


@pytest.fixture
def infra(shop: Shop, tmp_path: Path) -> Infra:
    """The real `infra` on it."""
    directory = tmp_path / "project"
    directory.mkdir()
    return Infra(shop, directory)
