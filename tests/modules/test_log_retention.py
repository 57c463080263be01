"""Retention takes only what CloudWatch knows."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from modules.log_retention import RetentionDays

ADAPTER: TypeAdapter[int] = TypeAdapter(RetentionDays)


@pytest.mark.parametrize("days", [1, 7, 30, 365, 3653])
def test_known_retentions_pass(days: int) -> None:
    assert ADAPTER.validate_python(days) == days


@pytest.mark.parametrize("days", [0, 2, 8, 31, 4000])
def test_unknown_retentions_list_the_known_ones(days: int) -> None:
    with pytest.raises(ValidationError, match=f"got {days} days; allowed: 1, 3, 5, 7, 14, 30"):
        ADAPTER.validate_python(days)
