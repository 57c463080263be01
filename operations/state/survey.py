"""What a bootstrap finds, and what that leaves to do. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from backend.records import State
from modules.errors import ProblemsError


class Way(Enum):
    """What is left to do."""

    WHOLE = "to be created, and its own state moved there"
    CHECK = "holds its own state; to be checked"


@dataclass(frozen=True, kw_only=True)
class LocalState:
    """A state on this machine that has resources. `bucket`: the bucket in it, if it got that far."""

    lineage: str
    bucket: str | None


def read_local(file: Path) -> LocalState | None:
    """The state in a file, or nothing if it has no resources. Raises ProblemsError if it is no state."""
    if not file.exists():
        return None
    try:
        state = json.loads(file.read_text())
        managed = [one for one in state["resources"] if one["mode"] == "managed"]
        buckets = [
            one["instances"][0]["attributes"]["bucket"] for one in managed if one["type"] == "aws_s3_bucket"
        ]
        lineage = state["lineage"]
    except (ValueError, KeyError, TypeError, IndexError):
        what = "is not a state of Terraform's; look at it, and move it out of the way"
        raise ProblemsError.one(str(file), what) from None
    return LocalState(lineage=lineage, bucket=next(iter(buckets), None)) if managed else None


def way_from(*, bucket: str, exists: bool, remote: State | None, local: LocalState | None) -> Way:
    """What is left to do. Raises ProblemsError where it would overwrite or orphan something."""
    where = f"bucket {bucket}"
    if local is not None and local.bucket not in {None, bucket}:
        what = (
            f"the state on this machine is of {local.bucket} and not moved there yet; finish that one first"
        )
        raise ProblemsError.one(where, what)
    if remote is not None and local is not None and local.lineage != remote.lineage:
        what = f"holds another state (serial {remote.serial}) than the one on this machine"
        raise ProblemsError.one(where, f"{what}; find out which is real, and move the other out of the way")
    if remote is not None:
        return Way.CHECK
    if exists and (local is None or local.bucket is None):
        what = "exists, but no state knows it. If a bootstrap was killed just then it is empty: delete it"
        raise ProblemsError.one(where, f"{what} and run this again; otherwise name another in the file")
    return Way.WHOLE
