"""Settings of web ACLs. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ...errors import Problem, refusal
from ...log_retention import RetentionDays
from ...settings import settings

# AWS WAF developer guide, "AWS Managed Rules rule groups list": the groups without settings or prices of
# their own, with the capacity units each takes.
MANAGED_GROUPS = {
    "AWSManagedRulesCommonRuleSet": 700,
    "AWSManagedRulesAdminProtectionRuleSet": 100,
    "AWSManagedRulesKnownBadInputsRuleSet": 200,
    "AWSManagedRulesSQLiRuleSet": 200,
    "AWSManagedRulesLinuxRuleSet": 200,
    "AWSManagedRulesUnixRuleSet": 100,
    "AWSManagedRulesWindowsRuleSet": 200,
    "AWSManagedRulesPHPRuleSet": 100,
    "AWSManagedRulesWordPressRuleSet": 100,
    "AWSManagedRulesAmazonIpReputationList": 25,
    "AWSManagedRulesAnonymousIpList": 50,
}
# AWS WAF developer guide, "AWS WAF quotas": maximum of a web ACL; above 1,500 each request costs more.
MAX_CAPACITY = 5_000
_RATE_LIMIT_CAPACITY, _ADDRESSES_CAPACITY = 12, 1

Action = Literal["block", "count"]


def _known(group: str) -> str:
    if group not in MANAGED_GROUPS:
        allowed = ", ".join(MANAGED_GROUPS)
        raise ValueError(refusal(got=repr(group), allowed=allowed, fix="take one of these"))
    return group


@settings
class ManagedRuleGroup:
    """An AWS managed rule group. `action` "count" counts matching requests instead of blocking them.

    `counted` names single rules to count only: those that would block requests of honest clients.
    """

    name: Annotated[str, AfterValidator(_known)]
    action: Action = "block"
    counted: tuple[str, ...] = ()

    @property
    def short_name(self) -> str:
        """The name of the rule in the web ACL, such as `Common`."""
        return self.name.removeprefix("AWSManagedRules").removesuffix("RuleSet").removesuffix("List")


@settings
class RateLimit:
    """Maximum of requests from one IP address in a window (seconds), on all paths or below a prefix.

    AWS WAF counts about every ten seconds, so a short burst may pass. Bounds: AWS WAF
    developer guide, "Rate-based rule high-level settings in AWS WAF" (the lowest limit is 10).
    """

    name: str
    requests: Annotated[int, Field(ge=10, le=2_000_000_000)]
    window: Literal[60, 120, 300, 600] = 300
    path_prefix: str | None = None
    action: Action = "block"

    def problems(self) -> Iterator[Problem]:
        """An invalid name or path prefix."""
        if not self.name.replace("-", "").isalnum():
            why = refusal(got=repr(self.name), allowed="words joined by '-'", fix="rename it")
            yield Problem(where="name", what=why)
        if self.path_prefix is not None and not self.path_prefix.startswith("/"):
            why = refusal(got=repr(self.path_prefix), allowed="a path that begins with /", fix="correct it")
            yield Problem(where="path_prefix", what=why)


@settings
class WebAclLogSettings:
    """Logging of a web ACL. Headers with credentials are redacted."""

    retention_days: RetentionDays = 30
    redacted_headers: tuple[str, ...] = ("authorization", "cookie")
    # Allowed requests are in the access logs of the load balancer or the distribution.
    only_blocked_or_counted: bool = True


Address = IPv4Network | IPv6Network

COMMON = ManagedRuleGroup(name="AWSManagedRulesCommonRuleSet")
# For APIs: bodies over 8 kB (uploads) and query strings over 2 kB (searches) are counted, all other rules of
# the group block. Names and sizes of rules: AWS WAF developer guide, "Baseline rule groups".
COMMON_WITH_LARGE_REQUESTS = ManagedRuleGroup(
    name="AWSManagedRulesCommonRuleSet", counted=("SizeRestrictions_BODY", "SizeRestrictions_QUERYSTRING")
)
BAD_INPUTS = ManagedRuleGroup(name="AWSManagedRulesKnownBadInputsRuleSet")
REPUTATION = ManagedRuleGroup(name="AWSManagedRulesAmazonIpReputationList")
SQL_INJECTION = ManagedRuleGroup(name="AWSManagedRulesSQLiRuleSet")
# For APIs that take free text or a query language, such as GraphQL, in their bodies: these are counted.
SQL_INJECTION_BUT_BODIES = ManagedRuleGroup(
    name="AWSManagedRulesSQLiRuleSet", counted=("SQLi_BODY", "SQLiExtendedPatterns_BODY")
)
LINUX = ManagedRuleGroup(name="AWSManagedRulesLinuxRuleSet")

# For APIs in containers; less than the 1,500 capacity units that are included in the price.
API_GROUPS = (REPUTATION, COMMON_WITH_LARGE_REQUESTS, BAD_INPUTS, SQL_INJECTION_BUT_BODIES, LINUX)
# For static files, which read neither body nor query string.
WEBSITE_GROUPS = (REPUTATION, COMMON, BAD_INPUTS)


@settings
class WebAclSettings:
    """A web ACL: allowed addresses, denied addresses, rate limits, managed rule groups, in this order.

    `count_all` counts instead of blocking, to observe a new web ACL before it takes effect.
    """

    scope: Literal["REGIONAL", "CLOUDFRONT"]
    groups: tuple[ManagedRuleGroup, ...] = API_GROUPS
    # Some 30 requests a second. Mobile carriers put thousands of people behind one address (CGNAT, RFC 6598),
    # and a page of a website is dozens of requests: a lower limit shuts out those who did nothing.
    rate_limits: tuple[RateLimit, ...] = (RateLimit(name="per-address", requests=10_000),)
    allowed: tuple[Address, ...] = ()
    denied: tuple[Address, ...] = ()
    count_all: bool = False
    # None: no logs.
    logs: WebAclLogSettings | None = WebAclLogSettings()

    @property
    def capacity(self) -> int:
        """The web ACL capacity units (WCU) of the rules."""
        lists = sum(1 for addresses in (self.allowed, self.denied) for _ in addresses_by_version(addresses))
        groups = sum(MANAGED_GROUPS[group.name] for group in self.groups)
        return groups + _RATE_LIMIT_CAPACITY * len(self.rate_limits) + _ADDRESSES_CAPACITY * lists

    def problems(self) -> Iterator[Problem]:
        """Duplicate names, addresses both allowed and denied, 0.0.0.0/0, too many capacity units."""
        for field, names in (
            ("groups", [group.name for group in self.groups]),
            ("rate_limits", [limit.name for limit in self.rate_limits]),
        ):
            for name in sorted({name for name in names if names.count(name) > 1}):
                why = refusal(got=f"{name} twice", allowed="each once", fix="remove one")
                yield Problem(where=field, what=why)
        for address in sorted(set(self.allowed) & set(self.denied), key=str):
            why = refusal(got=f"{address} in allowed too", allowed="one of the lists", fix="remove one")
            yield Problem(where="denied", what=why)
        for field, addresses in (("allowed", self.allowed), ("denied", self.denied)):
            for address in addresses:
                if address.prefixlen == 0:
                    why = refusal(got=address, allowed="/1 to a single address", fix="narrow it")
                    yield Problem(where=field, what=why)
        if self.capacity > MAX_CAPACITY:
            why = refusal(
                got=f"{self.capacity} capacity units", allowed=f"at most {MAX_CAPACITY}", fix="remove rules"
            )
            yield Problem(where="groups", what=why)


def addresses_by_version(addresses: tuple[Address, ...]) -> dict[Literal["IPV4", "IPV6"], list[str]]:
    """Addresses by IP version, in order; a version without any is absent."""
    found: dict[Literal["IPV4", "IPV6"], list[str]] = {}
    for address in sorted(set(addresses), key=lambda one: (one.version, one)):
        found.setdefault("IPV4" if address.version == 4 else "IPV6", []).append(str(address))
    return found
