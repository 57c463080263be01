"""Settings of budgets, anomaly alarms, allocation tags and the report of unused resources. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field

from pydantic import PositiveFloat

from ..errors import Problem, refusal
from ..log_retention import RetentionDays
from ..monitoring.settings import Email
from ..settings import settings
from ..values import Positive, TagKey, TagValue

# AWS Budgets user guide, "Quotas and restrictions": notifications of a budget, addresses of a notification.
_MOST_NOTIFICATIONS, _MOST_EMAILS = 10, 10
_MONITOR_ARN = re.compile(r"arn:[a-z-]+:ce::\d{12}:anomalymonitor/[0-9a-f-]+")
_SCHEDULE = re.compile(r"(rate|cron)\([^()]+\)")


@settings
class BudgetSettings:
    """A budget of a month in USD, and the shares of it that somebody is told of.

    A share that was spent is told up to a day late, since AWS calculates costs a few times a day; one of the
    forecast as soon as AWS expects it for the end of the month, which takes about five weeks of past costs
    (AWS Budgets user guide, "Best practices for AWS Budgets").
    """

    monthly_usd: PositiveFloat
    # The tag whose value tells the environment's costs from others; None: all costs of the account, for an
    # environment with an account of its own. It counts nothing before it is an allocation tag.
    tag: TagKey | None = "Environment"
    # Percent of the budget that were spent.
    actual_percent: tuple[Positive, ...] = (80, 100)
    # Percent of the budget that AWS expects to be spent by the end of the month.
    forecast_percent: tuple[Positive, ...] = (100,)
    # Addresses that AWS Budgets writes to itself, without a topic or a confirmation.
    emails: tuple[Email, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """No share, too many or the same twice; too many addresses."""
        number = len(self.actual_percent) + len(self.forecast_percent)
        if not 1 <= number <= _MOST_NOTIFICATIONS:
            allowed = f"1 to {_MOST_NOTIFICATIONS} in all"
            why = refusal(got=f"{number} shares", allowed=allowed, fix="add or remove some")
            yield Problem(where="actual_percent", what=why)
        for where, values in (
            ("actual_percent", self.actual_percent),
            ("forecast_percent", self.forecast_percent),
        ):
            if len(set(values)) != len(values):
                why = refusal(got=values, allowed="each one once", fix="remove the double")
                yield Problem(where=where, what=why)
        yield from _email_problems(self.emails)


@settings
class CostAnomalySettings:
    """Costs of an account that are unusual, by service.

    AWS allows one monitor of services in an account, and makes it itself in new accounts
    (`Default-Services-Monitor`): then `existing_monitor` is its ARN.
    """

    # Anomalies that cost less in all are told to nobody.
    least_usd: PositiveFloat = 20
    emails: tuple[Email, ...] = ()
    existing_monitor: str | None = None
    # Tag key → values, each with a monitor of its own; in the organization's management account alone.
    by_tag: Mapping[TagKey, tuple[TagValue, ...]] = field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        """A wrong ARN, keys without values, too many addresses."""
        if self.existing_monitor is not None and not _MONITOR_ARN.fullmatch(self.existing_monitor):
            allowed = "an ARN such as arn:aws:ce::123456789012:anomalymonitor/0f1e2d3c"
            why = refusal(got=repr(self.existing_monitor), allowed=allowed, fix="correct it")
            yield Problem(where="existing_monitor", what=why)
        for key, values in self.by_tag.items():
            if not values or len(set(map(kebab, values))) != len(values):
                allowed = "at least one value, different in letters and digits"
                why = refusal(got=values, allowed=allowed, fix="correct them")
                yield Problem(where=f"by_tag.{key}", what=why)
        yield from _email_problems(self.emails)


@settings
class AllocationTagSettings:
    """Keys of tags by which costs can be told apart. AWS takes a key a day after its first use."""

    keys: tuple[TagKey, ...]

    def problems(self) -> Iterator[Problem]:
        """No key, or some that differ by their capitals or punctuation alone."""
        if not self.keys or len(set(map(kebab, self.keys))) != len(self.keys):
            allowed = "at least one key, different in letters and digits"
            why = refusal(got=self.keys, allowed=allowed, fix="correct them")
            yield Problem(where="keys", what=why)


@settings
class UnusedResourceSettings:
    """What counts as unused in the account and region of the stack, and when it is looked for."""

    # Of EBS, and of RDS those that people took or that a deleted database left.
    snapshot_days: Positive = 90
    # Whatever lacks one of these is reported.
    required_tags: tuple[TagKey, ...] = ()
    # EventBridge's, in UTC: Mondays.
    schedule: str = "cron(0 7 ? * MON *)"
    log_retention_days: RetentionDays = 30

    def problems(self) -> Iterator[Problem]:
        """A schedule that EventBridge would refuse."""
        if not _SCHEDULE.fullmatch(self.schedule):
            allowed = "rate(7 days), cron(0 7 ? * MON *) or the like"
            why = refusal(got=repr(self.schedule), allowed=allowed, fix="correct it")
            yield Problem(where="schedule", what=why)


def kebab(text: str) -> str:
    """A tag's key or value as the id of a construct: `aws:createdBy` is `aws-created-by`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text)
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _email_problems(emails: tuple[str, ...]) -> Iterator[Problem]:
    if len(emails) > _MOST_EMAILS:
        why = refusal(got=len(emails), allowed=f"at most {_MOST_EMAILS}", fix="tell a topic or a list")
        yield Problem(where="emails", what=why)
    if len({one.lower() for one in emails}) != len(emails):
        yield Problem(where="emails", what=refusal(got=emails, allowed="each once", fix="remove the double"))
