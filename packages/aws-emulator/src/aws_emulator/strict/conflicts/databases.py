"""RDS, Aurora and ElastiCache."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aws_emulator.strict.conflicts import network_users
from aws_emulator.strict.conflicts.rules import Account, Conflict, Parameters, Reasons


def _subnet_group_users(parameters: Parameters, account: Account) -> Iterator[str]:
    rds, name = account("rds"), parameters["DBSubnetGroupName"].lower()
    for identifier, instance in rds.databases.items():
        if (group := getattr(instance, "db_subnet_group", None)) and group.name == name:
            yield f"{identifier} uses it"
    for identifier, cluster in rds.clusters.items():
        if cluster.db_subnet_group_name == name:
            yield f"{identifier} uses it"


def _parameter_group_users(parameters: Parameters, account: Account) -> Iterator[str]:
    for identifier, instance in account("rds").databases.items():
        if instance.db_parameter_group_name == parameters["DBParameterGroupName"]:
            yield f"{identifier} uses it"


def _cluster_parameter_group_users(parameters: Parameters, account: Account) -> Iterator[str]:
    for identifier, cluster in account("rds").clusters.items():
        if cluster.parameter_group == parameters["DBClusterParameterGroupName"]:
            yield f"{identifier} uses it"


def _caches_with(member: str, *, of: str) -> Reasons:
    def reasons(parameters: Parameters, account: Account) -> Iterator[str]:
        for name, node in account("elasticache").cache_clusters.items():
            value = getattr(node, member, None)
            if isinstance(value, Mapping):
                value = value.get("CacheParameterGroupName")
            if value == parameters[of] and node.cache_cluster_status != "deleting":
                yield f"{name} uses it"

    return reasons


def _nodes_in_removed_subnets(parameters: Parameters, account: Account) -> Iterator[str]:
    if "SubnetIds" not in parameters:
        return
    group = account("elasticache").cache_subnet_groups.get(parameters["CacheSubnetGroupName"])
    for subnet in set(group.subnet_ids if group else ()) - set(parameters["SubnetIds"]):
        yield from network_users.caches_in_subnet(subnet, account)


def _databases_in_removed_subnets(parameters: Parameters, account: Account) -> Iterator[str]:
    group = account("rds").subnet_groups.get(parameters["DBSubnetGroupName"])
    earlier = {subnet["SubnetIdentifier"] for subnet in group.subnets} if group else set()
    for subnet in earlier - set(parameters["SubnetIds"]):
        yield from network_users.databases_in_subnet(subnet, account)


def _with_replicas(parameters: Parameters, account: Account) -> Iterator[str]:
    instance = account("rds").databases.get(parameters["DBInstanceIdentifier"])
    for replica in instance.replicas if instance else ():
        yield f"it has the read replica {replica}"


def _stopped(parameters: Parameters, account: Account) -> Iterator[str]:
    instance = account("rds").databases.get(parameters["DBInstanceIdentifier"])
    if instance and instance.status in ("stopped", "stopping"):
        yield f"the instance is {instance.status}"


CONFLICTS = (
    Conflict(
        service="elasticache",
        operation="DeleteCacheParameterGroup",
        code="InvalidCacheParameterGroupState",
        source="Amazon ElastiCache API Reference, DeleteCacheParameterGroup",
        reasons=_caches_with("cache_parameter_group", of="CacheParameterGroupName"),
    ),
    Conflict(
        service="elasticache",
        operation="DeleteCacheSubnetGroup",
        code="CacheSubnetGroupInUse",
        source="Amazon ElastiCache API Reference, DeleteCacheSubnetGroup",
        reasons=_caches_with("cache_subnet_group_name", of="CacheSubnetGroupName"),
    ),
    Conflict(
        service="elasticache",
        operation="ModifyCacheSubnetGroup",
        code="SubnetInUse",
        source="Amazon ElastiCache API Reference, ModifyCacheSubnetGroup",
        reasons=_nodes_in_removed_subnets,
    ),
    Conflict(
        service="rds",
        operation="DeleteDBSubnetGroup",
        code="InvalidDBSubnetGroupStateFault",
        source="Amazon RDS API Reference, DeleteDBSubnetGroup",
        reasons=_subnet_group_users,
    ),
    Conflict(
        service="rds",
        operation="ModifyDBSubnetGroup",
        code="SubnetAlreadyInUse",
        source="Amazon RDS API Reference, ModifyDBSubnetGroup",
        reasons=_databases_in_removed_subnets,
    ),
    Conflict(
        service="rds",
        operation="DeleteDBParameterGroup",
        code="InvalidDBParameterGroupState",
        source="Amazon RDS API Reference, DeleteDBParameterGroup",
        reasons=_parameter_group_users,
    ),
    Conflict(
        service="rds",
        operation="DeleteDBClusterParameterGroup",
        code="InvalidDBParameterGroupState",
        source="Amazon RDS API Reference, DeleteDBClusterParameterGroup",
        reasons=_cluster_parameter_group_users,
    ),
    Conflict(
        service="rds",
        operation="StopDBInstance",
        code="InvalidDBInstanceState",
        source="Amazon RDS User Guide, Stopping an Amazon RDS DB instance temporarily: limitations",
        reasons=_with_replicas,
    ),
    Conflict(
        service="rds",
        operation="ModifyDBInstance",
        code="InvalidDBInstanceState",
        source="Amazon RDS User Guide, Stopping an Amazon RDS DB instance temporarily: limitations",
        reasons=_stopped,
    ),
)
