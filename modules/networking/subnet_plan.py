"""CIDR blocks of the subnets of a VPC, by tier and zone. Pure.

The VPC's block is divided into equal blocks for tiers, each of them into equal blocks for zones. A subnet's
block depends on its own tier and zone only, so adding a tier or a zone never moves existing subnets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from ipaddress import IPv4Network
from itertools import combinations

from ..errors import Problem, ProblemsError, refusal

ZONES = "abcdefgh"
_TIER_BITS, _ZONE_BITS = 2, 3
# Amazon VPC user guide, "Subnet CIDR blocks" and "VPC CIDR blocks": /16 to /28 for both.
_LARGEST_NETWORK, _SMALLEST_SUBNET = 16, 28
_SMALLEST_NETWORK = _SMALLEST_SUBNET - _TIER_BITS - _ZONE_BITS


class Tier(StrEnum):
    """A kind of subnet, by its routes. Its position in the list determines its CIDR block, so only append."""

    PUBLIC = "public"  # routed to the internet gateway
    PRIVATE = "private"  # routed to a NAT gateway, where there is one
    DATABASE = "database"  # no route out of the network


def plan_subnets(
    cidr: IPv4Network, tiers: Sequence[Tier], zones: Sequence[str]
) -> dict[Tier, dict[str, IPv4Network]]:
    """The CIDR block of every tier and zone. Raises ProblemsError with all `subnet_problems`."""
    if problems := list(subnet_problems(cidr, tiers, zones)):
        raise ProblemsError(problems)
    blocks = list(cidr.subnets(prefixlen_diff=_TIER_BITS))
    slots = {tier: list(blocks[list(Tier).index(tier)].subnets(prefixlen_diff=_ZONE_BITS)) for tier in tiers}
    return {tier: {zone: slots[tier][ZONES.index(zone)] for zone in zones} for tier in tiers}


def subnet_problems(cidr: IPv4Network, tiers: Sequence[Tier], zones: Sequence[str]) -> Iterator[Problem]:
    """Addresses, tiers and zones that can't be planned."""
    if not _LARGEST_NETWORK <= cidr.prefixlen <= _SMALLEST_NETWORK:
        allowed = f"/{_LARGEST_NETWORK} to /{_SMALLEST_NETWORK}, so that every subnet is /28 or larger"
        yield Problem(where="cidr", what=refusal(got=cidr, allowed=allowed, fix="choose another network"))
    if not cidr.is_private:
        allowed = "a private network (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16)"
        yield Problem(where="cidr", what=refusal(got=cidr, allowed=allowed, fix="choose another network"))
    unknown = [zone for zone in zones if len(zone) != 1 or zone not in ZONES]
    if unknown or not zones:
        allowed = f"one to {len(ZONES)} letters of {', '.join(ZONES)}"
        yield Problem(
            where="zones", what=refusal(got=list(zones), allowed=allowed, fix="name zones by letter")
        )
    for field, values in (("zones", zones), ("tiers", tiers)):
        if len(set(values)) != len(values):
            yield Problem(
                where=field, what=refusal(got=list(values), allowed="each one once", fix="remove the double")
            )
    if not tiers:
        yield Problem(where="tiers", what=refusal(got="none", allowed=", ".join(Tier), fix="name one"))


def overlap_problems(networks: Mapping[str, IPv4Network]) -> Iterator[Problem]:
    """Every pair of overlapping networks, by name."""
    for (one, first), (other, second) in combinations(networks.items(), 2):
        if first.overlaps(second):
            yield Problem(
                where=f"{other}.network.cidr",
                what=refusal(
                    got=f"{second}, which overlaps {first} of {one}",
                    allowed="a network of its own for each environment",
                    fix="change one of the two",
                ),
            )
