"""Settings of web ACLs. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ...errors import Problem, refusal
from ...log_retention import RetentionDays
from ...settings import settings
from ...values import HeaderName, Line, Name, Text
from .rule_group_settings import INCLUDED_CAPACITY, MAX_CAPACITY, RuleGroup

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
# AWS WAF developer guide, "Using rule statements in AWS WAF": a rate-based rule, and what one below a path
# takes more (a string match and two transformations); an IP set; the rule group for bots.
_RATE_LIMIT_CAPACITY, _BELOW_PATH_CAPACITY, _ADDRESSES_CAPACITY, _BOTS_CAPACITY = 2, 22, 1, 50
# AWS WAF quotas: addresses of an IP set.
_MOST_ADDRESSES = 10_000

Action = Literal["block", "count"]


def _known(group: str) -> str:
    if group not in MANAGED_GROUPS:
        allowed = ", ".join(MANAGED_GROUPS)
        raise ValueError(refusal(got=repr(group), allowed=allowed, fix="take one of these"))
    return group


# AWS WAF API: ByteMatchStatement, SearchString.
_PathPrefix = Annotated[
    str,
    Text(pattern=r"/[!-~]*", longest=200, allowed="a path that begins with /, 200 characters at most"),
]
# AWS WAF API: Rule, Name.
_RuleName = Annotated[
    str,
    Text(
        pattern=r"[A-Za-z0-9]+([_-][A-Za-z0-9]+)*",
        longest=128,
        allowed="words joined by '-', 128 characters at most",
        fix="rename it",
    ),
]
# AWS WAF API: ForwardedIPConfig, HeaderName.
_ForwardedHeader = Annotated[
    str, Text(pattern=r"[A-Za-z0-9-]+", longest=255, allowed="the name of a header, 255 characters at most")
]


@settings
class ManagedRuleGroup:
    """An AWS managed rule group. `action` "count" counts matching requests instead of blocking them.

    `counted` names single rules to count only: those that would block requests of honest clients.
    """

    name: Annotated[str, AfterValidator(_known)]
    action: Action = "block"
    counted: tuple[_RuleName, ...] = ()

    @property
    def short_name(self) -> str:
        """The name of the rule in the web ACL, such as `Common`."""
        return self.name.removeprefix("AWSManagedRules").removesuffix("RuleSet").removesuffix("List")


@settings
class RateLimit:
    """Maximum of requests from one IP address in a window (seconds), on all paths or below a prefix.

    With `forwarded_header` the address is the first one in that header, for clients behind a proxy of one's
    own; it needs a limit by the connection's address beside it. AWS WAF counts about every ten seconds, so a
    short burst may pass. Bounds: AWS WAF developer guide, "Rate-based rule high-level settings in AWS WAF"
    (the lowest limit is 10).
    """

    name: _RuleName
    requests: Annotated[int, Field(ge=10, le=2_000_000_000)]
    window: Literal[60, 120, 300, 600] = 300
    path_prefix: _PathPrefix | None = None
    forwarded_header: _ForwardedHeader | None = None
    # Whether a request whose header holds no valid address counts as one over the limit.
    fallback: Literal["MATCH", "NO_MATCH"] = "MATCH"
    action: Action = "block"

    @property
    def capacity(self) -> int:
        """Its web ACL capacity units (WCU)."""
        return _RATE_LIMIT_CAPACITY + (_BELOW_PATH_CAPACITY if self.path_prefix else 0)


@settings
class BotControl:
    """AWS WAF's managed rule group for bots. It counts, until the log has shown whom it would stop.

    At level COMMON also `curl` and monitoring are bots; TARGETED looks at browsers too. It costs 10 USD a
    month, and for each million requests that it looks at 1 USD at COMMON and 10 USD at TARGETED, of which the
    first ten and one are free ("AWS WAF pricing"); `path_prefix` lets it look at fewer.
    """

    level: Literal["COMMON", "TARGETED"] = "COMMON"
    action: Action = "count"
    path_prefix: _PathPrefix | None = None
    # At TARGETED: whether it compares requests with those before, for bots that work together.
    machine_learning: bool = True

    @property
    def capacity(self) -> int:
        """Its web ACL capacity units (WCU)."""
        return _BOTS_CAPACITY + (_BELOW_PATH_CAPACITY if self.path_prefix else 0)


@settings
class WebAclLogSettings:
    """Logging of a web ACL. Headers with credentials are redacted."""

    retention_days: RetentionDays = 30
    redacted_headers: tuple[HeaderName, ...] = ("authorization", "cookie")
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
    """A web ACL: allowed addresses, denied addresses, rate limits, rule groups of one's own, managed rule
    groups, in this order.

    `count_all` counts instead of blocking, to observe a new web ACL before it takes effect.
    """

    scope: Literal["REGIONAL", "CLOUDFRONT"]
    groups: tuple[ManagedRuleGroup, ...] = API_GROUPS
    # Some 30 requests a second. Mobile carriers put thousands of people behind one address (CGNAT, RFC 6598),
    # and a page of a website is dozens of requests: a lower limit shuts out those who did nothing.
    rate_limits: tuple[RateLimit, ...] = (RateLimit(name="per-address", requests=10_000),)
    allowed: tuple[Address, ...] = ()
    denied: tuple[Address, ...] = ()
    # One's own, by name.
    rule_groups: Mapping[Name, RuleGroup] = field(default_factory=dict)
    bot_control: BotControl | None = None
    count_all: bool = False
    # Why the rules may take more than the capacity that is included in the price of a request.
    capacity_reason: Line | None = None
    # None: no logs.
    logs: WebAclLogSettings | None = WebAclLogSettings()

    @property
    def capacity(self) -> int:
        """The web ACL capacity units (WCU) of the rules."""
        lists = sum(1 for addresses in (self.allowed, self.denied) for _ in addresses_by_version(addresses))
        return (
            sum(MANAGED_GROUPS[group.name] for group in self.groups)
            + sum(limit.capacity for limit in self.rate_limits)
            + sum(group.reserved for group in self.rule_groups.values())
            + (self.bot_control.capacity if self.bot_control else 0)
            + _ADDRESSES_CAPACITY * lists
        )

    def problems(self) -> Iterator[Problem]:
        """Names twice, lists that contradict each other, limits that can be avoided, too much capacity."""
        yield from self._name_problems()
        yield from self._list_problems()
        yield from self._limit_problems()
        yield from self._capacity_problems()

    def _name_problems(self) -> Iterator[Problem]:
        for field_name, names in (
            ("groups", [group.name for group in self.groups]),
            ("rate_limits", [limit.name for limit in self.rate_limits]),
        ):
            for name in sorted({name for name in names if names.count(name) > 1}):
                why = refusal(got=f"{name} twice", allowed="each once", fix="remove one")
                yield Problem(where=field_name, what=why)

    def _list_problems(self) -> Iterator[Problem]:
        for address in sorted(set(self.allowed) & set(self.denied), key=str):
            why = refusal(got=f"{address} in allowed too", allowed="one of the lists", fix="remove one")
            yield Problem(where="denied", what=why)
        for field_name, addresses in (("allowed", self.allowed), ("denied", self.denied)):
            for address in addresses:
                if address.prefixlen == 0:
                    why = refusal(got=address, allowed="/1 to a single address", fix="narrow it")
                    yield Problem(where=field_name, what=why)
            if len(addresses) > _MOST_ADDRESSES:
                why = refusal(got=len(addresses), allowed=f"at most {_MOST_ADDRESSES}", fix="name networks")
                yield Problem(where=field_name, what=why)

    def _limit_problems(self) -> Iterator[Problem]:
        forwarded = [limit.name for limit in self.rate_limits if limit.forwarded_header]
        by_address = [one for one in self.rate_limits if not one.forwarded_header and not one.path_prefix]
        if forwarded and not by_address:
            # API_ForwardedIPConfig: "If the specified header isn't present in the request, AWS WAF doesn't
            # apply the rule to the web request at all." And whoever connects directly writes it at will.
            why = refusal(
                got=f"{', '.join(forwarded)} by a header alone, which a client may leave out or forge",
                allowed="with a limit on all paths by the connection's address beside it",
                fix="add one, above what the proxy sends",
            )
            yield Problem(where="rate_limits", what=why)

    def _capacity_problems(self) -> Iterator[Problem]:
        most = MAX_CAPACITY if self.capacity_reason else INCLUDED_CAPACITY
        if self.capacity > most:
            allowed = f"at most {INCLUDED_CAPACITY}, or {MAX_CAPACITY} with capacity_reason at a higher price"
            why = refusal(got=f"{self.capacity} capacity units", allowed=allowed, fix="remove rules")
            yield Problem(where="groups", what=why)


def addresses_by_version(addresses: tuple[Address, ...]) -> dict[Literal["IPV4", "IPV6"], list[str]]:
    """Addresses by IP version, in order; a version without any is absent."""
    found: dict[Literal["IPV4", "IPV6"], list[str]] = {}
    for address in sorted(set(addresses), key=lambda one: (one.version, one)):
        found.setdefault("IPV4" if address.version == 4 else "IPV6", []).append(str(address))
    return found
