"""Who may talk to whom, from the rules of the security groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from .components import Component, Kind, port_of, service_of
from .document import Resource, TerraformDocument

_INGRESS = "aws_vpc_security_group_ingress_rule"
_EGRESS = "aws_vpc_security_group_egress_rule"
_GROUP = "aws_security_group"
_ANYWHERE = {"0.0.0.0/0", "::/0"}
_LAST = 65535
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
    last: int
    ports: str
    why: str
    outside: str
    address: str


def connections(document: TerraformDocument, found: list[Component]) -> list[Connection]:
    """Connections between components, one a target, in the order in which targets stand below each other."""
    merged: dict[tuple[int, str], list[tuple[_Rule, list[Component]]]] = {}
    for rule in sorted(_rules(document), key=lambda rule: (rule.target, rule.first, rule.address)):
        reached = _reached(rule, found)
        kind = reached[0].kind if reached else Kind.OUTSIDE
        label = ", ".join(component.title for component in reached) if reached else rule.outside
        if label:
            merged.setdefault((list(Kind).index(kind), label), []).append((rule, reached))
    read = [
        _connection(label, members, found)
        for (_, label), members in sorted(merged.items(), key=lambda one: one[0])
    ]
    senders = {component.address for component in found if component.kind is not Kind.LOAD_BALANCER}
    numbers = count(1)
    return [replace(one, number=next(numbers)) if one.sources & senders else one for one in read]


def _connection(
    label: str, members: list[tuple[_Rule, list[Component]]], found: list[Component]
) -> Connection:
    rules = [rule for rule, _ in members]
    reached = members[0][1]
    senders = [
        component.address
        for rule in rules
        for component in found
        if rule.source in component.groups and component not in reached
    ]
    # A service's file system shares its group: the service reaches it by a rule of the group to itself.
    own = [
        component.address
        for rule in rules
        for component in found
        if component.kind is Kind.SERVICE
        and rule.source in component.groups
        and reached
        and component is not reached[0]
    ]
    return Connection(
        number=0,
        kind=reached[0].kind if reached else Kind.OUTSIDE,
        target=label,
        ports=tuple(dict.fromkeys(rule.ports for rule in sorted(rules, key=lambda rule: rule.first))),
        why=tuple(dict.fromkeys(rule.why for rule in rules if rule.why)),
        sources=frozenset([*senders, *own, *(INTERNET for rule in rules if rule.source == INTERNET)]),
        targets=frozenset(component.address for component in reached),
        resources=tuple(sorted({rule.address for rule in rules})),
    )


def _reached(rule: _Rule, found: Iterable[Component]) -> list[Component]:
    members = [component for component in found if rule.target in component.groups]
    open_to = [one for one in members if one.port is not None and rule.first <= one.port <= rule.last]
    anywhere = [one for one in members if one.port is None]
    if rule.first == rule.last:
        # A group may hold a service and its file system: the port tells which is meant.
        return open_to or anywhere
    return anywhere + open_to


def _rules(document: TerraformDocument) -> Iterator[_Rule]:
    for rule in document.of(_INGRESS):
        source = rule.refers_to("referenced_security_group_id", _GROUP)
        if source is None and _ANYWHERE & {rule.text("cidr_ipv4"), rule.text("cidr_ipv6")}:
            source = INTERNET
        yield _read(rule, source=source or "", target=rule.refers_to("security_group_id", _GROUP) or "")
    for rule in document.of(_EGRESS):
        source = rule.refers_to("security_group_id", _GROUP) or ""
        if target := rule.refers_to("referenced_security_group_id", _GROUP):
            yield _read(rule, source=source, target=target)
        else:
            yield _read(rule, source=source, target="", outside=_outside(document, rule))


def _outside(document: TerraformDocument, rule: Resource) -> str:
    where = rule.text("cidr_ipv4") or rule.text("cidr_ipv6")
    if where in _ANYWHERE:
        by_nat = rule.get("from_port") == 443 and document.of("aws_nat_gateway")
        return "internet, by NAT" if by_nat else rule.text("description") or "internet"
    if where:
        return where
    endpoint = next(iter(document.referred([rule], "prefix_list_id", "aws_vpc_endpoint.")), None)
    return f"gateway endpoint {service_of(endpoint)}" if endpoint else "prefix list"


def _read(rule: Resource, *, source: str, target: str, outside: str = "") -> _Rule:
    first, last = rule.text("from_port") or "0", rule.text("to_port") or "0"
    every = rule.text("ip_protocol") == "-1"
    return _Rule(
        source=source,
        target=target,
        first=0 if every else port_of(first, 0),
        last=_LAST if every else port_of(last, 0),
        ports="all" if every else first if first == last else f"{first}–{last}",
        why=rule.text("description"),
        outside=outside,
        address=rule.address,
    )
