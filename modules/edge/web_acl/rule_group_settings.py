"""Settings of rule groups of one's own: what a rule matches, and what it does then. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from ...errors import Problem, refusal
from ...settings import settings
from ...values import Line, Name, Text

# AWS WAF developer guide, "Web ACL capacity units (WCUs) in AWS WAF": maximum of a rule group and of a web
# ACL; those that are included in the price of a request ("AWS WAF pricing").
MAX_CAPACITY, INCLUDED_CAPACITY = 5_000, 1_500
# "Using match rule statements in AWS WAF": units of each kind, and of a text transformation.
_GEO, _REGEX_SET, _TRANSFORMATION = 1, 25, 10
_STRING: Mapping[str, int] = {"EXACTLY": 2, "STARTS_WITH": 2, "ENDS_WITH": 2, "CONTAINS": 10}
# AWS WAF quotas: patterns of a set.
_MOST_PATTERNS = 10
# "Supported regular expression syntax in AWS WAF": what it doesn't support.
_UNSUPPORTED = re.compile(r"\\[1-9CRK]|\(\?(?:[R0-9>(&]|P[=>])|\(\*|[*+?}]\+")

Country = Annotated[str, Text(pattern=r"[A-Z]{2}", longest=2, allowed="a country by ISO 3166, such as NG")]
Header = Annotated[
    str,
    Text(
        pattern=r"[a-z0-9-]+", longest=64, allowed="the name of a header in lower case, 64 characters at most"
    ),
]
Position = Literal["EXACTLY", "STARTS_WITH", "ENDS_WITH", "CONTAINS"]
# API_ByteMatchStatement: at most 200 bytes.
_Searched = Annotated[
    str, Text(pattern=r"[^\x00-\x1f\x7f]+", longest=200, allowed="1 to 200 characters that are visible")
]


@settings
class PathMatch:
    """Requests by their path, decoded and in lower case. `negated` matches all others."""

    value: _Searched
    position: Position = "STARTS_WITH"
    negated: bool = False

    @property
    def capacity(self) -> int:
        """Its web ACL capacity units (WCU)."""
        return _STRING[self.position] + 2 * _TRANSFORMATION

    def problems(self) -> Iterator[Problem]:
        """A path that can't be one."""
        if self.position in ("EXACTLY", "STARTS_WITH") and not self.value.startswith("/"):
            why = refusal(got=repr(self.value), allowed="a path that begins with /", fix="correct it")
            yield Problem(where="value", what=why)


@settings
class HeaderMatch:
    """Requests by a header, its value in lower case. `negated` matches all others, also those without it."""

    header: Header
    value: _Searched
    position: Position = "EXACTLY"
    negated: bool = False

    @property
    def capacity(self) -> int:
        """Its web ACL capacity units (WCU)."""
        return _STRING[self.position] + _TRANSFORMATION


@settings
class CountryMatch:
    """Requests by the country of their address (ISO 3166). `negated` matches all other countries.

    An address of a VPN is where its exit is: a rule of thumb, never an access control.
    """

    countries: Annotated[tuple[Country, ...], Field(min_length=1)]
    negated: bool = False

    @property
    def capacity(self) -> int:
        """Its web ACL capacity units (WCU)."""
        return _GEO


@settings
class PatternMatch:
    """Requests whose path, query string or header matches one of several regular expressions (a pattern set).

    What is searched is decoded and in lower case. The syntax is that of PCRE, with exceptions (AWS WAF
    developer guide, "Supported regular expression syntax in AWS WAF").
    """

    patterns: Annotated[tuple[_Searched, ...], Field(min_length=1, max_length=_MOST_PATTERNS)]
    searched: Literal["path", "query"] = "path"
    header: Header | None = None  # None: the path or the query string
    negated: bool = False

    @property
    def capacity(self) -> int:
        """Its web ACL capacity units (WCU)."""
        return _REGEX_SET + 2 * _TRANSFORMATION

    def problems(self) -> Iterator[Problem]:
        """A pattern that is none, that AWS WAF does not support, or that never matches lower case."""
        for pattern in self.patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                why = refusal(got=repr(pattern), allowed="a regular expression", fix=f"correct it ({error})")
                yield Problem(where="patterns", what=why)
                continue
            if found := _UNSUPPORTED.search(pattern):
                allowed = "no reference, recursion, condition, atomic group or possessive quantifier"
                why = refusal(got=f"{found[0]} in {pattern!r}", allowed=allowed, fix="write it without")
                yield Problem(where="patterns", what=why)
            if re.search("[A-Z]", re.sub(r"\\.", "", pattern)):
                why = refusal(got=repr(pattern), allowed="lower case, as what is searched", fix="lower it")
                yield Problem(where="patterns", what=why)


Match = PathMatch | HeaderMatch | CountryMatch | PatternMatch


@settings
class GroupRule:
    """A rule of a group: a request that all of `matches` match is counted.

    `blocks_because` makes it block: the reason, such as what the log showed while it counted.
    """

    matches: Annotated[tuple[Match, ...], Field(min_length=1)]
    blocks_because: Line | None = None

    @property
    def action(self) -> Literal["block", "count"]:
        """What happens with a request that matches."""
        return "block" if self.blocks_because else "count"

    @property
    def capacity(self) -> int:
        """Its web ACL capacity units (WCU)."""
        return sum(match.capacity for match in self.matches)


@settings
class RuleGroup:
    """A rule group of one's own; its rules by name, asked in this order.

    `capacity` is fixed when AWS creates the group: a rule over it replaces the group. None takes what the
    rules need.
    """

    rules: Mapping[Name, GroupRule]
    capacity: Annotated[int, Field(ge=1, le=MAX_CAPACITY)] | None = None

    @property
    def needed(self) -> int:
        """The web ACL capacity units (WCU) of its rules; AWS may need fewer, where rules search the same."""
        return sum(rule.capacity for rule in self.rules.values())

    @property
    def reserved(self) -> int:
        """The capacity units that count for the web ACL."""
        return self.capacity or self.needed

    def problems(self) -> Iterator[Problem]:
        """No rule, rules over the capacity."""
        if not self.rules:
            yield Problem(where="rules", what=refusal(got="no rule", allowed="one or more", fix="add one"))
        if self.needed > (most := self.capacity or MAX_CAPACITY):
            got = f"rules of {self.needed} capacity units"
            why = refusal(got=got, allowed=f"at most {most}", fix="remove some, or raise the capacity")
            yield Problem(where="capacity", what=why)
