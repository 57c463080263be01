"""Settings of recovery: what is refused, by its sentence."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from modules.errors import ProblemsError
from modules.naming import Naming
from modules.resilience.recovery import Primary, Recovery, RecoveryTier

HERE = IPv4Network("10.10.0.0/16")
THERE = IPv4Network("10.11.0.0/16")


def refused(recovery: Recovery, *, region: str = "eu-west-1", zones: tuple[str, ...] = ("a",)) -> list[str]:
    """The sentences of a primary's problems with its recovery."""
    return [str(one) for one in recovery.primary_problems(region=region, cidr=HERE, zones=zones)]


def recovery_in(region: str, cidr: IPv4Network = THERE) -> Recovery:
    """A pilot light."""
    return Recovery(region=region, tier=RecoveryTier.PILOT_LIGHT, cidr=cidr)


def test_another_region_with_a_network_of_its_own_is_accepted() -> None:
    assert refused(recovery_in("eu-central-1"), zones=("a", "b", "c")) == []


def test_the_region_of_the_primary_is_refused() -> None:
    assert refused(recovery_in("eu-west-1")) == [
        "recovery.region: got eu-west-1, the primary's own; allowed: another region: both would be lost "
        "together; name one, such as that of copy_regions"
    ]


def test_overlapping_networks_are_refused() -> None:
    assert refused(recovery_in("eu-central-1", IPv4Network("10.10.128.0/17"))) == [
        "recovery.cidr: got 10.10.128.0/17, which overlaps 10.10.0.0/16 of the primary; allowed: a network "
        "of its own; change one of the two"
    ]


def test_a_region_without_a_zone_of_the_primary_is_refused() -> None:
    (problem,) = refused(recovery_in("us-west-1"), zones=("a", "b", "c"))
    assert problem.startswith("recovery.region: got us-west-1b (table of ")
    assert "allowed: us-west-1a, us-west-1c; " in problem


def test_a_region_that_aws_does_not_have_is_refused() -> None:
    with pytest.raises(
        ProblemsError, match=r"Recovery\.region: got 'eu-central-9' .*; allowed: eu-central-1"
    ):
        recovery_in("eu-central-9")


def test_all_problems_are_told_at_once() -> None:
    assert len(refused(recovery_in("eu-west-1", HERE))) == 2


def test_a_recovery_is_named_after_its_primary() -> None:
    naming = Naming(product="shop", environment="prod")
    primary = Primary(naming=naming, region="eu-west-1", tier=RecoveryTier.BACKUP)
    assert primary.recovery_naming.base == "shop-prod-recovery"
