"""The state backends of the account: that of all stacks, and that of recoveries in another region."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from backend import BackendSettings, s3_states
from stacks.entry import Entry

if TYPE_CHECKING:
    from constructs import Construct


def entries(stacks: Iterable[Entry]) -> list[Entry]:
    """The entry of the stack state-backend, for the states of `stacks` and its own.

    Where one of them is the recovery of another, also that of the stack state-backend-recovery, in whose
    bucket the states of recoveries are.
    """
    from stacks.state_backend.settings import NAME, RECOVERY

    listed = list(stacks)
    made = [NAME, *([RECOVERY] if any(one.recovery_of for one in listed) else [])]
    names = (*(one.name for one in listed), *made)
    return [_entry(name, names) for name in made]


def _entry(name: str, stacks: tuple[str, ...]) -> Entry:
    from stacks.state_backend.settings import TAG_POLICY, state_backend_settings

    def build(scope: Construct, state: BackendSettings) -> object:
        from stacks.state_backend.stack import StateBackendStack

        settings = state_backend_settings(s3_states(), stacks, name=name)
        return StateBackendStack(scope, name, settings=settings, state=state)

    return Entry(name=name, build=build, tag_policy=TAG_POLICY, networks=(), domains=())
