"""The lines of two estimates of a stack that differ. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from operations.cost.lines import Line

Key = tuple[str, str, str, str, bool]
_LEAST = 0.005  # USD: half a cent is shown as one


@dataclass(frozen=True, kw_only=True)
class Change:
    """A line before and after; None where there is none."""

    before: Line | None
    after: Line | None

    @property
    def line(self) -> Line:
        """The line as it is, or was."""
        found = self.after or self.before
        assert found  # noqa: S101 - one of them is there
        return found

    @property
    def usd(self) -> float:
        """By how many USD a month it changes."""
        return _usd(self.after) - _usd(self.before)


def changes(before: Iterable[Line], after: Iterable[Line]) -> list[Change]:
    """What differs by more than half a cent, or in its amount where its price is unknown; most first."""
    old, new = {_key(line): line for line in before}, {_key(line): line for line in after}
    found = [Change(before=old.get(key), after=new.get(key)) for key in {**old, **new}]
    differing = [one for one in found if abs(one.usd) >= _LEAST or _unknown(one)]
    return sorted(differing, key=lambda one: (-abs(one.usd), _key(one.line)))


def _key(line: Line) -> Key:
    return (line.service, line.module, line.price.key, line.price.region, line.usage)


def _usd(line: Line | None) -> float:
    return line.monthly.expected if line else 0.0


def _unknown(one: Change) -> bool:
    amounts = [line.amount.expected if line else 0 for line in (one.before, one.after)]
    return one.line.unknown and amounts[0] != amounts[1]
