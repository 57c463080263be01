"""Rate limits, rule groups of one's own and bot control of a web ACL: rules, capacity, refusals."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any

import pytest

from modules.edge.web_acl.alarms import MonitoredGroup, web_acl_monitored
from modules.edge.web_acl.rule_group_settings import (
    INCLUDED_CAPACITY,
    CountryMatch,
    GroupRule,
    HeaderMatch,
    PathMatch,
    PatternMatch,
    RuleGroup,
)
from modules.edge.web_acl.rules import rules
from modules.edge.web_acl.settings import (
    API_GROUPS,
    BotControl,
    ManagedRuleGroup,
    RateLimit,
    WebAclSettings,
)
from modules.edge.web_acl.statements import rule
from modules.errors import ProblemsError
from modules.monitoring.metrics import Metric

Json = dict[str, Any]
PER_ADDRESS = RateLimit(name="per-address", requests=10_000)
FORWARDED = RateLimit(name="client", requests=600, forwarded_header="X-Forwarded-For", window=60)
SCANNERS = PathMatch(value="/wp-")
GROUP = RuleGroup(rules={"scanners": GroupRule(matches=(SCANNERS,))})


def acl(**fields: Any) -> WebAclSettings:
    return WebAclSettings(**{"scope": "REGIONAL", "groups": (), "rate_limits": (), **fields})


def test_a_forwarded_address_is_limited_beside_that_of_the_connection() -> None:
    settings = acl(rate_limits=(PER_ADDRESS, FORWARDED))
    by_address, forwarded = (one.statement["rate_based_statement"] for one in rules(settings, {}))
    assert (by_address["aggregate_key_type"], "forwarded_ip_config" in by_address) == ("IP", False)
    assert forwarded["aggregate_key_type"] == "FORWARDED_IP"
    assert forwarded["forwarded_ip_config"] == {
        "header_name": "X-Forwarded-For",
        "fallback_behavior": "MATCH",
    }


def test_ones_own_groups_are_asked_before_the_managed_ones_and_bots_last() -> None:
    settings = acl(
        rate_limits=(PER_ADDRESS,),
        groups=(ManagedRuleGroup(name="AWSManagedRulesLinuxRuleSet"),),
        rule_groups={"shop": GROUP},
        bot_control=BotControl(),
    )
    made = rules(settings, {}, {"shop": "arn:group"})
    assert [(one.name, one.action, one.group) for one in made] == [
        ("rate-per-address", "block", False),
        ("own-shop", "block", True),
        ("Linux", "block", True),
        ("BotControl", "count", True),
    ]
    assert made[1].statement == {"rule_group_reference_statement": {"arn": "arn:group"}}
    counting = rules(acl(rule_groups={"shop": GROUP}, count_all=True), {}, {"shop": "arn:group"})
    assert [one.action for one in counting] == ["count"]


def test_bots_are_looked_at_as_far_as_settings_say() -> None:
    (common,) = rules(acl(bot_control=BotControl(path_prefix="/Login")), {})
    statement = common.statement["managed_rule_group_statement"]
    assert statement["managed_rule_group_configs"] == [
        {"aws_managed_rules_bot_control_rule_set": {"inspection_level": "COMMON"}}
    ]
    assert statement["scope_down_statement"]["byte_match_statement"]["search_string"] == "/login"
    targeted = BotControl(level="TARGETED", action="block", machine_learning=False)
    (blocking,) = rules(acl(bot_control=targeted), {})
    (config,) = blocking.statement["managed_rule_group_statement"]["managed_rule_group_configs"]
    assert config["aws_managed_rules_bot_control_rule_set"] == {
        "inspection_level": "TARGETED",
        "enable_machine_learning": False,
    }
    assert blocking.action == "block"


def test_a_new_rule_counts_until_settings_say_why_it_blocks() -> None:
    assert GroupRule(matches=(SCANNERS,)).action == "count"
    assert GroupRule(matches=(SCANNERS,), blocks_because="two weeks of scanners alone").action == "block"


def test_statements_search_what_is_decoded_and_in_lower_case() -> None:
    match = rule("scanners", GroupRule(matches=(PathMatch(value="/WP-", position="EXACTLY"),)), {})
    assert match == {
        "byte_match_statement": {
            "field_to_match": {"uri_path": {}},
            "positional_constraint": "EXACTLY",
            "search_string": "/wp-",
            "text_transformation": [
                {"priority": 0, "type": "URL_DECODE"},
                {"priority": 1, "type": "LOWERCASE"},
            ],
        }
    }


def test_all_matches_of_a_rule_must_match() -> None:
    settings = GroupRule(
        matches=(
            CountryMatch(countries=("GB", "IE"), negated=True),
            HeaderMatch(header="user-agent", value="Curl", position="CONTAINS"),
            PatternMatch(patterns=("^/admin", r"\.php$")),
            PatternMatch(patterns=("select",), searched="query"),
            PatternMatch(patterns=("^bad",), header="referer"),
        )
    )
    sets = {f"odd-{number}": f"arn:{number}" for number in (3, 4, 5)}
    country, header, path, query, referer = rule("odd", settings, sets)["and_statement"]["statement"]
    assert country == {
        "not_statement": {"statement": [{"geo_match_statement": {"country_codes": ["GB", "IE"]}}]}
    }
    searched = header["byte_match_statement"]
    assert searched["field_to_match"] == {"single_header": {"name": "user-agent"}}
    assert (searched["search_string"], searched["text_transformation"]) == (
        "curl",
        [{"priority": 0, "type": "LOWERCASE"}],
    )
    fields = [
        (
            one["regex_pattern_set_reference_statement"]["arn"],
            one["regex_pattern_set_reference_statement"]["field_to_match"],
        )
        for one in (path, query, referer)
    ]
    assert fields == [
        ("arn:3", {"uri_path": {}}),
        ("arn:4", {"query_string": {}}),
        ("arn:5", {"single_header": {"name": "referer"}}),
    ]


# AWS WAF developer guide, "Using match rule statements in AWS WAF" and "Rate-based rule statement".
@pytest.mark.parametrize(
    ("capacity", "units"),
    [
        (PathMatch(value="/a").capacity, 2 + 10 + 10),
        (PathMatch(value="a", position="CONTAINS").capacity, 10 + 10 + 10),
        (HeaderMatch(header="host", value="a").capacity, 2 + 10),
        (HeaderMatch(header="host", value="a", position="CONTAINS").capacity, 10 + 10),
        (CountryMatch(countries=("GB", "ES")).capacity, 1),
        (PatternMatch(patterns=("a", "b")).capacity, 25 + 10 + 10),
        (GroupRule(matches=(SCANNERS, CountryMatch(countries=("GB",)))).capacity, 22 + 1),
        (RateLimit(name="all", requests=100).capacity, 2),
        (RateLimit(name="login", requests=100, path_prefix="/login").capacity, 2 + 22),
        (acl(bot_control=BotControl()).capacity, 50),
        (acl(bot_control=BotControl(path_prefix="/login")).capacity, 50 + 22),
        (acl(rule_groups={"shop": GROUP}).capacity, 22),
        (acl(rule_groups={"shop": RuleGroup(rules=GROUP.rules, capacity=100)}).capacity, 100),
        (acl(allowed=(IPv4Network("192.0.2.0/24"),)).capacity, 1),
        (acl(rate_limits=(PER_ADDRESS,), groups=API_GROUPS[:2]).capacity, 2 + 25 + 700),
    ],
)
def test_capacity_is_as_in_awss_table(capacity: int, units: int) -> None:
    assert capacity == units


def test_capacity_that_costs_more_has_its_reason() -> None:
    dear: Json = {"rule_groups": {"shop": RuleGroup(rules=GROUP.rules, capacity=INCLUDED_CAPACITY)}}
    assert acl(**dear).capacity == INCLUDED_CAPACITY
    with pytest.raises(
        ProblemsError, match=r"groups: got 1502 capacity units; allowed: at most 1500, or 5000"
    ):
        acl(**dear, rate_limits=(PER_ADDRESS,))
    assert acl(**dear, rate_limits=(PER_ADDRESS,), capacity_reason="a shop of its own").capacity == 1502
    most = {"shop": RuleGroup(rules=GROUP.rules, capacity=5_000)}
    with pytest.raises(ProblemsError, match="got 5002 capacity units"):
        acl(rule_groups=most, rate_limits=(PER_ADDRESS,), capacity_reason="a shop of its own")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: acl(rate_limits=(FORWARDED,)),
            "rate_limits: got client by a header alone, which a client may leave out or forge; allowed:",
        ),
        (
            lambda: acl(rate_limits=(FORWARDED, RateLimit(name="login", requests=10, path_prefix="/login"))),
            "rate_limits: got client by a header alone",
        ),
        (
            lambda: RateLimit(name="a", requests=10, forwarded_header="X Y"),
            "RateLimit.forwarded_header: got 'X Y'",
        ),
        (lambda: acl(rule_groups={"Shop": GROUP}), "rule_groups: got 'Shop'; allowed: lower-case words"),
        (lambda: BotControl(path_prefix="login"), "BotControl.path_prefix: got 'login'"),
        (
            lambda: acl(
                denied=tuple(IPv4Network(number + 2**24).supernet(new_prefix=32) for number in range(10_001))
            ),
            "denied: got 10001; allowed: at most 10000",
        ),
        (lambda: PathMatch(value="wp-"), "PathMatch.value: got 'wp-'; allowed: a path that begins with /"),
        (lambda: PathMatch(value=""), "PathMatch.value: got ''"),
        (lambda: HeaderMatch(header="User-Agent", value="x"), "HeaderMatch.header: got 'User-Agent'"),
        (lambda: CountryMatch(countries=("uk",)), "CountryMatch.countries.0: got 'uk'"),
        (lambda: CountryMatch(countries=()), "CountryMatch.countries: got ()"),
        (lambda: PatternMatch(patterns=tuple("abcdefghijk")), "PatternMatch.patterns: got"),
        (lambda: PatternMatch(patterns=("(",)), "patterns: got '('; allowed: a regular expression"),
        (lambda: PatternMatch(patterns=(r"(a)\1",)), r"patterns: got \1 in '(a)\\1'; allowed: no reference"),
        (lambda: PatternMatch(patterns=("a++",)), "patterns: got ++ in 'a++'"),
        (lambda: PatternMatch(patterns=("^/Admin",)), "patterns: got '^/Admin'; allowed: lower case"),
        (lambda: GroupRule(matches=()), "GroupRule.matches: got ()"),
        (
            lambda: GroupRule(matches=(SCANNERS,), blocks_because=" "),
            "blocks_because: got ' '; allowed: one line",
        ),
        (lambda: RuleGroup(rules={}), "RuleGroup.rules: got no rule"),
        (lambda: RuleGroup(rules={"A": GroupRule(matches=(SCANNERS,))}), "RuleGroup.rules: got 'A'"),
        (
            lambda: RuleGroup(rules=GROUP.rules, capacity=21),
            "RuleGroup.capacity: got rules of 22 capacity units; allowed: at most 21",
        ),
    ],
)
def test_rules_that_aws_would_refuse_are_refused(make: Callable[[], object], said: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        make()
    assert said in str(raised.value)


def test_classes_of_characters_in_capitals_are_no_capitals() -> None:
    assert PatternMatch(patterns=(r"^/\D+\.php$", "(?:a|b)(?=c)")).capacity


@pytest.mark.parametrize("region", ["eu-west-1", None])
def test_ones_own_rules_are_on_the_dashboard_and_those_that_block_have_an_alarm(
    region: str | None,
) -> None:
    blocking = GroupRule(matches=(SCANNERS,), blocks_because="two weeks of scanners alone")
    group = RuleGroup(rules={"new": GroupRule(matches=(SCANNERS,)), "old": blocking})
    watched = web_acl_monitored(
        key="firewall", name="shop", region=region, groups={"paths": MonitoredGroup("shop-paths", group)}
    )
    assert [alarm.key for alarm in watched.alarms] == ["blocked", "paths-old"]
    widget = watched.widgets[-1]
    assert (widget.title, widget.alarms) == ("Rules of paths", ("paths-old",))
    shown = [(one.name, dict(one.dimensions)) for one in widget.series if isinstance(one, Metric)]
    place = {"Region": region} if region else {}
    assert shown == [
        ("CountedRequests", {"RuleGroup": "shop-paths", "Rule": "new", **place}),
        ("BlockedRequests", {"RuleGroup": "shop-paths", "Rule": "old", **place}),
    ]
    assert all(one.in_global_region == (region is None) for one in widget.series)
