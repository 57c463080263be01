"""What a bootstrap finds, and what that leaves to do. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from backend.records import State, read_state
from modules.errors import ProblemsError


class Way(Enum):
    """What is left to do."""

    WHOLE = "to be created, and its own state moved there"
    CHECK = "holds its own state; to be checked"


def read_local(stack: str, file: Path) -> State | None:
    """The state in a file, or nothing if it manages nothing. Raises ProblemsError if it is no state."""
    if not file.exists():
        return None
    modified = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    state = read_state(stack, file.read_bytes(), modified=modified, digest=None)
    return state if state.ids else None


def way_from(*, bucket: str, exists: bool, remote: State | None, local: State | None) -> Way:
    """What is left to do. Raises ProblemsError where it would overwrite or orphan something.

    Moving a state gives it another lineage, so two states are one if they manage the same.
    """
    where = f"bucket {bucket}"
    known = _buckets(local)
    if known - {bucket}:
        other = ", ".join(known)
        what = f"the state on this machine is of {other} and not moved there yet; finish that one first"
        raise ProblemsError.one(where, what)
    if remote is not None and local is not None and not local.ids.items() <= remote.ids.items():
        missing = ", ".join(sorted(local.ids.keys() - remote.ids.keys())) or "the same under other ids"
        what = (
            f"holds a state already (serial {remote.serial}), and another is on this machine, with {missing}"
        )
        raise ProblemsError.one(where, f"{what}; find out which is real, and move the other out of the way")
    if remote is not None:
        return Way.CHECK
    if exists and not known:
        what = "exists, but no state knows it. If a bootstrap was killed just then it is empty: delete it"
        raise ProblemsError.one(where, f"{what} and run this again; otherwise name another in the file")
    return Way.WHOLE


def _buckets(state: State | None) -> set[str]:
    ids = state.ids if state else {}
    return {name for address, name in ids.items() if address.startswith("aws_s3_bucket.")}
