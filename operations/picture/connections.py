"""Who may talk to whom, from the rules of the security groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from operations.picture.synthesized import Resource, SynthesizedStack
from operations.picture.thing import Kind, Thing

_INGRESS = "aws_vpc_security_group_ingress_rule"
_EGRESS = "aws_vpc_security_group_egress_rule"
INTERNET = "internet"


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Everything that may reach one target: its ports, its sources, and its number in the picture.

    The number is 0 where only the internet or a load balancer sends: arrows say that without one.
    """

    number: int
    kind: Kind
    target: str
    ports: tuple[str, ...]
    why: tuple[str, ...]
    sources: frozenset[str]
    targets: frozenset[str]
    resources: tuple[str, ...]

    @property
    def port_text(self) -> str:
        """The ports as a person lists them."""
        return ", ".join(self.ports)


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """A rule with the group it comes from and what it reaches: a group, or something outside."""

    source: str
    target: str
    first: int
    ports: str
    why: str
    outside: str
    address: str


def connections(stack: SynthesizedStack, found: list[Thing]) -> list[Connection]:
    """Connections between things, one a target, in the order in which targets stand below each other."""
    merged: dict[tuple[int, str], list[tuple[_Rule, list[Thing]]]] = {}
    for rule in sorted(_rules(stack), key=lambda rule: (rule.target, rule.first, rule.address)):
        reached = _reached(rule, found)
        kind = reached[0].kind if reached else Kind.OUTSIDE
        label = ", ".join(thing.title for thing in reached) if reached else rule.outside
        if label:
            merged.setdefault((list(Kind).index(kind), label), []).append((rule, reached))
    read = [
        _connection(label, members, found)
        for (_, label), members in sorted(merged.items(), key=lambda one: one[0])
    ]
    senders = {thing.address for thing in found if thing.kind is not Kind.LOAD_BALANCER}
    numbers = count(1)
    return [replace(one, number=next(numbers)) if one.sources & senders else one for one in read]


def _connection(label: str, members: list[tuple[_Rule, list[Thing]]], found: list[Thing]) -> Connection:
    rules = [rule for rule, _ in members]
    reached = members[0][1]
    senders = [
        thing.address
        for rule in rules
        for thing in found
        if rule.source in thing.groups and thing not in reached
    ]
    # A service's file system shares its group: the service reaches it by a rule of the group to itself.
    own = [
        thing.address
        for rule in rules
        for thing in found
        if thing.kind is Kind.SERVICE and rule.source in thing.groups and reached and thing is not reached[0]
    ]
    return Connection(
        number=0,
        kind=reached[0].kind if reached else Kind.OUTSIDE,
        target=label,
        ports=tuple(dict.fromkeys(rule.ports for rule in sorted(rules, key=lambda rule: rule.first))),
        why=tuple(dict.fromkeys(rule.why for rule in rules if rule.why)),
        sources=frozenset([*senders, *own, *(INTERNET for rule in rules if rule.source == INTERNET)]),
        targets=frozenset(thing.address for thing in reached),
        resources=tuple(sorted({rule.address for rule in rules})),
    )


def _reached(rule: _Rule, found: Iterable[Thing]) -> list[Thing]:
    members = [thing for thing in found if rule.target in thing.groups]
    # A group may hold a service and its file system: the port tells which is meant.
    exact = [thing for thing in members if thing.port == rule.first]
    return exact or [thing for thing in members if thing.port is None]


def _rules(stack: SynthesizedStack) -> Iterator[_Rule]:
    for rule in stack.of(_INGRESS):
        group = rule.references("security_group_id")[0]
        other = rule.references("referenced_security_group_id")
        if other:
            yield _read(rule, source=other[0], target=group)
        elif rule.get("cidr_ipv4") == "0.0.0.0/0" or rule.get("cidr_ipv6") == "::/0":
            yield _read(rule, source=INTERNET, target=group)
        else:
            yield _read(rule, source="", target=group)
    for rule in stack.of(_EGRESS):
        group = rule.references("security_group_id")[0]
        other = rule.references("referenced_security_group_id")
        if other:
            yield _read(rule, source=group, target=other[0])
        else:
            where = rule.get("cidr_ipv4") or rule.get("cidr_ipv6") or _prefix_list(stack, rule)
            yield _read(rule, source=group, target="", outside=_outside(str(where), rule))


def _prefix_list(stack: SynthesizedStack, rule: Resource) -> str:
    endpoint = next((found for at in rule.references("prefix_list_id") if (found := stack.at(at))), None)
    return (
        f"gateway endpoint {str(endpoint.get('service_name')).split('.')[-1]}" if endpoint else "prefix list"
    )


def _outside(where: str, rule: Resource) -> str:
    if where in {"0.0.0.0/0", "::/0"}:
        return (
            "internet, by NAT" if rule.get("from_port") == 443 else str(rule.get("description") or "internet")
        )
    return where


def _read(rule: Resource, *, source: str, target: str, outside: str = "") -> _Rule:
    first, last = rule.get("from_port", 0), rule.get("to_port", 0)
    return _Rule(
        source=source,
        target=target,
        first=int(first),
        ports="all"
        if rule.get("ip_protocol") == "-1"
        else str(first)
        if first == last
        else f"{first}–{last}",
        why=str(rule.get("description", "")),
        outside=outside,
        address=rule.address,
    )
