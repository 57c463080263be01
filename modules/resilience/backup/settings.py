"""Settings of backups. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field

from ...errors import Problem, refusal
from ...settings import settings
from ...values import MOST, LockedDays, Name, Region, TagKey
from .vault_lock import VaultLock

# EventBridge user guide, "Cron expressions": six fields, of which one of the two of days is `?`.
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
# AWS Backup API: Lifecycle, "DeleteAfterDays … must be greater than 90 days plus MoveToColdStorageAfterDays".
_DAYS_IN_COLD_STORAGE = 90
# AWS Backup API: BackupRule, StartWindowMinutes, "at least 60 minutes".
Minutes = Annotated[int, Field(ge=60, le=MOST)]
Hours = Annotated[int, Field(ge=1, le=168)]
# AWS Backup API: RestoreTestingSelectionForCreate, ProtectedResourceType; those that the modules create.
ResourceType = Literal["Aurora", "DynamoDB", "EBS", "EC2", "EFS", "RDS", "S3"]


def _cron_problems(where: str, schedule: str) -> Iterator[Problem]:
    found = _CRON.fullmatch(schedule)
    if not found or [found[3], found[5]].count("?") != 1:
        allowed = "cron(minute hour day-of-month month day-of-week year) in UTC, one of the days ?"
        yield Problem(where=where, what=refusal(got=repr(schedule), allowed=allowed, fix="correct it"))


@settings
class BackupRule:
    """When backups are made, in UTC, and for how many days they are kept."""

    name: Name
    schedule: str
    keep_days: LockedDays
    # In the second region. None: no copy.
    copy_days: LockedDays | None = None
    # To cold storage, which only some services have, such as EFS.
    cold_after_days: LockedDays | None = None
    # A job that hasn't begun by then, or ended, is given up.
    start_window_minutes: Minutes = 120
    completion_window_minutes: Minutes = 720

    @property
    def is_daily(self) -> bool:
        """Whether backups are made every day or more often."""
        found = _CRON.fullmatch(self.schedule)
        return found is not None and found.group(3, 4, 5) in (("*", "*", "?"), ("?", "*", "*"))

    def problems(self) -> Iterator[Problem]:
        """Schedules, retention and windows that AWS Backup refuses."""
        yield from _cron_problems(f"{self.name}.schedule", self.schedule)
        if self.cold_after_days and self.keep_days < self.cold_after_days + _DAYS_IN_COLD_STORAGE:
            why = refusal(
                got=f"cold after {self.cold_after_days} days, kept for {self.keep_days}",
                allowed=f"{_DAYS_IN_COLD_STORAGE} days or more in cold storage",
                fix="keep it longer, or leave it warm",
            )
            yield Problem(where=f"{self.name}.cold_after_days", what=why)
        if self.completion_window_minutes <= self.start_window_minutes:
            why = refusal(
                got=f"{self.completion_window_minutes} minutes to end, {self.start_window_minutes} to begin",
                allowed="more to end than to begin",
                fix="widen completion_window_minutes",
            )
            yield Problem(where=f"{self.name}.completion_window_minutes", what=why)


# After the windows of the databases: while one backs itself up or is changed, AWS Backup must wait or fails.
DAILY = BackupRule(name="daily", schedule="cron(0 6 * * ? *)", keep_days=35)
WEEKLY = BackupRule(name="weekly", schedule="cron(0 8 ? * SUN *)", keep_days=90)
MONTHLY = BackupRule(name="monthly", schedule="cron(0 10 1 * ? *)", keep_days=365)


@settings
class RestoreTesting:
    """Restores on trial: the newest backup of each kind is restored, and what came of it deleted again."""

    resource_types: tuple[ResourceType, ...] = Field(min_length=1)
    # At noon of the second of each month, when the monthly backups are there.
    schedule: str = "cron(0 12 2 * ? *)"
    # How old the newest backup may be.
    window_days: Annotated[int, Field(ge=1, le=365)] = 7
    start_window_hours: Hours = 8
    # What was restored stays for so long, to be looked at; it is charged.
    validation_window_hours: Hours = 1

    def problems(self) -> Iterator[Problem]:
        """An invalid schedule, and a kind that is named twice."""
        yield from _cron_problems("schedule", self.schedule)
        for kind in sorted({one for one in self.resource_types if self.resource_types.count(one) > 1}):
            why = refusal(got=f"{kind!r} twice", allowed="each once", fix="remove one")
            yield Problem(where="resource_types", what=why)


@settings
class BackupSettings:
    """Backups of what is tagged. `protected` prevents the destruction of the vaults and their backups."""

    protected: bool = True
    # Value of the tag BackupPolicy → rules: `daily` is what the modules tag their databases with.
    plans: Mapping[Name, tuple[BackupRule, ...]] = field(
        default_factory=lambda: {"daily": (DAILY, WEEKLY, MONTHLY)}
    )
    # Tags that tell this environment's resources from others of the account; those that the stack has.
    scope_tags: tuple[TagKey, ...] = ("Application", "Environment", "Project")
    # For rules with `copy_days`.
    copy_region: Region | None = None
    # None: whoever may delete backups, can.
    lock: VaultLock | None = VaultLock()
    restore_testing: RestoreTesting | None = None
    # S3 buckets too, which takes further permissions.
    buckets: bool = False

    def problems(self) -> Iterator[Problem]:
        """Plans without rules, copies without a region, retention that the lock refuses, an unending lock."""
        if not self.plans:
            why = refusal(got="no plan", allowed="one or more", fix="add one, or leave the module out")
            yield Problem(where="plans", what=why)
        for value, rules in self.plans.items():
            yield from self._plan_problems(value, rules)
        copies = [rule for rules in self.plans.values() for rule in rules if rule.copy_days]
        if bool(copies) != bool(self.copy_region):
            why = refusal(
                got=f"copy_region={self.copy_region!r} and {len(copies)} rules with copy_days",
                allowed="both or neither",
                fix="set copy_region, and copy_days of the rules whose backups it keeps",
            )
            yield Problem(where="copy_region", what=why)
        if self.lock and self.lock.mode == "compliance" and not self.protected:
            why = refusal(
                got="compliance with protected=False",
                allowed="compliance with protected=True",
                fix="protect it: a vault that is locked for ever can't be destroyed",
            )
            yield Problem(where="lock", what=why)

    def _plan_problems(self, value: str, rules: tuple[BackupRule, ...]) -> Iterator[Problem]:
        where, names = f"plans.{value}", [rule.name for rule in rules]
        if not rules or len(set(names)) < len(names):
            got = f"rules {', '.join(names)}" if rules else "no rule"
            why = refusal(got=got, allowed="one rule or more, of different names", fix="add or rename one")
            yield Problem(where=where, what=why)
        for rule in rules if self.lock else ():
            for setting, days in (("keep_days", rule.keep_days), ("copy_days", rule.copy_days)):
                if days and self.lock and not self.lock.allows(days):
                    why = refusal(
                        got=f"{days} days",
                        allowed=f"{self.lock.range}, by the vault's lock",
                        fix="change one of the two: such a backup would fail",
                    )
                    yield Problem(where=f"{where}.{rule.name}.{setting}", what=why)
