"""Planned alarms. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from .monitored import AlarmRule, Severity


@dataclass(frozen=True, kw_only=True)
class PlannedAlarm:
    """A metric alarm; `topic` is None if a composite alarm notifies instead."""

    owner: str
    rule: AlarmRule
    topic: Severity | None

    @property
    def key(self) -> str:
        """The key in `MonitoringSettings.alarms`, such as `api/latency`."""
        return f"{self.owner}/{self.rule.key}"


@dataclass(frozen=True, kw_only=True)
class PlannedComposite:
    """A composite alarm, in ALARM while any of its children (alarms or composites, by key) is.

    `suppressor` is another composite that suppresses its actions. Without a `topic` it has no actions.
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
        """The key, such as `database/outage`."""
        return f"{self.owner}/{self.name}"
