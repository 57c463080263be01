"""A web ACL with rule groups of its own, applied, changed and emptied: nothing left to do afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.edge.web_acl.rule_group_settings import (
    CountryMatch,
    GroupRule,
    HeaderMatch,
    PathMatch,
    PatternMatch,
    RuleGroup,
)
from modules.edge.web_acl.settings import BotControl, RateLimit, WebAclSettings
from operations.terraform import Terraform

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
SCANNERS = GroupRule(
    matches=(
        PatternMatch(patterns=(r"\.php$", "^/wp-")),
        HeaderMatch(header="user-agent", value="scan", position="CONTAINS", negated=True),
    )
)
ABROAD = GroupRule(
    matches=(CountryMatch(countries=("GB", "ES"), negated=True), PathMatch(value="/admin")),
    blocks_because="the office is in these two",
)
RESERVED = 500
LIMITS = (
    RateLimit(name="per-address", requests=10_000),
    RateLimit(name="client", requests=600, forwarded_header="X-Forwarded-For", window=60),
    RateLimit(name="login", requests=20, path_prefix="/login", window=60),
)


def test_rule_groups_are_created_replaced_and_removed(
    emulator: Emulator, terraform: Terraform, tmp_path: Path, synthesize_module: Callable[..., Any]
) -> None:
    wafv2 = emulator.client("wafv2", REGION)
    watched: list[Any] = []

    # Terraform plans a rule of a web ACL in half a second: those of every kind are applied once, at the end.
    def apply(
        *, limits: Sequence[RateLimit] = LIMITS[:1], bots: BotControl | None = None, **groups: RuleGroup
    ) -> None:
        from modules.edge.web_acl.web_acl import WebAcl

        settings = WebAclSettings(
            scope="REGIONAL", rate_limits=tuple(limits), rule_groups=groups, bot_control=bots, groups=()
        )

        def fill(stack: Any, context: Any) -> None:
            made = WebAcl(stack, "firewall", context=context, name="api", settings=settings)
            watched.append(made.monitored)

        synthesize_module(fill, tmp_path)
        terraform.init()
        terraform.apply()
        assert terraform.plan().empty

    def held() -> list[Any]:
        found = wafv2.list_rule_groups(Scope="REGIONAL")["RuleGroups"]
        return [wafv2.get_rule_group(ARN=one["ARN"])["RuleGroup"] for one in found]

    # Within a capacity that is reserved, the group is changed in place.
    apply(shop=RuleGroup(rules={"abroad": ABROAD}, capacity=RESERVED))
    (first,) = held()
    apply(shop=RuleGroup(rules={"scanners": SCANNERS, "abroad": ABROAD}, capacity=RESERVED))
    (before,) = held()
    assert before["ARN"] == first["ARN"]
    actions = {one["Name"]: [*one["Action"]] for one in before["Rules"]}
    assert actions == {"scanners": ["Count"], "abroad": ["Block"]}
    # What the alarms and the dashboard ask for.
    (alarm,) = [one for one in watched[-1].alarms if one.key == "shop-abroad"]
    assert alarm.series.dimensions["RuleGroup"] == before["VisibilityConfig"]["MetricName"]
    (patterns,) = wafv2.list_regex_pattern_sets(Scope="REGIONAL")["RegexPatternSets"]
    assert patterns["ARN"] in str(before["Rules"])

    # Another capacity replaces the group, and the pattern set of a rule that is gone goes after it.
    apply(shop=RuleGroup(rules={"abroad": ABROAD}))
    (after,) = held()
    assert after["Capacity"] < before["Capacity"]
    assert after["ARN"] != before["ARN"]
    assert wafv2.list_regex_pattern_sets(Scope="REGIONAL")["RegexPatternSets"] == []

    apply(limits=LIMITS, bots=BotControl())
    assert held() == []
