"""Dashboard widgets and alarms of web ACLs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ...monitoring.metrics import Metric
from ...monitoring.monitored import AlarmRule, Monitored, Widget
from ...monitoring.resource_metrics import ResourceMetrics
from .rule_group_settings import RuleGroup

# Metrics: AWS WAF developer guide, "AWS WAF metrics and dimensions".
_PERIOD = 300


class MonitoredGroup(NamedTuple):
    """A rule group of one's own, and the name of its metrics."""

    metric_name: str
    settings: RuleGroup


Groups = Mapping[str, MonitoredGroup]


def web_acl_monitored(*, key: str, name: str, region: str | None, groups: Groups | None = None) -> Monitored:
    """A web ACL; `region` is None for scope CLOUDFRONT, whose metrics have no dimension Region.

    `groups` are its own rule groups; a rule that blocks has an alarm.
    """
    dimensions = {"WebACL": name, "Rule": "ALL", **({"Region": region} if region else {})}
    acl = ResourceMetrics("AWS/WAFV2", dimensions, period=_PERIOD, in_global_region=region is None)
    blocked = acl.metric("BlockedRequests", "Sum", "blocked")
    counted = acl.metric("CountedRequests", "Sum", "counted")
    allowed = acl.metric("AllowedRequests", "Sum", "allowed")
    return Monitored(
        key=key,
        title="Firewall" if region else "Firewall of the website",
        group="api" if region else "frontend",
        widgets=(
            Widget(
                title="Requests by verdict",
                series=(blocked, counted, allowed),
                unit="in 5 minutes",
                alarms=("blocked",),
                width=12,
                in_overview=True,
            ),
            *_group_widgets(groups or {}, region),
        ),
        alarms=(
            AlarmRule(
                key="blocked",
                severity="warning",
                series=blocked,
                comparison=">",
                threshold=1_000,
                periods=2,
                missing_data="notBreaching",  # reported only when something was blocked
                description="Over {threshold} requests in five minutes are blocked: an attack, or a rule "
                "that stops customers. The firewall's log names the rule and the addresses.",
            ),
            *_group_alarms(groups or {}, region),
        ),
    )


def _group_widgets(groups: Groups, region: str | None) -> Iterator[Widget]:
    for name, group in groups.items():
        rules = group.settings.rules.items()
        yield Widget(
            title=f"Rules of {name}",
            series=tuple(_matched(group, rule, region) for rule, _ in rules),
            unit="in 5 minutes",
            alarms=tuple(f"{name}-{rule}" for rule, one in rules if one.action == "block"),
            width=12,
        )


def _group_alarms(groups: Groups, region: str | None) -> Iterator[AlarmRule]:
    for name, group in groups.items():
        for rule, one in group.settings.rules.items():
            if one.action == "block":
                yield AlarmRule(
                    key=f"{name}-{rule}",
                    severity="warning",
                    series=_matched(group, rule, region),
                    comparison=">",
                    threshold=100,
                    periods=2,
                    missing_data="notBreaching",  # reported only when something was blocked
                    description=f"The rule {rule} blocks over {{threshold}} requests in five minutes: what "
                    "it is for, or customers. The firewall's log shows their paths and addresses. Without "
                    "blocks_because the rule counts again.",
                )


def _matched(group: MonitoredGroup, rule: str, region: str | None) -> Metric:
    blocks = group.settings.rules[rule].action == "block"
    dimensions = {"RuleGroup": group.metric_name, "Rule": rule, **({"Region": region} if region else {})}
    metrics = ResourceMetrics("AWS/WAFV2", dimensions, period=_PERIOD, in_global_region=region is None)
    name = "BlockedRequests" if blocks else "CountedRequests"
    return metrics.metric(name, "Sum", f"{rule} {'blocked' if blocks else 'counted'}")
