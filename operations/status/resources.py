"""The databases, caches and alarms of a stack, by the names of its JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from operations.synthesized import SynthesizedStack

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Store:
    """A database or a cache."""

    name: str
    engine: str
    version: str
    status: str
    pending: tuple[str, ...]  # what AWS wants to do to it, such as system-update


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alarm that rings."""

    name: str
    since: str
    reason: str


def databases(stack: SynthesizedStack, rds: Any) -> list[Store]:
    """Instances, and clusters, that are deployed."""
    pending = _pending(rds)
    found = []
    for body in stack.resources("aws_db_instance").values():
        name = stack.value(body["identifier"])
        try:
            (one,) = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        except rds.exceptions.DBInstanceNotFoundFault:
            continue
        found.append(_database(name, one, one["DBInstanceStatus"], pending.get(one["DBInstanceArn"], ())))
    for body in stack.resources("aws_rds_cluster").values():
        name = stack.value(body["cluster_identifier"])
        try:
            (one,) = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
        except rds.exceptions.DBClusterNotFoundFault:
            continue
        found.append(_database(name, one, one["Status"], pending.get(one["DBClusterArn"], ())))
    return found


def caches(stack: SynthesizedStack, elasticache: Any) -> list[Store]:
    """Replication groups that are deployed."""
    found = []
    for body in stack.resources("aws_elasticache_replication_group").values():
        name = stack.value(body["replication_group_id"])
        try:
            (one,) = elasticache.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"]
        except elasticache.exceptions.ReplicationGroupNotFoundFault:
            continue
        found.append(
            Store(
                name=name,
                engine=str(one.get("Engine") or body.get("engine", "redis")),
                version=_cache_version(elasticache, one) or str(body.get("engine_version", "")),
                status=one["Status"],
                pending=tuple(one.get("PendingModifiedValues") or ()),
            )
        )
    return found


def ringing(stack: SynthesizedStack, cloudwatch: Any) -> list[Alarm]:
    """The stack's alarms in state ALARM; of metrics and composite ones."""
    kinds = ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
    names = {stack.value(body["alarm_name"]) for kind in kinds for body in stack.resources(kind).values()}
    if not names:
        return []
    pages = cloudwatch.get_paginator("describe_alarms").paginate(
        StateValue="ALARM", AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    found = [
        one for page in pages for kind in ("MetricAlarms", "CompositeAlarms") for one in page.get(kind, [])
    ]
    return [
        Alarm(
            name=one["AlarmName"],
            since=f"{one['StateUpdatedTimestamp']:%Y-%m-%d %H:%M}",
            reason=one.get("StateReason", ""),
        )
        for one in sorted(found, key=lambda one: str(one["AlarmName"]))
        if one["AlarmName"] in names
    ]


def _database(name: str, one: Json, status: str, pending: tuple[str, ...]) -> Store:
    waiting = (*pending, *(one.get("PendingModifiedValues") or ()))
    return Store(
        name=name, engine=one["Engine"], version=one["EngineVersion"], status=status, pending=waiting
    )


def _pending(rds: Any) -> dict[str, tuple[str, ...]]:
    """The pending maintenance of each database of the account, by ARN."""
    pages = rds.get_paginator("describe_pending_maintenance_actions").paginate()
    return {
        one["ResourceIdentifier"]: tuple(_actions(one))
        for page in pages
        for one in page["PendingMaintenanceActions"]
    }


def _actions(one: Json) -> Iterator[str]:
    yield from (each["Action"] for each in one["PendingMaintenanceActionDetails"])


def _cache_version(elasticache: Any, group: Json) -> str | None:
    for member in group.get("MemberClusters") or ():
        found = elasticache.describe_cache_clusters(CacheClusterId=member)["CacheClusters"]
        return str(found[0]["EngineVersion"]) if found and "EngineVersion" in found[0] else None
    return None
