"""What Terraform answers, as values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# One line of Terraform's machine-readable output: Terraform documentation, "Machine-Readable UI".
Event = Mapping[str, Any]
_LOCK = re.compile(r"^\s*ID:\s+([0-9a-f-]{36})\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a plan does to one resource: create, update, delete, replace, move, import or forget."""

    address: str
    action: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A saved plan. `empty` is Terraform's own verdict: nothing to do, outputs included."""

    file: Path
    empty: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Output:
    """One output of a stack."""

    value: Any
    sensitive: bool


def lock_id(words: str) -> str | None:
    """The id of the lock that a refusal tells of, for `terraform force-unlock`."""
    found = _LOCK.search(words)
    return found[1] if found else None
