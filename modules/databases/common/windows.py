"""Backup windows and maintenance windows, in UTC. Pure."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from ...errors import refusal

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAILY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_WEEKLY = re.compile(
    rf"({'|'.join(_DAYS)}):([01]\d|2[0-3]):([0-5]\d)-({'|'.join(_DAYS)}):([01]\d|2[0-3]):([0-5]\d)"
)
_DAY, _WEEK = 24 * 60, 7 * 24 * 60


def _daily(window: str) -> str:
    if not _DAILY.fullmatch(window):
        raise ValueError(refusal(got=repr(window), allowed="hh:mm-hh:mm in UTC", fix="correct the spelling"))
    if not 30 <= _minutes_of_day(window)[1] <= _DAY - 1:
        raise ValueError(refusal(got=repr(window), allowed="30 minutes or more", fix="widen it"))
    return window


def _weekly(window: str, shortest: int = 30) -> str:
    if not _WEEKLY.fullmatch(window):
        allowed = "ddd:hh:mm-ddd:hh:mm in UTC, such as sun:03:30-sun:04:30"
        raise ValueError(refusal(got=repr(window), allowed=allowed, fix="correct the spelling"))
    if not shortest <= _minutes_of_week(window)[1] <= _DAY:
        allowed = f"{shortest} minutes to 24 hours"
        raise ValueError(refusal(got=repr(window), allowed=allowed, fix="change its length"))
    return window


def _weekly_of_a_cache(window: str) -> str:
    return _weekly(window, shortest=60)


# RDS and ElastiCache API: PreferredBackupWindow, SnapshotWindow, PreferredMaintenanceWindow.
DailyWindow = Annotated[str, AfterValidator(_daily)]
WeeklyWindow = Annotated[str, AfterValidator(_weekly)]
# ElastiCache API: CreateReplicationGroup, "The minimum maintenance window is a 60 minute period".
CacheWeeklyWindow = Annotated[str, AfterValidator(_weekly_of_a_cache)]


def overlap(daily: DailyWindow, weekly: WeeklyWindow) -> bool:
    """Whether a daily window overlaps a weekly one on any day."""
    start, length = _minutes_of_day(daily)
    other, other_length = _minutes_of_week(weekly)
    return any(
        (other - day * _DAY - start) % _WEEK < length or (start + day * _DAY - other) % _WEEK < other_length
        for day in range(7)
    )


def _minutes_of_day(window: str) -> tuple[int, int]:
    hour, minute, to_hour, to_minute = map(int, re.split("[:-]", window))
    start = hour * 60 + minute
    return start, (to_hour * 60 + to_minute - start) % _DAY


def _minutes_of_week(window: str) -> tuple[int, int]:
    day, hour, minute, to_day, to_hour, to_minute = re.split("[:-]", window)
    start = _DAYS.index(day) * _DAY + int(hour) * 60 + int(minute)
    end = _DAYS.index(to_day) * _DAY + int(to_hour) * 60 + int(to_minute)
    return start, (end - start) % _WEEK
