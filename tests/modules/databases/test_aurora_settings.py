"""What Aurora would refuse is refused by name; what a capacity allows is what AWS says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.databases.aurora.settings import AuroraCapacity, AuroraSettings
from modules.errors import ProblemsError

CAPACITY = AuroraCapacity(maximum=4)
half_steps = st.integers(min_value=0, max_value=512).map(lambda halves: halves / 2)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"minimum": 8, "maximum": 4}, "minimum: got minimum 8 over maximum 4; allowed: a minimum up to"),
        ({"minimum": 0.7, "maximum": 4}, r"minimum: got 0\.7; allowed: a multiple of 0\.5; take 0\.5"),
        ({"minimum": 1, "maximum": 4.3}, r"maximum: got 4\.3; allowed: a multiple of 0\.5; take 4\.5"),
        ({"minimum": 0, "maximum": 0.5}, "maximum: got 0.5; allowed: 1 or more; raise it"),
        ({"minimum": 1, "maximum": 300}, "maximum: got 300; allowed: 256 or less; lower it"),
        (
            {"minimum": 0.5, "maximum": 1, "seconds_until_auto_pause": 600},
            r"seconds_until_auto_pause: got 600 with a minimum of 0\.5; allowed: a pause with a minimum of 0",
        ),
        (
            {"minimum": 0, "maximum": 1, "seconds_until_auto_pause": 60},
            "seconds_until_auto_pause: got 60; allowed: 300 or more; raise it",
        ),
        (
            {"minimum": 0, "maximum": 1, "seconds_until_auto_pause": 86_401},
            "seconds_until_auto_pause: got 86401; allowed: 86,400 or less; lower it",
        ),
    ],
)
def test_a_capacity_that_aurora_would_refuse_is_refused(given_: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=rf"AuroraCapacity\.{message}"):
        AuroraCapacity(**given_)


def test_a_database_is_never_paused_by_default() -> None:
    assert AuroraCapacity(minimum=0.5, maximum=4, seconds_until_auto_pause=None) == CAPACITY


@given(minimum=half_steps, maximum=half_steps)
def test_every_pair_in_order_and_in_bounds_is_a_capacity(minimum: float, maximum: float) -> None:
    if maximum >= 1 and minimum <= maximum:
        assert AuroraCapacity(minimum=minimum, maximum=maximum).max_connections >= 189
    else:
        with pytest.raises(ProblemsError):
            AuroraCapacity(minimum=minimum, maximum=maximum)


@pytest.mark.parametrize(
    ("minimum", "maximum", "documented"),
    # Amazon Aurora user guide, "Maximum connections for Aurora Serverless v2".
    [(1, 1, 189), (1, 4, 823), (1, 8, 1669), (1, 16, 3360), (1, 64, 5000), (0.5, 64, 2000), (0, 64, 2000)],
)
def test_connections_are_never_more_than_documented(minimum: float, maximum: float, documented: int) -> None:
    got = AuroraCapacity(minimum=minimum, maximum=maximum).max_connections
    assert documented * 0.85 <= got <= documented


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"database": "my-shop"}, r"database: got 'my-shop'; allowed: a letter, then letters"),
        ({"user": "postgres"}, "user: got 'postgres'; allowed: a name RDS doesn't reserve"),
        ({"version": 12}, "version: got 12; allowed: 13 or more; raise it"),
        ({"version": 18}, "version: got 18; allowed: 17 or less; lower it"),
        ({"zones": ()}, r"zones: got \(\); allowed: one zone or more"),
        ({"zones": ("a", "a")}, r"zones: got \('a', 'a'\); allowed: one zone or more, each once"),
        ({"backup_days": 6}, "backup_days: got 6; allowed: 7 or more; raise it"),
        ({"parameters": {"rds.force_ssl": "0"}}, r"parameters\.rds\.force_ssl: is set by the module"),
        ({"backup_window": "03:45-04:15"}, "backup_window: got 03:45-04:15 and sun:03:30-sun:04:30"),
        ({"instance_class": "db.r7g.large"}, "instance_class: there is no such setting"),
    ],
)
def test_a_cluster_that_aurora_would_refuse_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=rf"AuroraSettings\.{message}"):
        AuroraSettings(**{"database": "shop", "capacity": CAPACITY, **changes})


@pytest.mark.parametrize("version", [13, 17])
def test_the_oldest_and_the_newest_version_are_taken(version: int) -> None:
    assert (
        AuroraSettings(database="shop", capacity=CAPACITY, version=version, extended_support=True).version
        == version
    )


def test_zones_are_those_of_the_network() -> None:
    settings = AuroraSettings(database="shop", capacity=CAPACITY)
    assert not list(settings.zone_problems(("a", "b", "c")))
    (alone, missing) = settings.zone_problems(("a",))
    assert str(alone.what) == "got a network of 1 zone; allowed: two or more; add a zone"
    assert str(missing.what) == "got 'b'; allowed: a; name a zone of the network"
