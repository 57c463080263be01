"""Priorities of listener rules. Pure.

A rule's priority is derived from its own name, host and paths only, so adding or removing a service never
changes the other rules. The name is part of it, because a listener refuses a priority that another rule still
has (PriorityInUse): so two services can swap their hosts, and one can take over the host of another. More
specific rules come first: host and paths, then a host, then a wildcard.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from hashlib import sha256
from ipaddress import IPv4Network

from ...dns.names import is_domain
from ...errors import Problem, ProblemsError, refusal
from ...settings import settings
from ...values import HeaderName, HeaderValue, Name, Positive

# Elastic Load Balancing API: CreateRule, Priority 1 to 50,000. The first thousand are for explicit
# priorities.
LAST_PRIORITY = 50_000
# Before every other: of the rule that answers while the stack is paused.
PAUSE_PRIORITY = 1
_BAND = 16_000
_WITH_PATHS, _HOST, _WILDCARD = 1_001, 1_001 + _BAND, 1_001 + 2 * _BAND
# The same page: the values of all conditions of a rule together.
_MAX_VALUES = 5
# Elastic Load Balancing API, HttpHeaderConditionConfig: 40 characters at most, and host-header for Host.
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}")


@settings
class ListenerRule:
    """A listener rule for a host, which may be a wildcard such as `*.example.com`, for paths and headers if
    set.

    `priority` is derived; set it only if two rules that overlap need another order.
    """

    name: Name
    host: str
    paths: tuple[str, ...] = ()
    # Source addresses that the rule is for; empty for all.
    networks: tuple[IPv4Network, ...] = ()
    # Header → values, of which a request has one; each header must fit.
    headers: Mapping[HeaderName, tuple[HeaderValue, ...]] = field(default_factory=dict)
    # Whether people log in first.
    login: bool = False
    priority: Positive | None = None

    @property
    def values(self) -> int:
        """The number of values of all conditions."""
        return 1 + len(self.paths) + len(self.networks) + sum(map(len, self.headers.values()))

    def problems(self) -> Iterator[Problem]:
        """Invalid hosts, paths and priorities."""
        if not is_domain(self.host):
            allowed = "a domain in lower case such as api.example.com"
            yield Problem(
                where=self.name, what=refusal(got=repr(self.host), allowed=allowed, fix="correct it")
            )
        for path in self.paths:
            if not path.startswith("/") or len(path) > 128:
                allowed = "paths that begin with /, of at most 128 characters, such as /api/*"
                yield Problem(
                    where=self.name, what=refusal(got=repr(path), allowed=allowed, fix="correct it")
                )
        for header, values in self.headers.items():
            if not _HEADER.fullmatch(header) or header.lower() == "host" or not values:
                allowed = "the name of a header but Host, of at most 40 characters, with a value or more"
                why = refusal(got=f"{header!r}: {list(values)}", allowed=allowed, fix="correct it")
                yield Problem(where=f"{self.name}.headers", what=why)
        if self.values > _MAX_VALUES:
            of_headers = sum(map(len, self.headers.values()))
            got = f"{len(self.paths)} paths and {len(self.networks)} networks"
            got += f" and {of_headers} values of headers" if of_headers else ""
            allowed = f"at most {_MAX_VALUES - 1} together, beside the host"
            why = refusal(got=got, allowed=allowed, fix="join networks, or make another rule")
            yield Problem(where=self.name, what=why)
        if self.priority and not PAUSE_PRIORITY < self.priority <= LAST_PRIORITY:
            allowed = f"{PAUSE_PRIORITY + 1} to {LAST_PRIORITY}"
            why = refusal(got=self.priority, allowed=allowed, fix="choose another")
            yield Problem(where=f"{self.name}.priority", what=why)


def priority_of(rule: ListenerRule) -> int:
    """The priority of a rule: as set, else from a hash of its name, host and paths."""
    if rule.priority:
        return rule.priority
    first = _WITH_PATHS if rule.paths or rule.headers else _WILDCARD if "*" in rule.host else _HOST
    # With a login the rule is another resource, made before the one without is destroyed.
    more = (*_headers(rule), *(["login"] if rule.login else []))
    key = "|".join((rule.name, rule.host, *sorted(rule.paths), *more))
    return first + int(sha256(key.encode()).hexdigest(), 16) % _BAND


def plan_priorities(rules: Sequence[ListenerRule]) -> dict[str, int]:
    """The priority of every rule, by name. Raises ProblemsError with all `rule_problems`."""
    if problems := list(rule_problems(rules)):
        raise ProblemsError(problems)
    return {rule.name: priority_of(rule) for rule in rules}


def rule_problems(rules: Iterable[ListenerRule]) -> Iterator[Problem]:
    """Names, hosts and priorities that several rules have."""
    names: dict[str, list[str]] = defaultdict(list)
    hosts: dict[str, list[str]] = defaultdict(list)
    priorities: dict[str, list[str]] = defaultdict(list)
    for rule in rules:
        names[f"target {rule.name}"].append(rule.name)
        for path in rule.paths or ("",):
            hosts[" with ".join((f"host {rule.host}{path}", *_headers(rule)))].append(rule.name)
        priorities[f"listener priority {priority_of(rule)}"].append(rule.name)
    yield from _shared(names, allowed="each name once", fix="rename one")
    yield from _shared(hosts, allowed="one target for a host and path", fix="give each its own")
    # Rules with the same host and paths also have the same priority, which is not reported again.
    reported = {frozenset(users) for users in hosts.values()}
    others = {where: users for where, users in priorities.items() if frozenset(users) not in reported}
    yield from _shared(others, allowed="one rule for a priority", fix="set another priority on one of them")


def _headers(rule: ListenerRule) -> list[str]:
    return [f"{name}: {', '.join(sorted(values))}" for name, values in sorted(rule.headers.items())]


def _shared(users: dict[str, list[str]], *, allowed: str, fix: str) -> Iterator[Problem]:
    for where, sharing in users.items():
        if len(sharing) > 1:
            yield Problem(where=where, what=refusal(got=" and ".join(sharing), allowed=allowed, fix=fix))
