"""The length of backup and maintenance windows."""

from __future__ import annotations

import pytest

from aws_emulator.strict.windows import window_minutes


@pytest.mark.parametrize(
    ("window", "minutes"),
    [
        ("02:00-03:00", 60),
        ("23:30-00:30", 60),
        ("sun:23:30-mon:00:30", 60),
        ("Sun:04:30-Sun:05:30", 60),
        ("sat:10:00-sat:09:00", 10_020),
        ("sun:04:30-05:30", None),
        ("xyz:04:30-xyz:05:30", None),
        ("04:30", None),
    ],
)
def test_the_length_of_a_window(window: str, minutes: int | None) -> None:
    assert window_minutes(window) == minutes
