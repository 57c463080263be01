"""Patches of ElastiCache and EFS, each by what AWS's pages say of the call."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION, NAME = "eu-west-1", "shop"


@pytest.fixture
def elasticache(emulator: Emulator) -> Any:
    return emulator.client("elasticache", REGION)


def parameter_group(elasticache: Any, **parameters: str) -> None:
    elasticache.create_cache_parameter_group(
        CacheParameterGroupName=NAME, CacheParameterGroupFamily="redis7", Description="of the shop"
    )
    values = [{"ParameterName": name, "ParameterValue": value} for name, value in parameters.items()]
    elasticache.modify_cache_parameter_group(CacheParameterGroupName=NAME, ParameterNameValues=values)


def test_a_cache_parameter_group_lives(elasticache: Any) -> None:
    parameter_group(elasticache, notify="Ex")
    (group,) = elasticache.describe_cache_parameter_groups(CacheParameterGroupName=NAME)[
        "CacheParameterGroups"
    ]
    assert (group["CacheParameterGroupFamily"], group["Description"]) == ("redis7", "of the shop")
    (found,) = elasticache.describe_cache_parameters(CacheParameterGroupName=NAME, Source="user")[
        "Parameters"
    ]
    assert (found["ParameterName"], found["ParameterValue"]) == ("notify", "Ex")
    elasticache.reset_cache_parameter_group(
        CacheParameterGroupName=NAME, ParameterNameValues=[{"ParameterName": "notify"}]
    )
    assert (
        elasticache.describe_cache_parameters(CacheParameterGroupName=NAME, Source="user")["Parameters"] == []
    )
    elasticache.delete_cache_parameter_group(CacheParameterGroupName=NAME)
    with pytest.raises(ClientError, match="CacheParameterGroupNotFound"):
        elasticache.describe_cache_parameter_groups(CacheParameterGroupName=NAME)


def test_a_cache_subnet_group_is_deleted(emulator: Emulator, elasticache: Any) -> None:
    ec2 = emulator.client("ec2", REGION)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = {"CacheSubnetGroupName": NAME, "CacheSubnetGroupDescription": "of the shop"}
    elasticache.create_cache_subnet_group(**group, SubnetIds=[subnet])
    elasticache.delete_cache_subnet_group(CacheSubnetGroupName=NAME)
    with pytest.raises(ClientError, match="CacheSubnetGroupNotFound"):
        elasticache.delete_cache_subnet_group(CacheSubnetGroupName=NAME)


def replication_group(elasticache: Any, **given: Any) -> Any:
    wanted = {"ReplicationGroupId": NAME, "ReplicationGroupDescription": "of the shop", **given}
    size = {"Engine": "redis", "CacheNodeType": "cache.t4g.micro", "CacheParameterGroupName": NAME}
    elasticache.create_replication_group(**size, **wanted)
    (found,) = elasticache.describe_replication_groups(ReplicationGroupId=NAME)["ReplicationGroups"]
    return found


def test_a_replication_group_has_all_its_members(elasticache: Any) -> None:
    parameter_group(elasticache)
    group = replication_group(elasticache, NumCacheClusters=3, SecurityGroupIds=["sg-1"])
    assert len(group["MemberClusters"]) == 3
    assert group["NodeGroups"][0]["ReaderEndpoint"]["Port"] == 6379
    assert not group["ClusterEnabled"]
    for name in group["MemberClusters"]:
        (member,) = elasticache.describe_cache_clusters(CacheClusterId=name)["CacheClusters"]
        assert (member["ReplicationGroupId"], member["NumCacheNodes"]) == (NAME, 1)
        assert member["SecurityGroups"] == [{"SecurityGroupId": "sg-1", "Status": "active"}]


def test_cluster_mode_comes_from_the_parameters(elasticache: Any) -> None:
    parameter_group(elasticache, **{"cluster-enabled": "yes"})
    group = replication_group(elasticache, NumNodeGroups=2, ReplicasPerNodeGroup=1)
    assert (group["ClusterEnabled"], len(group["NodeGroups"])) == (True, 2)


def test_a_deleted_replication_group_is_gone_with_its_members(elasticache: Any) -> None:
    parameter_group(elasticache)
    group = replication_group(elasticache, NumCacheClusters=2)
    elasticache.delete_replication_group(ReplicationGroupId=NAME)
    with pytest.raises(ClientError, match="ReplicationGroupNotFound"):
        elasticache.describe_replication_groups(ReplicationGroupId=NAME)
    with pytest.raises(ClientError, match="CacheClusterNotFound"):
        elasticache.describe_cache_clusters(CacheClusterId=group["MemberClusters"][0])


@pytest.fixture
def efs(emulator: Emulator) -> Any:
    return emulator.client("efs", REGION)


@pytest.mark.parametrize(
    ("backup", "first", "then"), [(True, "ENABLED", "DISABLED"), (False, None, "ENABLED")]
)
def test_backups_of_files_are_switched(efs: Any, backup: bool, first: str | None, then: str) -> None:  # noqa: FBT001 - a parameter of the table
    made = efs.create_file_system(CreationToken=NAME, Backup=backup)["FileSystemId"]
    if first:
        assert efs.describe_backup_policy(FileSystemId=made)["BackupPolicy"]["Status"] == first
    assert efs.put_backup_policy(FileSystemId=made, BackupPolicy={"Status": then})["BackupPolicy"] == {
        "Status": then
    }
    assert efs.describe_backup_policy(FileSystemId=made)["BackupPolicy"]["Status"] == then


def test_the_policy_of_files_is_deleted(efs: Any) -> None:
    made = efs.create_file_system(CreationToken=NAME)["FileSystemId"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    efs.put_file_system_policy(FileSystemId=made, Policy=policy)
    assert efs.describe_file_system_policy(FileSystemId=made)["Policy"] == policy
    efs.delete_file_system_policy(FileSystemId=made)
    with pytest.raises(ClientError, match="PolicyNotFound"):
        efs.describe_file_system_policy(FileSystemId=made)
