"""Metric alarms and composite alarms of a stack: topics, and suppression by their causes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..errors import Problem, ProblemsError, refusal
from ..regions import GLOBAL_REGION
from .monitored import AlarmRule, EventRule, Monitored, Severity
from .settings import MonitoringSettings

# CloudWatch API: PutCompositeAlarm, "as many as 100 underlying alarms".
_MAX_CHILDREN = 100

Causes = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class PlannedMetricAlarm:
    """A metric alarm; `topic` is None if a composite alarm notifies instead."""

    owner: str
    rule: AlarmRule
    topic: Severity | None

    @property
    def key(self) -> str:
        """The key in `MonitoringSettings.alarms`, such as `api/latency`."""
        return f"{self.owner}/{self.rule.key}"


@dataclass(frozen=True, kw_only=True)
class PlannedCompositeAlarm:
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


class AlarmPlan:
    """The alarms of all `Monitored`. `causes`: key → keys of what it depends on.

    A cause has one composite alarm of its outage alarms (`database/outage`). What depends on causes has a
    composite alarm for each severity (`api/critical`), whose actions the causes suppress.

    Raises ProblemsError for an alarm without a topic, an override of an unknown alarm, duplicate keys, and
    causes that are not watched, have no outage alarm, are in another region or form a cycle.
    """

    def __init__(
        self, watched: Sequence[Monitored], settings: MonitoringSettings, causes: Causes | None = None
    ) -> None:
        self._watched = {one.key: one for one in watched}
        self._settings = settings
        self._causes = {effect: tuple(found) for effect, found in (causes or {}).items() if found}
        problems = [*self._key_problems(watched), *self._override_problems(), *self._topic_problems()]
        if problems := problems or [*self._cause_problems()]:
            raise ProblemsError(problems)
        self._order = self._sorted()

    @cached_property
    def alarms(self) -> tuple[PlannedMetricAlarm, ...]:
        """All metric alarms."""
        in_composites = {child for composite in self.composites for child in composite.children}
        return tuple(
            PlannedMetricAlarm(
                owner=owner,
                rule=rule,
                topic=None
                if f"{owner}/{rule.key}" in in_composites
                else self._settings.topic_of(rule.severity),
            )
            for owner in self._watched
            for rule in self.rules(owner)
        )

    @cached_property
    def composites(self) -> tuple[PlannedCompositeAlarm, ...]:
        """All composite alarms, those that others refer to first."""
        causing = {cause for found in self._causes.values() for cause in found}
        return tuple(
            composite
            for owner in self._order
            for composite in self._composites_of(owner, is_cause=owner in causing)
        )

    def rules(self, owner: str) -> list[AlarmRule]:
        """The enabled alarm rules of one `Monitored`, with the overrides of the settings."""
        found = []
        for rule in self._watched[owner].alarms:
            override = self._settings.alarms.get(f"{owner}/{rule.key}")
            if override is None:
                found.append(rule)
            elif override.enabled:
                found.append(replace(rule, **override.changes))
        return found

    def _composites_of(self, owner: str, *, is_cause: bool) -> Iterator[PlannedCompositeAlarm]:
        rules, suppressor = self.rules(owner), None
        if causes := self._causes.get(owner, ()):
            outages = tuple(f"{cause}/outage" for cause in causes)
            suppressor = outages[0]
            if len(outages) > 1:
                suppressor = f"{owner}/causes"
                yield self._composite(owner, "causes", outages, None, None)
        if is_cause:
            outage = [rule for rule in rules if rule.outage]
            worst: Severity = "critical" if any(one.severity == "critical" for one in outage) else "warning"
            yield self._composite(owner, "outage", _keys(owner, outage), worst, suppressor)
            rules = [rule for rule in rules if not rule.outage]
        for severity in ("critical", "warning") if causes else ():
            if suppressed := [rule for rule in rules if rule.severity == severity]:
                yield self._composite(owner, severity, _keys(owner, suppressed), severity, suppressor)

    def _composite(
        self,
        owner: str,
        name: str,
        children: tuple[str, ...],
        severity: Severity | None,
        suppressor: str | None,
    ) -> PlannedCompositeAlarm:
        title = self._watched[owner].title
        description = f"One of: {', '.join(children)}. The alarms named here say what to do."
        if suppressor:
            description += f" Held back while {suppressor} rings."
        return PlannedCompositeAlarm(
            owner=owner,
            name=name,
            children=children,
            topic=self._settings.topic_of(severity) if severity else None,
            suppressor=suppressor,
            description=f"{title}. {description}"[:1024],  # PutCompositeAlarm, AlarmDescription
            in_global_region=self._is_global(owner),
        )

    def _is_global(self, owner: str) -> bool:
        return any(rule.series.in_global_region for rule in self._watched[owner].alarms)

    def _sorted(self) -> list[str]:
        """Keys, causes before what depends on them. Raises ProblemsError for a cycle."""
        done: list[str] = []
        pending = list(self._watched)
        while pending:
            ready = [one for one in pending if not set(self._causes.get(one, ())) & set(pending)]
            if not ready:
                got = f"a circle of {', '.join(pending)}"
                why = refusal(got=got, allowed="causes that end somewhere", fix="remove one of them")
                raise ProblemsError.one("Monitoring.causes", why)
            done += ready
            pending = [one for one in pending if one not in ready]
        return done

    def _key_problems(self, watched: Sequence[Monitored]) -> Iterator[Problem]:
        keys = [one.key for one in watched]
        names = [f"{one.key}-{rule.key}" for one in watched for rule in one.alarms]
        for values in (keys, names):
            for value in sorted({value for value in values if values.count(value) > 1}):
                why = refusal(got=f"{value} twice", allowed="each once", fix="give one another key")
                yield Problem(where="Monitoring.watch", what=why)

    def _override_problems(self) -> Iterator[Problem]:
        known = [f"{one.key}/{rule.key}" for one in self._watched.values() for rule in one.alarms]
        for key in self._settings.alarms:
            if key not in known:
                why = refusal(got=repr(key), allowed=", ".join(known) or "none", fix="correct the key")
                yield Problem(where="MonitoringSettings.alarms", what=why)

    def _topic_problems(self) -> Iterator[Problem]:
        for owner, monitored in self._watched.items():
            rules: list[AlarmRule | EventRule] = [*self.rules(owner), *monitored.events]
            for rule in rules:
                if self._settings.topic_of(rule.severity) is None:
                    topics = ", ".join(self._settings.topics) or "none"
                    why = refusal(
                        got=f"{rule.severity} without a topic (topics: {topics})",
                        allowed="a topic of its severity, or a warning topic for all",
                        fix="set MonitoringSettings.warning, or turn the alarm off",
                    )
                    yield Problem(where=f"alarm {owner}/{rule.key}", what=why)

    def _cause_problems(self) -> Iterator[Problem]:
        for effect, causes in self._causes.items():
            unknown = [key for key in (effect, *causes) if key not in self._watched]
            for key in unknown:
                why = refusal(
                    got=repr(key), allowed=", ".join(self._watched), fix="watch it, or correct the key"
                )
                yield Problem(where="Monitoring.causes", what=why)
            for cause in [] if unknown else causes:
                outage = [rule for rule in self.rules(cause) if rule.outage]
                if not 0 < len(outage) <= _MAX_CHILDREN:
                    why = refusal(got="no outage alarm", allowed="at least one", fix="remove the cause")
                    yield Problem(where=f"Monitoring.causes of {effect}, {cause}", what=why)
                if self._is_global(effect) or self._is_global(cause):
                    allowed = "both in the stack's region, where composite alarms see them"
                    why = refusal(got=f"one in {GLOBAL_REGION}", allowed=allowed, fix="remove the cause")
                    yield Problem(where=f"Monitoring.causes of {effect}, {cause}", what=why)


def _keys(owner: str, rules: Sequence[AlarmRule]) -> tuple[str, ...]:
    return tuple(f"{owner}/{rule.key}" for rule in rules)
