"""Retention periods of CloudWatch log groups, in days. Pure."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from .errors import refusal

# CloudWatch Logs API: PutRetentionPolicy, retentionInDays.
_ALLOWED = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def _known(days: int) -> int:
    if days not in _ALLOWED:
        allowed = ", ".join(map(str, _ALLOWED))
        raise ValueError(refusal(got=f"{days} days", allowed=allowed, fix="take the nearest"))
    return days


RetentionDays = Annotated[int, AfterValidator(_known)]
