"""Priorities of listener rules: stable, precise before general, no two alike."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.edge.load_balancer.listener_priorities import (
    LAST_PRIORITY,
    ListenerRule,
    plan_priorities,
    priority_of,
)
from modules.errors import ProblemsError
from modules.settings import collecting_problems

NETWORKS = tuple(IPv4Network(f"192.0.{third}.0/24") for third in (2, 3, 4))
LABELS = st.from_regex(r"[a-z][a-z0-9]{0,10}", fullmatch=True)


@given(hosts=st.lists(LABELS, min_size=1, max_size=8, unique=True), others=st.lists(LABELS, max_size=4))
def test_a_rule_keeps_its_priority_whatever_else_there_is(hosts: list[str], others: list[str]) -> None:
    rules = [ListenerRule(name=host, host=f"{host}.example.com") for host in hosts]
    more = [ListenerRule(name=f"x-{one}", host=f"{one}.other.com") for one in dict.fromkeys(others)]
    try:
        planned = plan_priorities([*more, *rules])
    except ProblemsError:
        return  # two hashes met, which is refused by name
    assert {name: planned[name] for name in hosts} == plan_priorities(rules)
    assert all(1 <= priority <= LAST_PRIORITY for priority in planned.values())


@given(host=LABELS, path=LABELS)
def test_the_more_precise_rule_is_asked_first(host: str, path: str) -> None:
    with_path = ListenerRule(name="path", host=f"{host}.example.com", paths=(f"/{path}/*",))
    whole = ListenerRule(name="host", host=f"{host}.example.com")
    wildcard = ListenerRule(name="wildcard", host="*.example.com")
    assert priority_of(with_path) < priority_of(whole) < priority_of(wildcard) <= LAST_PRIORITY


def test_priorities_of_production_do_not_move() -> None:
    """A changed priority swaps rules of a live listener: this pins the derivation itself."""
    assert priority_of(ListenerRule(name="api", host="api.ohealth-ng.com")) == 23_396


@given(
    names=st.lists(LABELS, min_size=2, max_size=2, unique=True),
    hosts=st.lists(LABELS, min_size=2, max_size=2, unique=True),
)
def test_a_rule_never_wants_a_priority_that_another_has_before_the_change(
    names: list[str], hosts: list[str]
) -> None:
    """A listener refuses a priority that is taken, and rules change one after the other."""

    def priorities(names: list[str], hosts: list[str]) -> set[int]:
        pairs = zip(names, hosts, strict=True)
        return {priority_of(ListenerRule(name=name, host=f"{host}.example.com")) for name, host in pairs}

    first, second = names
    before = priorities(names, hosts)
    assert before.isdisjoint(priorities([second, first], hosts)), "two services that swap their hosts"
    assert before.isdisjoint(priorities([f"{first}-renamed"], hosts[:1])), "a service that is renamed"


def test_a_host_twice_and_a_priority_twice_are_refused_by_name_at_once() -> None:
    rules = [
        ListenerRule(name="api", host="api.example.com"),
        ListenerRule(name="shop", host="api.example.com"),
        ListenerRule(name="one", host="one.example.com", priority=7),
        ListenerRule(name="two", host="two.example.com", priority=7),
        ListenerRule(name="two", host="three.example.com"),
    ]
    with pytest.raises(ProblemsError) as raised:
        plan_priorities(rules)
    message = str(raised.value)
    assert "host api.example.com: got api and shop; allowed: one target for a host" in message
    assert "listener priority 7: got one and two" in message
    assert "target two: got two and two; allowed: each name once" in message
    assert len(raised.value.problems) == 3


def test_one_host_may_have_several_targets_by_path() -> None:
    rules = [
        ListenerRule(name="shop", host="example.com"),
        ListenerRule(name="cart", host="example.com", paths=("/cart/*",)),
    ]
    assert plan_priorities(rules)["cart"] < plan_priorities(rules)["shop"]
    again = ListenerRule(name="basket", host="example.com", paths=("/basket/*", "/cart/*"))
    with pytest.raises(ProblemsError, match=r"host example.com/cart/\*: got cart and basket"):
        plan_priorities([*rules, again])


def test_what_a_listener_refuses_is_refused_before() -> None:
    def make() -> None:
        with collecting_problems():
            ListenerRule(name="a", host="not a host")
            ListenerRule(name="b", host="b.example.com", paths=("cart",))
            ListenerRule(name="c", host="c.example.com", paths=("/1", "/2", "/3", "/4", "/5"))
            ListenerRule(name="d", host="d.example.com", priority=50_001)
            ListenerRule(name="f", host="f.example.com", paths=("/1", "/2"), networks=NETWORKS)
            ListenerRule(name="e", host="e.example.com", priority=0)

    with pytest.raises(ProblemsError) as raised:
        make()
    wheres = [problem.where for problem in raised.value.problems]
    assert wheres == [f"ListenerRule.{name}" for name in ("a", "b", "c", "d.priority", "f", "priority")]
    assert "got 2 paths and 3 networks; allowed: at most 4 together" in str(raised.value)
    assert "got 50001; allowed: 2 to 50000" in str(raised.value)
