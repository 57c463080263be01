"""The state backend of the account: the S3 backend of all stacks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from backend import BackendSettings, s3_states
from stacks.entry import Entry

if TYPE_CHECKING:
    from constructs import Construct


def entry(stacks: Iterable[str]) -> Entry:
    """The entry of the stack state-backend, for the states of `stacks` and its own."""
    from stacks.state_backend.settings import NAME, TAG_POLICY, state_backend_settings

    names = (*stacks, NAME)

    def build(scope: Construct, state: BackendSettings) -> object:
        from stacks.state_backend.stack import StateBackendStack

        return StateBackendStack(scope, settings=state_backend_settings(s3_states(), names), state=state)

    return Entry(name=NAME, build=build, tag_policy=TAG_POLICY, networks=(), domains=())
