"""Conditions and actions of listener rules."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.lb_listener_rule import (
    LbListenerRuleAction,
    LbListenerRuleActionForward,
    LbListenerRuleActionForwardStickiness,
    LbListenerRuleActionForwardTargetGroup,
    LbListenerRuleCondition,
    LbListenerRuleConditionHostHeader,
    LbListenerRuleConditionPathPattern,
)

from .listener_priorities import ListenerRule


def conditions(rule: ListenerRule) -> list[LbListenerRuleCondition]:
    """The conditions of a rule: host header, and path patterns if set."""
    host = LbListenerRuleCondition(host_header=LbListenerRuleConditionHostHeader(values=[rule.host]))
    if not rule.paths:
        return [host]
    paths = LbListenerRuleConditionPathPattern(values=list(rule.paths))
    return [host, LbListenerRuleCondition(path_pattern=paths)]


def forward(target_groups: Sequence[str], stickiness: int | None) -> list[LbListenerRuleAction]:
    """The forward action: to one target group, or to two with weights, which ECS changes."""
    if len(target_groups) == 1:
        return [LbListenerRuleAction(type="forward", target_group_arn=target_groups[0])]
    weighted = [
        LbListenerRuleActionForwardTargetGroup(arn=arn, weight=weight)
        for arn, weight in zip(target_groups, (100, 0), strict=True)
    ]
    # Without stickiness a client would alternate between two versions during a deployment.
    sticky = LbListenerRuleActionForwardStickiness(
        enabled=stickiness is not None, duration=min(stickiness or 3600, 604_800)
    )
    action = LbListenerRuleActionForward(target_group=weighted, stickiness=sticky)
    return [LbListenerRuleAction(type="forward", forward=action)]
