"""What every module of one stack shares: the account, how things are named, how they are tagged."""

from __future__ import annotations

from dataclasses import dataclass

from modules.account import Account
from modules.naming import Naming
from modules.tagging import Tags


@dataclass(frozen=True, kw_only=True)
class Context:
    """Where a module is deployed, and what its resources are called and carry."""

    account: Account
    naming: Naming
    tags: Tags

    @property
    def region(self) -> str:
        """The stack's region."""
        return self.account.region
