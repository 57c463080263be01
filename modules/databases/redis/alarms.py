"""Dashboard widgets and alarms of Redis and Valkey on ElastiCache. Pure.

Metrics: "Metrics for Valkey and Redis OSS" (Amazon ElastiCache user guide).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...monitoring.metrics import MAX_METRICS, Metric, fewest, highest
from ...monitoring.monitored import AlarmRule, Monitored, Widget
from ...monitoring.resource_metrics import ResourceMetrics
from ..common.burstable import credits_alarm, is_burstable

# "Metrics for Valkey and Redis OSS", CurrConnections: 65,000 at most.
_MAX_CONNECTIONS = 65_000


def cache(*, key: str, node_ids: Sequence[str], node_type: str) -> Monitored:
    """A replication group, by its nodes. The hit rate has no alarm: queues and new caches have misses."""
    nodes = _NodeMetrics(node_ids)
    return Monitored(
        key=key,
        title=f"Cache {key}",
        group="database",
        widgets=(
            nodes.widget("Hit rate", "CacheHitRate", "Average", "%", in_overview=True),
            nodes.widget("Memory", "DatabaseMemoryUsagePercentage", "Maximum", "%", "memory"),
            nodes.widget("Evictions", "Evictions", "Sum", "a minute", "evictions"),
            nodes.widget("Connections", "CurrConnections", "Maximum", "connections", "connections"),
            nodes.widget("CPU", "EngineCPUUtilization", "Maximum", "%", "cpu"),
            *(
                (nodes.widget("Replica lag", "ReplicationLag", "Maximum", "seconds", "replica-lag"),)
                if len(node_ids) > 1
                else ()
            ),
        ),
        alarms=(
            *_alarms(nodes, replicated=len(node_ids) > 1),
            *(nodes.credits() if is_burstable(node_type) else ()),
        ),
    )


class _NodeMetrics:
    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = ids

    def metrics(self, name: str, statistic: str, period: int = 60) -> list[Metric]:
        return [
            ResourceMetrics("AWS/ElastiCache", {"CacheClusterId": node}, period=period).metric(
                name, statistic, f"node {place}"
            )
            for place, node in enumerate(self.ids, 1)
        ]

    def widget(self, title: str, name: str, statistic: str, unit: str, *alarms: str, **more: Any) -> Widget:
        return Widget(
            title=title, series=tuple(self.metrics(name, statistic)), unit=unit, alarms=alarms, **more
        )

    def rules(self, key: str, name: str, statistic: str, *, period: int = 60, **rule: Any) -> list[AlarmRule]:
        """One alarm on the maximum of all nodes; several if there are more than metric math allows."""
        parts = self._parts(self.metrics(name, statistic, period))
        return [
            AlarmRule(key=f"{key}{number}", series=highest(key, some), **rule)
            for number, some in parts.items()
        ]

    def missing(self) -> list[AlarmRule]:
        """The alarm on a single node that reports nothing, while others do."""
        parts = self._parts(self.metrics("CPUUtilization", "SampleCount"))
        return [
            AlarmRule(
                key=f"silent-node{number}",
                severity="warning",
                series=fewest("reports of each node", some),
                comparison="<",
                threshold=1,
                periods=5,
                missing_data="notBreaching",  # with no data at all, `silent` goes to ALARM
                description="A node of the cache has reported nothing for {minutes} minutes. ElastiCache "
                "replaces it; until then there is one fewer to fail over to.",
            )
            for number, some in parts.items()
        ]

    def credits(self) -> list[AlarmRule]:
        """The alarm on CPU credits, on the minimum of all nodes."""
        parts = self._parts(self.metrics("CPUCreditBalance", "Minimum", 300))
        return [credits_alarm(some, f"cpu-credits{number}") for number, some in parts.items()]

    def _parts(self, metrics: Sequence[Metric]) -> dict[str, dict[str, Metric]]:
        """The suffix of an alarm's key → as many metrics as metric math allows, by their ids."""
        return {
            f"-{start // MAX_METRICS + 1}" if start else "": {
                f"n{place}": one for place, one in enumerate(metrics[start : start + MAX_METRICS], 1)
            }
            for start in range(0, len(metrics), MAX_METRICS)
        }


def _alarms(nodes: _NodeMetrics, *, replicated: bool) -> Iterator[AlarmRule]:
    yield from nodes.rules(
        "memory",
        "DatabaseMemoryUsagePercentage",
        "Maximum",
        severity="critical",
        comparison=">",
        threshold=90,
        periods=5,
        missing_data="breaching",  # a node always reports it
        description="A node's memory is over {threshold} % full: soon keys are evicted or writes refused. "
        "Find keys without an expiry, or take a larger node.",
    )
    yield from nodes.rules(
        "silent",
        "CPUUtilization",
        "SampleCount",
        severity="critical",
        comparison="<",
        threshold=1,
        periods=5,
        missing_data="breaching",  # missing data is the condition of this alarm
        description="No node of the cache has reported anything for {minutes} minutes. Its events in "
        "ElastiCache say whether it fails over or is being replaced.",
        outage=True,
    )
    yield from nodes.rules(
        "evictions",
        "Evictions",
        "Sum",
        period=300,
        severity="warning",
        comparison=">",
        threshold=1_000,
        periods=3,
        missing_data="notBreaching",  # the alarm on memory covers missing data
        description="Over {threshold} keys in five minutes had to make room for others. Shorten expiries, "
        "or take a larger node.",
    )
    yield from nodes.rules(
        "connections",
        "CurrConnections",
        "Maximum",
        severity="warning",
        comparison=">",
        threshold=_MAX_CONNECTIONS * 8 // 10,
        periods=5,
        missing_data="notBreaching",
        description=f"Over {{threshold}} of the {_MAX_CONNECTIONS:,} connections a node accepts are "
        "taken. Look for a client that opens one for each request.",
    )
    yield from nodes.rules(
        "cpu",
        "EngineCPUUtilization",
        "Maximum",
        severity="warning",
        comparison=">",
        threshold=90,
        periods=5,
        missing_data="notBreaching",
        description="A node's engine, which runs on one core, has been at over {threshold} % for "
        "{minutes} minutes. The slow log names the commands.",
    )
    if replicated:
        yield from nodes.missing()
        yield from nodes.rules(
            "replica-lag",
            "ReplicationLag",
            "Maximum",
            severity="warning",
            comparison=">",
            threshold=10,
            periods=10,
            missing_data="notBreaching",  # the primary reports none
            description="A replica has been over {threshold} s behind for {minutes} minutes, and would "
            "lose as much on a failover. Look for bulk writes.",
        )
