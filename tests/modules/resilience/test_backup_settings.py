"""Settings of backups: which rules are daily, and what AWS Backup would refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from modules.errors import ProblemsError
from modules.resilience.backup.settings import DAILY, BackupSettings, RestoreTesting
from modules.resilience.backup.vault_lock import VaultLock

OTHER = "eu-central-1"


@pytest.mark.parametrize(
    ("schedule", "daily"),
    [
        *(("cron(0 6 * * ? *)", True), ("cron(0 6 ? * * *)", True), ("cron(0 */6 * * ? *)", True)),
        *(("cron(0 6 ? * SUN *)", False), ("cron(0 6 1 * ? *)", False), ("cron(0 6 * 1 ? *)", False)),
    ],
)
def test_it_is_known_which_rules_are_daily(schedule: str, *, daily: bool) -> None:
    assert replace(DAILY, schedule=schedule).is_daily is daily


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: VaultLock(mode="compliance", changeable_for_days=3),
            "VaultLock.mode: got compliance, which nobody can ever undo; allowed: governance; compliance "
            "with can_never_be_undone=True",
        ),
        (
            lambda: VaultLock(mode="compliance", can_never_be_undone=True),
            "VaultLock.changeable_for_days: got compliance without days to undo it; allowed: changeable_for",
        ),
        (
            lambda: VaultLock(changeable_for_days=3),
            "VaultLock.mode: got governance with changeable_for_days; allowed: governance alone",
        ),
        (lambda: VaultLock(can_never_be_undone=True), "got governance with can_never_be_undone=True"),
        (
            lambda: VaultLock(mode="compliance", can_never_be_undone=True, changeable_for_days=2),
            "changeable_for_days: got 2",
        ),
        (lambda: VaultLock(min_days=30, max_days=7), "max_days: got at least 30 and at most 7 days"),
        (
            lambda: BackupSettings(
                protected=False,
                lock=VaultLock(mode="compliance", can_never_be_undone=True, changeable_for_days=3),
            ),
            "lock: got compliance with protected=False",
        ),
        (
            lambda: BackupSettings(lock=VaultLock(max_days=90)),
            "plans.daily.monthly.keep_days: got 365 days; allowed: 7 to 90 days, by the vault's lock",
        ),
        (
            lambda: BackupSettings(plans={"daily": (replace(DAILY, copy_days=3),)}, copy_region=OTHER),
            "plans.daily.daily.copy_days: got 3 days; allowed: 7 days or more",
        ),
        (
            lambda: BackupSettings(plans={"daily": (replace(DAILY, copy_days=30),)}),
            "copy_region: got copy_region=None and 1 rules with copy_days; allowed: both or neither",
        ),
        (lambda: BackupSettings(copy_region=OTHER), "and 0 rules with copy_days; allowed: both or neither"),
        (lambda: BackupSettings(plans={}), "plans: got no plan"),
        (lambda: BackupSettings(plans={"daily": ()}), "plans.daily: got no rule"),
        (lambda: BackupSettings(plans={"daily": (DAILY, DAILY)}), "plans.daily: got rules daily, daily"),
        (lambda: BackupSettings(plans={"Every day": (DAILY,)}), "plans: got 'Every day'"),
        (lambda: replace(DAILY, name="Daily"), "name: got 'Daily'"),
        (lambda: replace(DAILY, schedule="rate(1 day)"), "daily.schedule: got 'rate(1 day)'; allowed: cron("),
        (lambda: replace(DAILY, schedule="cron(0 6 * * * *)"), "daily.schedule: got 'cron(0 6 * * * *)'"),
        (
            lambda: replace(DAILY, cold_after_days=30),
            "daily.cold_after_days: got cold after 30 days, kept for 35; allowed: 90 days or more",
        ),
        (lambda: replace(DAILY, start_window_minutes=59), "start_window_minutes: got 59"),
        (
            lambda: replace(DAILY, start_window_minutes=720),
            "completion_window_minutes: got 720 minutes to end, 720 to begin",
        ),
        (lambda: RestoreTesting(resource_types=()), "resource_types: got ()"),
        (lambda: RestoreTesting(resource_types=("RDS", "RDS")), "resource_types: got 'RDS' twice"),
        (lambda: RestoreTesting(resource_types=("RDS",), schedule="daily"), "schedule: got 'daily'"),
    ],
)
def test_what_aws_backup_refuses_is_refused_by_name(make: Callable[[], object], said: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        make()
    assert said in str(raised.value)


def test_ninety_days_in_cold_storage_are_enough() -> None:
    assert replace(DAILY, cold_after_days=30, keep_days=120).keep_days == 120
