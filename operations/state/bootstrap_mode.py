"""What a bootstrap has to do, decided from what exists. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from backend.records import State, read_state
from modules.errors import ProblemsError


class BootstrapMode(Enum):
    """What a bootstrap has to do."""

    CREATE_AND_MIGRATE = "to be created, and its own state moved there"
    VERIFY = "holds its own state; to be checked"


def read_local_state(stack: str, file: Path) -> State | None:
    """Read the state in a file; None if it manages nothing. Raises ProblemsError if it is not a state."""
    if not file.exists():
        return None
    modified = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    state = read_state(stack, file.read_bytes(), modified=modified, digest=None)
    return state if state.ids else None


def bootstrap_mode(*, bucket: str, exists: bool, remote: State | None, local: State | None) -> BootstrapMode:
    """Decide what to do. Raises ProblemsError where a state would be overwritten or orphaned.

    Moving a state gives it another lineage, so two states count as the same if they manage the same.
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
        return BootstrapMode.VERIFY
    if exists and not known:
        what = "exists, but no state knows it. If a bootstrap was killed just then it is empty: delete it"
        raise ProblemsError.one(where, f"{what} and run this again; otherwise name another in the file")
    return BootstrapMode.CREATE_AND_MIGRATE


def _buckets(state: State | None) -> set[str]:
    ids = state.ids if state else {}
    return {name for address, name in ids.items() if address.startswith("aws_s3_bucket.")}
