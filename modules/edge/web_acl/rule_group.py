"""A rule group of AWS WAF of one's own, with its pattern sets."""

from __future__ import annotations

from cdktf import TerraformProvider, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.wafv2_regex_pattern_set import (
    Wafv2RegexPatternSet,
    Wafv2RegexPatternSetRegularExpression,
)
from cdktf_cdktf_provider_aws.wafv2_rule_group import (
    Wafv2RuleGroup,
    Wafv2RuleGroupRule,
    Wafv2RuleGroupRuleAction,
    Wafv2RuleGroupRuleActionBlock,
    Wafv2RuleGroupRuleActionCount,
    Wafv2RuleGroupRuleVisibilityConfig,
    Wafv2RuleGroupVisibilityConfig,
)
from constructs import Construct

from ...context import Context
from ...naming import Limit
from .rule_group_settings import GroupRule, PatternMatch, RuleGroup
from .statements import pattern_key, rule


class OwnRuleGroup(Construct):
    """The rule group of a web ACL.

    Creates: a regex pattern set for each pattern match; the rule group. A rule over its capacity replaces it:
    the new group stands before the web ACL leaves the old one.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        name: str,
        scope_of_acl: str,
        settings: RuleGroup,
        provider: TerraformProvider | None,
    ) -> None:
        super().__init__(scope, id)
        self._context, self._name, self._scope, self._provider = context, name, scope_of_acl, provider
        sets = self._create_pattern_sets(settings)
        prefix = context.naming.prefix(Limit.WEB_ACL, name)
        self.metric_name = prefix.removesuffix("-")
        self._group = Wafv2RuleGroup(
            self,
            "Default",
            # A name of its own for each, since the old group stands until the web ACL has left it.
            name_prefix=prefix,
            scope=scope_of_acl,
            capacity=settings.reserved,
            rule=[
                _rule(key, one, priority, sets) for priority, (key, one) in enumerate(settings.rules.items())
            ],
            visibility_config=Wafv2RuleGroupVisibilityConfig(
                cloudwatch_metrics_enabled=True,
                metric_name=self.metric_name,
                sampled_requests_enabled=True,
            ),
            provider=provider,
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )

    @property
    def arn(self) -> str:
        """The ARN of the rule group."""
        return str(self._group.arn)

    def _create_pattern_sets(self, settings: RuleGroup) -> dict[str, str]:
        return {
            pattern_key(name, place): self._create_pattern_set(pattern_key(name, place), match)
            for name, one in settings.rules.items()
            for place, match in enumerate(one.matches)
            if isinstance(match, PatternMatch)
        }

    def _create_pattern_set(self, key: str, match: PatternMatch) -> str:
        made = Wafv2RegexPatternSet(
            self,
            key,
            name=self._context.naming.of(Limit.WEB_ACL, self._name, key),
            scope=self._scope,
            regular_expression=[
                Wafv2RegexPatternSetRegularExpression(regex_string=pattern) for pattern in match.patterns
            ],
            provider=self._provider,
            # A pattern set that a rule refers to can't be deleted.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
        return str(made.arn)


def _rule(name: str, settings: GroupRule, priority: int, sets: dict[str, str]) -> Wafv2RuleGroupRule:
    action = (
        Wafv2RuleGroupRuleAction(block=Wafv2RuleGroupRuleActionBlock())
        if settings.action == "block"
        else Wafv2RuleGroupRuleAction(count=Wafv2RuleGroupRuleActionCount())
    )
    return Wafv2RuleGroupRule(
        name=name,
        priority=priority,
        statement=rule(name, settings, sets),
        action=action,
        visibility_config=Wafv2RuleGroupRuleVisibilityConfig(
            cloudwatch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
        ),
    )
