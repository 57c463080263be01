"""What settings of databases refuse, by message, all at once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from modules.databases.aurora.settings import AuroraCapacity, AuroraSettings
from modules.databases.common.settings import DEFAULT_VERSION
from modules.databases.common.windows import overlap
from modules.databases.postgresql.settings import BackupCopies, PostgresqlSettings
from modules.databases.redis.settings import RedisSettings
from modules.errors import ProblemsError
from modules.offers.table import offers

POSTGRESQL: dict[str, Any] = {"database": "shop", "instance_class": "db.t4g.medium"}
REDIS: dict[str, Any] = {"name": "app", "node_type": "cache.t4g.small"}


def test_a_new_database_is_of_the_newest_version_that_both_engines_have() -> None:
    aurora = AuroraSettings(database="shop", capacity=AuroraCapacity(maximum=1))
    assert {PostgresqlSettings(**POSTGRESQL).version, aurora.version} == {DEFAULT_VERSION}
    support = offers().support
    both = {int(version) for version in support["postgres"] if version in support["aurora-postgresql"]}
    assert max(both) == DEFAULT_VERSION


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"replicas": ("reader",), "backup_days": 0}, "backup_days: got 0 days with replicas"),
        (
            {"replicas": ("reader",), "managed_password": True},
            "managed_password: got a managed password with 1 replicas.*set managed_password=False",
        ),
        ({"replicas": ("reader", "reader")}, "replicas: .*each name once"),
        ({"replicas": ("Reader_1",)}, "replicas.0: got 'Reader_1'"),
        ({"instance_class": "db.t9g.nano"}, "instance_class: got 'db.t9g.nano'; allowed: db.t3.micro, "),
        (
            {"storage": 100, "max_storage": 50},
            "max_storage: got 50 GiB for 100 GiB; allowed: at least a tenth",
        ),
        ({"log_retention_days": 8}, "log_retention_days: got 8 days; allowed: 1, 3, 5, 7"),
        ({"user": "postgres"}, "user: got 'postgres'; allowed: a name RDS doesn't reserve"),
        ({"database": "1shop"}, "database: got '1shop'"),
        ({"version": 9}, "version: got 9"),
        ({"version": 12}, "version: got 12"),
        ({"version": 19}, "version: got 19"),
        ({"storage": 19}, "storage: got 19"),
        ({"max_storage": 65_537}, "max_storage: got 65537"),
        ({"backup_window": "02:00-02:10"}, "backup_window: got '02:00-02:10'; allowed: 30 minutes or more"),
        ({"backup_window": "2-3"}, "backup_window: got '2-3'; allowed: hh:mm-hh:mm in UTC"),
        ({"backup_window": "03:00-04:00"}, "backup_window: .*windows that don't overlap"),
        ({"maintenance_window": "sun:03:30-sun:03:59"}, "maintenance_window: .*30 minutes to 24 hours"),
        ({"maintenance_window": "sunday"}, "maintenance_window: got 'sunday'; allowed: ddd:hh:mm-ddd:hh:mm"),
        ({"parameters": {"max_connections": "9"}}, "parameters.max_connections: is set by the module"),
        ({"monitoring_seconds": 7}, "monitoring_seconds: got 7"),
        ({"colour": "blue"}, "colour: there is no such setting"),
        (
            {"allow_major_upgrade": True},
            "apply_immediately: got allow_major_upgrade=True alone; .*apply when an outage of minutes",
        ),
        ({"copies": BackupCopies(region="eu-central-1"), "backup_days": 0}, "copies: got 0 days with copies"),
    ],
)
def test_postgresql_refuses(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=f"PostgresqlSettings.{message}"):
        PostgresqlSettings(**{**POSTGRESQL, **fields})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"nodes": 1}, "multi_az: got failover with 1 node; allowed: 2 nodes or more"),
        ({"nodes": 7}, "nodes: got 7"),
        ({"node_type": "db.t4g.small"}, "node_type: got 'db.t4g.small'"),
        ({"version": "6.2"}, "version: got '6.2'; allowed: 7.2, 8.0, 8.1 of valkey"),
        ({"engine": "redis"}, "version: got '8.0'; allowed: 7.0, 7.1 of redis"),
        ({"shards": 2, "multi_az": False}, "shards: got shards without failover"),
        ({"name": "App Cache"}, "name: got 'App Cache'"),
        ({"log_retention_days": 2}, "log_retention_days: got 2 days"),
        (
            {"maintenance_window": "sun:04:30-sun:05:29"},
            "maintenance_window: got 'sun:04:30-sun:05:29'; allowed: 60 minutes to 24 hours",
        ),
    ],
)
def test_redis_refuses(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=f"RedisSettings.{message}"):
        RedisSettings(**{**REDIS, **fields})


def test_problems_are_reported_all_at_once() -> None:
    with pytest.raises(ProblemsError) as raised:
        PostgresqlSettings(
            **POSTGRESQL, replicas=("reader",), backup_days=0, managed_password=True, user="admin"
        )
    assert {problem.where.partition(".")[2] for problem in raised.value.problems} == {
        "user",
        "backup_days",
        "managed_password",
    }


def test_multi_az_needs_two_zones() -> None:
    (problem,) = PostgresqlSettings(**POSTGRESQL).zone_problems(1)
    assert "Multi-AZ in 1 zone; allowed: two zones or more" in str(problem)
    # Even a single instance: its subnet group must cover two zones.
    assert list(PostgresqlSettings(**POSTGRESQL, multi_az=False).zone_problems(1))
    assert not list(PostgresqlSettings(**POSTGRESQL).zone_problems(2))
    (problem,) = RedisSettings(**REDIS).zone_problems(1)
    assert "Multi-AZ in 1 zone" in str(problem)
    assert not list(RedisSettings(**REDIS, multi_az=False, nodes=1).zone_problems(1))


def test_the_shortest_windows_and_the_oldest_version_are_taken() -> None:
    windows = {"backup_window": "02:00-02:30", "maintenance_window": "sun:03:30-sun:04:00"}
    assert (
        PostgresqlSettings(**{**POSTGRESQL, **windows, "version": 13, "extended_support": True}).version == 13
    )


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES = st.integers(0, 7 * 24 * 60 - 1)


def spelled(minute: int, *, day: bool) -> str:
    days, rest = divmod(minute, 24 * 60)
    clock = f"{rest // 60:02}:{rest % 60:02}"
    return f"{DAYS[days % 7]}:{clock}" if day else clock


@example(start=19 * 60 + 30, length=35, other=20 * 60, more=30)
@given(
    start=st.integers(0, 24 * 60 - 1), length=st.integers(30, 600), other=MINUTES, more=st.integers(30, 600)
)
def test_windows_overlap_exactly_when_they_share_a_minute(
    start: int, length: int, other: int, more: int
) -> None:
    daily = f"{spelled(start, day=False)}-{spelled((start + length) % (24 * 60), day=False)}"
    weekly = f"{spelled(other, day=True)}-{spelled(other + more, day=True)}"
    mine = {(start + minute) % (24 * 60) for minute in range(length)}
    theirs = {(other + minute) % (24 * 60) for minute in range(more)}
    assert overlap(daily, weekly) == bool(mine & theirs)
