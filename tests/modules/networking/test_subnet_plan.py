"""Properties of the subnet plan: it fits, nothing overlaps, and nothing moves when something is added."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.errors import ProblemsError
from modules.networking.settings import NatGateways, NetworkSettings
from modules.networking.subnet_plan import ZONES, Tier, overlap_problems, plan_subnets

CIDRS = st.builds(
    lambda second, third, length: IPv4Network((f"10.{second}.{third}.0", length), strict=False),
    st.integers(0, 255),
    st.integers(0, 255),
    st.integers(16, 23),
)
TIERS = st.lists(st.sampled_from(Tier), min_size=1, max_size=3, unique=True)
ZONE_LISTS = st.lists(st.sampled_from(ZONES), min_size=1, max_size=8, unique=True)


@given(cidr=CIDRS, tiers=TIERS, zones=ZONE_LISTS)
def test_every_subnet_lies_inside_and_none_overlaps_another(
    cidr: IPv4Network, tiers: list[Tier], zones: list[str]
) -> None:
    plan = plan_subnets(cidr, tiers, zones)
    subnets = [subnet for by_zone in plan.values() for subnet in by_zone.values()]
    assert len(subnets) == len(tiers) * len(zones)
    assert all(subnet.subnet_of(cidr) and subnet.prefixlen <= 28 for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


@given(cidr=CIDRS, tiers=TIERS, zones=ZONE_LISTS, data=st.data())
def test_a_zone_or_tier_more_moves_nothing(
    cidr: IPv4Network, tiers: list[Tier], zones: list[str], data: st.DataObject
) -> None:
    more_zones = data.draw(st.permutations(sorted({*zones, data.draw(st.sampled_from(ZONES))})))
    before, after = plan_subnets(cidr, tiers, zones), plan_subnets(cidr, list(Tier), more_zones)
    assert all(after[tier][zone] == subnet for tier in tiers for zone, subnet in before[tier].items())


@pytest.mark.parametrize(
    ("cidr", "zones", "message"),
    [
        ("10.0.0.0/24", "abc", r"got 10\.0\.0\.0/24; allowed: /16 to /23"),
        ("10.0.0.0/8", "abc", "allowed: /16 to /23"),
        ("8.8.0.0/16", "abc", "allowed: a private network"),
        ("10.0.0.0/16", "abcdefghi", "one to 8 letters"),
        ("10.0.0.0/16", "", "one to 8 letters"),
        ("10.0.0.0/16", "aab", "each one once"),
    ],
)
def test_what_does_not_fit_is_refused(cidr: str, zones: str, message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        plan_subnets(IPv4Network(cidr), list(Tier), list(zones))
    with pytest.raises(ProblemsError, match=message):
        NetworkSettings(cidr=IPv4Network(cidr), zones=tuple(zones))


def test_nat_gateways_without_public_subnets_are_refused() -> None:
    cidr = IPv4Network("10.0.0.0/16")
    with pytest.raises(ProblemsError, match=r"nat_gateways: got single without the public tier"):
        NetworkSettings(cidr=cidr, zones=("a",), tiers=(Tier.PRIVATE,), nat_gateways=NatGateways.SINGLE)


def test_a_gateway_endpoint_twice_is_refused() -> None:
    with pytest.raises(ProblemsError, match=r"gateway_endpoints: got .* each one once; remove the double"):
        NetworkSettings(cidr=IPv4Network("10.0.0.0/16"), zones=("a",), gateway_endpoints=("s3", "s3"))


def test_overlapping_networks_are_named_in_pairs() -> None:
    networks = {
        "one": IPv4Network("10.0.0.0/16"),
        "two": IPv4Network("10.1.0.0/16"),
        "three": IPv4Network("10.0.4.0/23"),
    }
    problems = [str(problem) for problem in overlap_problems(networks)]
    assert len(problems) == 1
    assert problems[0].startswith("three.network.cidr: got 10.0.4.0/23, which overlaps 10.0.0.0/16 of one")
