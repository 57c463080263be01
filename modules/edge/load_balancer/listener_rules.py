"""Conditions and actions of listener rules."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.lb_listener_rule import (
    LbListenerRuleAction,
    LbListenerRuleActionForward,
    LbListenerRuleActionForwardStickiness,
    LbListenerRuleActionForwardTargetGroup,
    LbListenerRuleActionRedirect,
    LbListenerRuleCondition,
    LbListenerRuleConditionHostHeader,
    LbListenerRuleConditionHttpHeader,
    LbListenerRuleConditionPathPattern,
    LbListenerRuleConditionSourceIp,
)

from .listener_priorities import ListenerRule
from .settings import RedirectSettings


def conditions(rule: ListenerRule) -> list[LbListenerRuleCondition]:
    """Host, paths, source addresses and headers of a rule, as the provider's structs."""
    found = [LbListenerRuleCondition(host_header=LbListenerRuleConditionHostHeader(values=[rule.host]))]
    if rule.paths:
        paths = LbListenerRuleConditionPathPattern(values=list(rule.paths))
        found.append(LbListenerRuleCondition(path_pattern=paths))
    if rule.networks:
        source = LbListenerRuleConditionSourceIp(values=[str(one) for one in rule.networks])
        found.append(LbListenerRuleCondition(source_ip=source))
    for name, values in rule.headers.items():
        header = LbListenerRuleConditionHttpHeader(http_header_name=name, values=list(values))
        found.append(LbListenerRuleCondition(http_header=header))
    return found


def forward(target_groups: Sequence[str], stickiness: int | None) -> list[LbListenerRuleAction]:
    """Forwarding to one target group, or to the first of two, as the provider's structs."""
    if len(target_groups) == 1:
        return [LbListenerRuleAction(type="forward", target_group_arn=target_groups[0])]
    weighted = [
        LbListenerRuleActionForwardTargetGroup(arn=arn, weight=weight)
        for arn, weight in zip(target_groups, (100, 0), strict=True)
    ]
    # Without stickiness a client would alternate between two versions during a deployment.
    sticky = LbListenerRuleActionForwardStickiness(
        enabled=stickiness is not None, duration=stickiness or 3600
    )
    action = LbListenerRuleActionForward(target_group=weighted, stickiness=sticky)
    return [LbListenerRuleAction(type="forward", forward=action)]


def redirect(settings: RedirectSettings) -> list[LbListenerRuleAction]:
    """A redirect to the same path and query, unless the settings say another path."""
    action = LbListenerRuleActionRedirect(
        host=settings.to_host or "#{host}",
        path=settings.to_path or "/#{path}",
        query="#{query}",
        port="443",
        protocol="HTTPS",
        status_code="HTTP_301" if settings.permanent else "HTTP_302",
    )
    return [LbListenerRuleAction(type="redirect", redirect=action)]
