"""Settings of load balancers, websites and web ACLs: what is refused, and in which words."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network
from typing import Any

import pytest

from modules.edge.load_balancer.settings import HealthCheckSettings, LoadBalancerSettings, TargetSettings
from modules.edge.web_acl.rules import rules
from modules.edge.web_acl.settings import (
    API_GROUPS,
    WEBSITE_GROUPS,
    ManagedRuleGroup,
    RateLimit,
    WebAclSettings,
    addresses_by_version,
)
from modules.edge.website.settings import (
    DAY,
    ENTRY_PAGE,
    HASHED_ASSETS,
    CacheBehavior,
    SecurityHeaders,
    WebsiteSettings,
)
from modules.errors import ProblemsError
from modules.settings import collecting_problems

DENIED = IPv4Network("192.0.2.0/24")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: LoadBalancerSettings(idle_timeout=4001), "LoadBalancerSettings.idle_timeout: got 4001"),
        (
            lambda: LoadBalancerSettings(tls_policy=_any("2016-08")),
            "LoadBalancerSettings.tls_policy: got '2016-08'",
        ),
        (lambda: HealthCheckSettings(timeout=30), "timeout: got 30; allowed: less than the interval of 30"),
        (
            lambda: HealthCheckSettings(path="health"),
            "path: got 'health'; allowed: a path that begins with /",
        ),
        (
            lambda: TargetSettings(slow_start=60, algorithm="weighted_random"),
            "slow_start: got slow start with weighted_random",
        ),
        (
            lambda: TargetSettings(allowed_networks=(IPv4Network("0.0.0.0/0"),)),
            "allowed_networks: got 0.0.0.0/0; allowed: one network or more, of known people; None",
        ),
        (lambda: TargetSettings(allowed_networks=()), "allowed_networks: got no network"),
        (
            lambda: WebsiteSettings(ttl=-1),
            "WebsiteSettings.ttl: got -1; allowed: 0 or more; raise it",
        ),
        (
            lambda: CacheBehavior(name="a", path="/a/*", ttl=-5),
            "CacheBehavior.ttl: got -5; allowed: 0 or more; raise it",
        ),
        (lambda: CacheBehavior(name="a b", path="/a", ttl=1), "name: got 'a b'; allowed: lower-case words"),
        (
            lambda: CacheBehavior(name="a", path="/a b", ttl=1),
            "CacheBehavior.a: got '/a b'; allowed: a path",
        ),
        (
            lambda: WebsiteSettings(behaviors=(HASHED_ASSETS, HASHED_ASSETS)),
            "behaviors: got 'assets' twice; allowed: each once",
        ),
        (lambda: WebsiteSettings(domains=("a.example.com",) * 2), "domains: got 'a.example.com' twice"),
        (
            lambda: WebsiteSettings(domains=("Example",)),
            "domains.0: got 'Example'; allowed: a domain in lower case",
        ),
        (lambda: WebsiteSettings(index_document="/index.html"), "index_document: got '/index.html'"),
        (
            lambda: WebsiteSettings(allowed_countries=("uk ",)),
            "WebsiteSettings.allowed_countries.0: got 'uk '",
        ),
        (lambda: SecurityHeaders(preload=True, include_subdomains=False), "preload: got preload alone"),
        (lambda: SecurityHeaders(permissions={"camera": ("all",)}), "permissions: got camera=['all']"),
        (
            lambda: ManagedRuleGroup(name="AWSManagedRulesCommonRules"),
            "ManagedRuleGroup.name: got 'AWSManagedRulesCommonRules'; allowed: AWSManagedRulesCommonRuleSet,",
        ),
        (lambda: RateLimit(name="a", requests=9), "RateLimit.requests: got 9; allowed: 10 or more; raise it"),
        (lambda: RateLimit(name="a", requests=10, path_prefix="login"), "path_prefix: got 'login'"),
        (
            lambda: WebAclSettings(scope="REGIONAL", groups=(*API_GROUPS, API_GROUPS[0])),
            "groups: got AWSManagedRulesAmazonIpReputationList twice",
        ),
        (
            lambda: WebAclSettings(scope="REGIONAL", allowed=(DENIED,), denied=(DENIED,)),
            "denied: got 192.0.2.0/24 in allowed too",
        ),
        (
            lambda: WebAclSettings(scope="REGIONAL", allowed=(IPv4Network("0.0.0.0/0"),)),
            "allowed: got 0.0.0.0/0; allowed: /1 to a single address",
        ),
    ],
)
def test_what_aws_refuses_is_refused_by_name(make: Callable[[], object], said: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        make()
    assert said in str(raised.value)


def _any(value: str) -> Any:
    return value


def test_all_problems_are_told_at_once() -> None:
    def make() -> None:
        with collecting_problems():
            WebsiteSettings(ttl=-1, log_retention_days=0)
            RateLimit(name="a", requests=1)
            HealthCheckSettings(path="x")
            HealthCheckSettings(timeout=60)

    with pytest.raises(ProblemsError) as raised:
        make()
    assert len(raised.value.problems) == 5


def test_a_day_in_the_cache_unless_set_otherwise() -> None:
    assert WebsiteSettings().ttl == DAY == 86_400
    assert HASHED_ASSETS.browser == "public, max-age=31536000, immutable"
    assert ENTRY_PAGE.browser == "no-cache"


def test_presets_stay_within_what_costs_nothing_extra() -> None:
    for groups in (API_GROUPS, WEBSITE_GROUPS):
        limits = tuple(RateLimit(name=f"limit-{number}", requests=100) for number in range(5))
        assert WebAclSettings(scope="REGIONAL", groups=groups, rate_limits=limits).capacity <= 1_500


def test_rules_are_asked_from_allowed_to_managed() -> None:
    settings = WebAclSettings(
        scope="REGIONAL",
        allowed=(IPv4Network("198.51.100.7/32"),),
        denied=(DENIED, IPv6Network("2001:db8::/32")),
    )
    made = rules(settings, {"allowed-ipv4": "a", "denied-ipv4": "b", "denied-ipv6": "c"})
    assert [rule.name for rule in made] == [
        *("allowed-ipv4", "denied-ipv4", "denied-ipv6", "rate-per-address"),
        *("AmazonIpReputation", "Common", "KnownBadInputs", "SQLi", "Linux"),
    ]
    assert [rule.action for rule in made] == ["allow", *["block"] * 8]
    large_bodies = made[5].statement["managed_rule_group_statement"]["rule_action_override"]
    counted = ("SizeRestrictions_BODY", "SizeRestrictions_QUERYSTRING")
    assert large_bodies == [{"name": name, "action_to_use": {"count": {}}} for name in counted]


def test_counting_everything_stops_nobody() -> None:
    settings = WebAclSettings(scope="REGIONAL", denied=(DENIED,), count_all=True)
    assert {rule.action for rule in rules(settings, {"denied-ipv4": "b"})} == {"count"}


def test_a_rate_limit_below_a_path_counts_that_path_alone() -> None:
    limit = RateLimit(name="login", requests=20, window=60, path_prefix="/Login", action="count")
    (rule,) = rules(WebAclSettings(scope="REGIONAL", groups=(), rate_limits=(limit,)), {})
    statement = rule.statement["rate_based_statement"]
    assert (statement["limit"], statement["evaluation_window_sec"], rule.action) == (20, 60, "count")
    match = statement["scope_down_statement"]["byte_match_statement"]
    assert (match["search_string"], match["positional_constraint"]) == ("/login", "STARTS_WITH")


def test_addresses_are_sorted_into_their_versions() -> None:
    mixed = (IPv6Network("2001:db8::/32"), IPv4Network("192.0.2.0/24"), IPv4Network("10.0.0.0/8"))
    assert addresses_by_version(mixed) == {"IPV4": ["10.0.0.0/8", "192.0.2.0/24"], "IPV6": ["2001:db8::/32"]}
