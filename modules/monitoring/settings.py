"""Settings of monitoring: who is told, and which figures differ in an environment. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Any

from pydantic import AfterValidator, NonNegativeInt, PositiveInt

from ..errors import Problem, refusal
from ..settings import settings
from .monitored import Severity

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"{_LOCAL}(\.{_LOCAL})*@({_LABEL}\.)+[A-Za-z]{{2,63}}")


def _address(text: str) -> str:
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        allowed = "an e-mail address such as alerts@example.com"
        raise ValueError(refusal(got=repr(text), allowed=allowed, fix="correct the address"))
    return text


Email = Annotated[str, AfterValidator(_address)]


@settings
class TopicSettings:
    """Who is told. Each address gets one message to confirm, and nothing before it has."""

    emails: tuple[Email, ...]

    def problems(self) -> Iterator[Problem]:
        """A topic that tells nobody, or somebody twice."""
        if not self.emails:
            why = refusal(got="none", allowed="at least one address", fix="add one or drop the topic")
            yield Problem(where="emails", what=why)
        lower = [email.lower() for email in self.emails]
        for email in sorted({email for email in lower if lower.count(email) > 1}):
            why = refusal(got=f"{email} twice", allowed="each once", fix="remove one")
            yield Problem(where="emails", what=why)


@settings
class AlarmOverride:
    """What differs from what the module says of one alarm; None is as the module says."""

    enabled: bool = True
    severity: Severity | None = None
    threshold: float | None = None
    periods: PositiveInt | None = None
    datapoints: PositiveInt | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """What is replaced."""
        fields = ("severity", "threshold", "periods", "datapoints")
        return {name: value for name in fields if (value := getattr(self, name)) is not None}


@settings
class MonitoringSettings:
    """Who is told of what in one environment.

    Without a critical topic, critical alarms go to the warning topic: outside production nobody is woken, and
    nothing is lost. Never the other way: a warning wakes nobody. `alarms` overrides by key, such as
    `api/latency`. While a cause rings, the alarms of what it explains are held back: for
    `suppressor_wait_seconds` they wait whether the cause rings too, and for `suppressor_extension_seconds`
    after it whether they recover.
    """

    warning: TopicSettings | None = None
    critical: TopicSettings | None = None
    alarms: Mapping[str, AlarmOverride] = field(default_factory=dict)
    notify_recovery: bool = True
    suppressor_wait_seconds: NonNegativeInt = 120
    suppressor_extension_seconds: NonNegativeInt = 300
    # What the dashboards show when they are opened.
    hours_shown: PositiveInt = 6

    @property
    def topics(self) -> dict[Severity, TopicSettings]:
        """The topics there are, by severity."""
        both: dict[Severity, TopicSettings | None] = {"critical": self.critical, "warning": self.warning}
        return {severity: topic for severity, topic in both.items() if topic}

    def topic_of(self, severity: Severity) -> Severity | None:
        """Which topic an alarm of a severity goes to; None if there is none for it."""
        if severity in self.topics:
            return severity
        return "warning" if severity == "critical" and self.warning else None
