"""What the state of a stack says: whether it was applied, whether it is paused, who holds its lock."""

from __future__ import annotations

from dataclasses import dataclass

import backend
from backend.settings import S3States
from backend.states import StateStore
from operations.stack_lock import holders_in
from operations.terraform import unpushed
from stacks.output import stack_directory


@dataclass(frozen=True, kw_only=True)
class StackState:
    """The state; None where only Terraform can read it (Terraform Cloud, a local disk)."""

    applied: bool | None
    paused: bool | None
    locks: tuple[str, ...]
    unpushed: tuple[str, ...] = ()  # a newer state in its directory, with what pushes it


def state_of(stack: str, variable: str) -> StackState:
    """Read it from the bucket. `variable` is the output that says whether the stack is paused."""
    kept = tuple(one.what for one in unpushed(stack_directory(stack)))
    states = backend.load()
    if not isinstance(states, S3States):
        return StackState(applied=None, paused=None, locks=(), unpushed=kept)
    store = StateStore(states.of(stack))
    if not store.bucket_exists():
        return StackState(applied=False, paused=None, locks=(), unpushed=kept)
    found = store.state(stack)
    return StackState(
        applied=found is not None and bool(found.ids),
        paused=bool(found.outputs.get(variable)) if found else None,
        locks=tuple(holders_in(store, stack)),
        unpushed=kept,
    )
