"""Alarms as they are planned, before AWS has any. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from .monitored import AlarmRule, Severity


@dataclass(frozen=True, kw_only=True)
class PlannedAlarm:
    """An alarm on a metric; `topic` is None where a composite alarm tells instead of it."""

    owner: str
    rule: AlarmRule
    topic: Severity | None

    @property
    def key(self) -> str:
        """What settings call it: `api/latency`."""
        return f"{self.owner}/{self.rule.key}"


@dataclass(frozen=True, kw_only=True)
class PlannedComposite:
    """Rings while any of its children (alarms or composites, by key) does, once for all of them.

    It tells nobody while `suppressor`, another composite, rings; or ever, if `topic` is None.
    """

    owner: str
    name: str
    children: tuple[str, ...]
    topic: Severity | None
    suppressor: str | None
    description: str
    in_global_region: bool

    @property
    def key(self) -> str:
        """`database/outage` and the like."""
        return f"{self.owner}/{self.name}"
