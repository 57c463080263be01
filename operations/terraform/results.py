"""Values that Terraform's output is read into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modules.errors import Problem, ProblemsError, refusal

# One line of Terraform's machine-readable output: Terraform documentation, "Machine-Readable UI".
Event = Mapping[str, Any]
# What Terraform says of a lock that somebody holds, in the fields of its lock info.
_HELD = re.compile(
    r"Lock Info:\s+ID:[^\S\n]*(?P<id>\S*).*?\s+Operation:[^\S\n]*(?:OperationType)?(?P<operation>[^\n]*)"
    r"\s+Who:[^\S\n]*(?P<who>[^\n]*).*?\s+Created:[^\S\n]*(?P<day>\S+) (?P<time>\d+:\d+)",
    re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A planned change of one resource: create, update, delete, replace, move, import or forget."""

    address: str
    action: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A saved plan. `empty` is Terraform's own answer: no changes, of outputs neither."""

    file: Path
    empty: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Output:
    """One output of a stack."""

    value: Any
    sensitive: bool


class LockedError(ProblemsError):
    """Somebody holds the lock of a state: nothing was changed."""


def locked(stack: str, error: str) -> LockedError | None:
    """An error of Terraform as a sentence, if it is that somebody holds the lock of the stack's state."""
    if (held := _HELD.search(error)) is None:
        return None
    operation, who = held["operation"].strip().lower() or "something", held["who"].strip()
    of = f"{operation} of {who} since {held['day']} {held['time']} UTC"
    why = refusal(
        got=f"a lock that is held: {of} ({held['id']})",
        allowed="a free one",
        fix=f"wait until that has ended; if it was killed, release it: infra state unlock {stack}",
    )
    return LockedError([Problem(where=f"state of {stack}", what=why)])
