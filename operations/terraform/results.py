"""Values that Terraform's output is read into."""

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


def lock_id(error: str) -> str | None:
    """The id of the lock that an error of Terraform names, for `terraform force-unlock`."""
    found = _LOCK.search(error)
    return found[1] if found else None
