"""The length of a maintenance or backup window, as AWS writes them."""

from __future__ import annotations

import re

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY, _WEEK = 1_440, 10_080
_WINDOW = re.compile(r"(?:(\w{3}):)?(\d\d):(\d\d)-(?:(\w{3}):)?(\d\d):(\d\d)")


def window_minutes(window: str) -> int | None:
    """Minutes from beginning to end: `02:00-03:00`, `sun:23:30-mon:00:30`; None for anything else."""
    found = _WINDOW.fullmatch(window.lower())
    if found is None or bool(found[1]) != bool(found[4]):
        return None
    if not found[1]:
        return (_minute(found[5], found[6]) - _minute(found[2], found[3])) % _DAY
    if {found[1], found[4]} - {*_DAYS}:
        return None
    start = _DAYS.index(found[1]) * _DAY + _minute(found[2], found[3])
    end = _DAYS.index(found[4]) * _DAY + _minute(found[5], found[6])
    return (end - start) % _WEEK


def _minute(hours: str, minutes: str) -> int:
    return int(hours) * 60 + int(minutes)
