"""Locks of backup vaults. Pure."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from ...errors import Problem, refusal
from ...settings import settings
from ...values import LockedDays


@settings
class VaultLock:
    """What keeps backups from being deleted before their time, by anyone.

    In governance mode who may (`backup:DeleteBackupVaultLockConfiguration`) takes the lock off again. In
    compliance mode nobody can, neither AWS nor the account's root user, once `changeable_for_days` are over:
    the backups and their cost stay until they expire. Source: AWS Backup developer guide, "AWS Backup Vault
    Lock".
    """

    # Backups of a shorter or longer retention fail.
    min_days: LockedDays = 7
    max_days: LockedDays | None = None
    mode: Literal["governance", "compliance"] = "governance"
    # Required for compliance mode: days in which it can still be undone.
    changeable_for_days: Annotated[int, Field(ge=3, le=36_500)] | None = None
    # Says that compliance mode is meant.
    can_never_be_undone: bool = False

    def problems(self) -> Iterator[Problem]:
        """A lock that could never be undone without being asked for, and contradictions."""
        if self.max_days and self.max_days < self.min_days:
            got = f"at least {self.min_days} and at most {self.max_days} days"
            why = refusal(got=got, allowed="max_days of min_days or more", fix="change one of the two")
            yield Problem(where="max_days", what=why)
        if self.mode == "compliance":
            yield from self._without_consent()
        elif self.changeable_for_days or self.can_never_be_undone:
            given = "changeable_for_days" if self.changeable_for_days else "can_never_be_undone=True"
            why = refusal(
                got=f"governance with {given}",
                allowed="governance alone, which can be undone at any time",
                fix="remove it, or ask for mode='compliance' with both",
            )
            yield Problem(where="mode", what=why)

    def _without_consent(self) -> Iterator[Problem]:
        if not self.can_never_be_undone:
            why = refusal(
                got="compliance, which nobody can ever undo",
                allowed="governance; compliance with can_never_be_undone=True",
                fix="take governance, or say that it is meant",
            )
            yield Problem(where="mode", what=why)
        if not self.changeable_for_days:
            why = refusal(
                got="compliance without days to undo it",
                allowed="changeable_for_days of 3 or more",
                fix="set the days in which you look at the first backups",
            )
            yield Problem(where="changeable_for_days", what=why)

    def allows(self, days: int) -> bool:
        """Whether backups may be kept for so many days."""
        return self.min_days <= days and (self.max_days is None or days <= self.max_days)

    @property
    def range(self) -> str:
        """The retention that it allows, in words."""
        return (
            f"{self.min_days} days or more"
            if self.max_days is None
            else f"{self.min_days} to {self.max_days} days"
        )
