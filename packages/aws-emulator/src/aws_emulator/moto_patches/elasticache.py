"""Replication groups of ElastiCache: their parameter groups, their members, their end."""

from __future__ import annotations

import re
from typing import Any

from moto.core.responses import ActionResult, EmptyResult, PaginatedResult
from moto.elasticache.exceptions import CacheSubnetGroupNotFound, ElastiCacheException
from moto.elasticache.models import CacheCluster, ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse

from aws_emulator.moto_patches import Patch


class _ParameterGroupNotFound(ElastiCacheException):
    code = "CacheParameterGroupNotFound"

    def __init__(self, name: str) -> None:
        super().__init__(f"CacheParameterGroup {name} not found.")


class ParameterGroups(Patch, of=ElastiCacheBackend):
    """CacheParameterGroup (Amazon ElastiCache API Reference): kept with its parameters; moto has none."""

    def __init__(self: Any, region_name: str, account_id: str) -> None:
        vars(ParameterGroups.moto)["__init__"](self, region_name, account_id)
        self.parameter_groups: dict[str, Any] = {}
        self.arn_regex = re.compile(r"^arn:[\w-]+:elasticache:[\w-]+:\d*:\w+:.+$")

    def parameter_group(self: Any, name: str) -> Any:
        """A group by its name."""
        if name not in self.parameter_groups:
            raise _ParameterGroupNotFound(name)
        return self.parameter_groups[name]


class ParameterGroupCalls(Patch, of=ElastiCacheResponse):
    """CreateCacheParameterGroup, DescribeCacheParameterGroups, ModifyCacheParameterGroup,
    DescribeCacheParameters, ResetCacheParameterGroup, DeleteCacheParameterGroup, ModifyCacheSubnetGroup and
    DeleteCacheSubnetGroup (Amazon ElastiCache API Reference); moto has none of them.
    """

    def create_cache_parameter_group(self: Any) -> ActionResult:
        """CreateCacheParameterGroup."""
        backend, name = self.elasticache_backend, self._get_param("CacheParameterGroupName")
        place = f"{backend.region_name}:{backend.account_id}"
        group = {
            "CacheParameterGroupName": name,
            "CacheParameterGroupFamily": self._get_param("CacheParameterGroupFamily"),
            "Description": self._get_param("Description"),
            "IsGlobal": False,
            "ARN": f"arn:{backend.partition}:elasticache:{place}:parametergroup:{name}",
        }
        backend.parameter_groups[name] = {"group": group, "parameters": {}}
        backend.tagging_service.tag_resource(group["ARN"], self._get_param("Tags", []))
        return ActionResult({"CacheParameterGroup": group})

    def describe_cache_parameter_groups(self: Any) -> ActionResult:
        """DescribeCacheParameterGroups."""
        backend, name = self.elasticache_backend, self._get_param("CacheParameterGroupName")
        found = [backend.parameter_group(name)] if name else backend.parameter_groups.values()
        return PaginatedResult({"CacheParameterGroups": [one["group"] for one in found]})

    def modify_cache_parameter_group(self: Any) -> ActionResult:
        """ModifyCacheParameterGroup."""
        name = self._get_param("CacheParameterGroupName")
        parameters = self.elasticache_backend.parameter_group(name)["parameters"]
        for one in self._get_params().get("ParameterNameValues", []):
            parameters[one["ParameterName"]] = {**one, "Source": "user", "IsModifiable": True}
        return ActionResult({"CacheParameterGroupName": name})

    def describe_cache_parameters(self: Any) -> ActionResult:
        """DescribeCacheParameters, of the user's own: what a family brings is unknown here."""
        name = self._get_param("CacheParameterGroupName")
        parameters = self.elasticache_backend.parameter_group(name)["parameters"]
        return PaginatedResult({"Parameters": list(parameters.values())})

    def reset_cache_parameter_group(self: Any) -> ActionResult:
        """ResetCacheParameterGroup."""
        name = self._get_param("CacheParameterGroupName")
        parameters = self.elasticache_backend.parameter_group(name)["parameters"]
        for one in self._get_params().get("ParameterNameValues", []):
            parameters.pop(one["ParameterName"], None)
        return ActionResult({"CacheParameterGroupName": name})

    def delete_cache_parameter_group(self: Any) -> EmptyResult:
        """DeleteCacheParameterGroup."""
        backend, name = self.elasticache_backend, self._get_param("CacheParameterGroupName")
        backend.parameter_group(name)
        del backend.parameter_groups[name]
        return EmptyResult()

    def modify_cache_subnet_group(self: Any) -> ActionResult:
        """ModifyCacheSubnetGroup."""
        backend, name = self.elasticache_backend, self._get_param("CacheSubnetGroupName")
        if (group := backend.cache_subnet_groups.get(name)) is None:
            raise CacheSubnetGroupNotFound(name)
        group.__init__(
            backend.account_id,
            backend.region_name,
            name,
            self._get_param("CacheSubnetGroupDescription") or group.cache_subnet_group_description,
            self._get_param("SubnetIds") or group.subnet_ids,
            group.tags,
        )
        return ActionResult({"CacheSubnetGroup": group})

    def delete_cache_subnet_group(self: Any) -> EmptyResult:
        """DeleteCacheSubnetGroup."""
        groups, name = self.elasticache_backend.cache_subnet_groups, self._get_param("CacheSubnetGroupName")
        if groups.pop(name, None) is None:
            raise CacheSubnetGroupNotFound(name)
        return EmptyResult()


class ReplicationGroups(Patch, of=ElastiCacheBackend):
    """CreateReplicationGroup, ReplicationGroup (Amazon ElastiCache API Reference).

    moto counts one node whatever NumCacheClusters says, takes cluster mode from ClusterMode alone and not
    from the parameter group, tells no reader endpoint, has no cache cluster for a member, and keeps what is
    deleted.
    """

    def create_replication_group(self: Any, **given: Any) -> Any:
        """Create the group with all its members, each of which can be described."""
        named = self.parameter_groups.get(given["cache_parameter_group_name"], {"parameters": {}})
        enabled = named["parameters"].get("cluster-enabled", {}).get("ParameterValue") == "yes"
        if enabled:
            given["cluster_mode"] = "enabled"
        elif given["num_cache_clusters"]:
            given["replicas_per_node_group"] = given["num_cache_clusters"] - 1
        group = ReplicationGroups.moto.create_replication_group(self, **given)
        for node_group in group.node_groups:
            if reader := node_group.get("reader_endpoint_address"):
                node_group["reader_endpoint"] = {"address": reader, "port": node_group["port"]}
        for member in group.member_clusters:
            self.cache_clusters[member] = _member(self, member, given)
        return group

    def delete_replication_group(self: Any, replication_group_id: str, retain_primary_cluster: bool) -> Any:  # noqa: FBT001 - moto's own
        """Delete it, and its members with it."""
        group = ReplicationGroups.moto.delete_replication_group(
            self, replication_group_id, retain_primary_cluster
        )
        for member in group.member_clusters:
            self.cache_clusters.pop(member, None)
        return self.replication_groups.pop(replication_group_id)


def _member(backend: Any, name: str, group: dict[str, Any]) -> Any:
    shared = (
        *(
            "cache_node_type",
            "replication_group_id",
            "engine",
            "engine_version",
            "cache_parameter_group_name",
        ),
        *("cache_subnet_group_name", "transit_encryption_enabled", "network_type", "ip_discovery"),
        *("snapshot_name", "preferred_maintenance_window", "port", "notification_topic_arn"),
        *("auto_minor_version_upgrade", "snapshot_retention_limit", "snapshot_window", "auth_token"),
        *("cache_security_group_names", "security_group_ids", "snapshot_arns"),
    )
    absent = (
        *("az_mode", "preferred_availability_zone", "outpost_mode", "preferred_outpost_arn"),
        *("preferred_availability_zones", "tags", "preferred_outpost_arns", "log_delivery_configurations"),
        *("cache_node_ids_to_remove", "cache_node_ids_to_reboot"),
    )
    fields: dict[str, Any] = {**{field: group[field] for field in shared}, **dict.fromkeys(absent)}
    member: Any = CacheCluster(
        account_id=backend.account_id,
        region_name=backend.region_name,
        cache_cluster_id=name,
        num_cache_nodes=1,
        **fields,
    )
    member.num_cache_nodes = 1
    member.replication_group_id = group["replication_group_id"]
    member.snapshot_window = group["snapshot_window"]
    member.at_rest_encryption_enabled = group["at_rest_encryption_enabled"]
    member.transit_encryption_mode = group["transit_encryption_mode"]
    member.cache_parameter_group = {
        "CacheParameterGroupName": group["cache_parameter_group_name"],
        "ParameterApplyStatus": "in-sync",
    }
    ids = group["security_group_ids"] or []
    member.security_groups = [{"SecurityGroupId": one, "Status": "active"} for one in ids]
    return member
