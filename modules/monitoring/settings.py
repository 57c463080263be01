"""Settings of monitoring: subscriptions of topics, and overrides of alarms. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from ..errors import Problem, refusal
from ..settings import settings
from ..values import NotNegative, Periods, Text
from .monitored import Severity

_PHONE = re.compile(r"\+[1-9]\d{6,14}")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL = re.compile(rf"{_LOCAL}(\.{_LOCAL})*@({_LABEL}\.)+[A-Za-z]{{2,63}}")


def _address(text: str) -> str:
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        allowed = "an e-mail address such as alerts@example.com"
        raise ValueError(refusal(got=repr(text), allowed=allowed, fix="correct the address"))
    return text


def _number(text: str) -> str:
    if not _PHONE.fullmatch(text):
        allowed = "a phone number in E.164, such as +2348012345678"
        raise ValueError(refusal(got=repr(text), allowed=allowed, fix="correct the number"))
    return text


Email = Annotated[str, AfterValidator(_address)]
Phone = Annotated[str, AfterValidator(_number)]

# CloudWatch API: PutMetricAlarm, AlarmName.
_AlarmKey = Annotated[
    str,
    Text(
        pattern=r"[a-z0-9-]+(/[a-z0-9-]+)+", longest=255, allowed="the key of an alarm, such as api/latency"
    ),
]


@settings
class TopicSettings:
    """Subscriptions of a topic. An address gets no notification before its confirmation.

    `phones` get text messages, also when mail fails: an account's SMS sandbox takes verified numbers only
    (Amazon SNS developer guide, "Using the Amazon SNS SMS sandbox").
    """

    emails: tuple[Email, ...]
    phones: tuple[Phone, ...] = ()

    @property
    def endpoints(self) -> tuple[tuple[str, str], ...]:
        """Protocol and endpoint of each subscription."""
        return (*(("email", one) for one in self.emails), *(("sms", one) for one in self.phones))

    def problems(self) -> Iterator[Problem]:
        """A topic without subscriptions, or with duplicates."""
        if not self.emails:
            why = refusal(got="none", allowed="at least one address", fix="add one or drop the topic")
            yield Problem(where="emails", what=why)
        for where, values in (("emails", self.emails), ("phones", self.phones)):
            lower = [one.lower() for one in values]
            for one in sorted({one for one in lower if lower.count(one) > 1}):
                why = refusal(got=f"{one} twice", allowed="each once", fix="remove one")
                yield Problem(where=where, what=why)


@settings
class AlarmOverride:
    """Overrides of one alarm rule; None keeps the module's value."""

    enabled: bool = True
    severity: Severity | None = None
    threshold: float | None = None
    periods: Periods | None = None
    datapoints: Periods | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """The overridden fields and their values."""
        fields = ("severity", "threshold", "periods", "datapoints")
        return {name: value for name in fields if (value := getattr(self, name)) is not None}


@settings
class MonitoringSettings:
    """Topics and alarm overrides of one environment.

    Without a critical topic, critical alarms notify the warning topic, for environments without on-call duty.
    Warnings never notify the critical topic. `alarms` overrides by key, such as `api/latency`. While the
    composite alarm of a cause is in ALARM, it suppresses the actions of the alarms that depend on it:
    `suppressor_wait_seconds` and `suppressor_extension_seconds` are CloudWatch's ActionsSuppressorWaitPeriod
    and ActionsSuppressorExtensionPeriod.
    """

    warning: TopicSettings | None = None
    critical: TopicSettings | None = None
    alarms: Mapping[_AlarmKey, AlarmOverride] = field(default_factory=dict)
    notify_recovery: bool = True
    suppressor_wait_seconds: NotNegative = 120
    suppressor_extension_seconds: NotNegative = 300
    # Default time range of the dashboards.
    hours_shown: Annotated[int, Field(ge=1, le=10_920)] = 6

    @property
    def topics(self) -> dict[Severity, TopicSettings]:
        """The topics that are set, by severity."""
        both: dict[Severity, TopicSettings | None] = {"critical": self.critical, "warning": self.warning}
        return {severity: topic for severity, topic in both.items() if topic}

    def topic_of(self, severity: Severity) -> Severity | None:
        """The severity of the topic that an alarm notifies; None without a topic."""
        if severity in self.topics:
            return severity
        return "warning" if severity == "critical" and self.warning else None
