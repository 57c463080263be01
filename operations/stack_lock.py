"""The lock of a stack's state, taken for what Terraform must not do at the same time."""

from __future__ import annotations

import getpass
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import backend
from backend.cloud_workspace import CloudWorkspace
from backend.keys import state_key
from backend.settings import CloudSettings, S3States
from backend.states import StateStore
from modules.errors import Problem, ProblemsError, refusal
from operations.stacks import refuse_unpushed
from stacks.output import stack_directory


@contextmanager
def stack_lock(stack: str, operation: str) -> Iterator[None]:
    """Hold the lock of a stack's state, as Terraform would.

    Raises ProblemsError if somebody holds it. In Terraform Cloud it is that of the workspace; for a state on
    the local disk nothing is locked, for nobody else has it. A state that was never pushed refuses it too.
    """
    refuse_unpushed(stack_directory(stack))
    match backend.load():
        case S3States() as states:
            with _locked_store(StateStore(states.of(stack)), stack, operation):
                yield
        case CloudSettings() as settings:
            with _locked_workspace(CloudWorkspace(settings, stack), operation):
                yield
        case _:
            yield


@contextmanager
def _locked_workspace(workspace: CloudWorkspace, operation: str) -> Iterator[None]:
    workspace.lock(operation)
    try:
        yield
    finally:
        try:
            workspace.unlock()
        except ProblemsError as error:
            what = f"is still locked by {operation}; unlock it at {workspace.address}"
            left = Problem(where=f"workspace {workspace.name}", what=what)
            raise ProblemsError([*error.problems, left]) from None


@contextmanager
def _locked_store(store: StateStore, stack: str, operation: str) -> Iterator[None]:
    lock = store.take(stack, json.dumps(_info(stack, operation)))
    if lock is None:
        raise ProblemsError.one(f"lock of {stack}", _held(store, stack))
    try:
        yield
    finally:
        store.release(lock)


def holders(stack: str) -> list[str]:
    """Who holds the locks of a stack's state, for people; of states elsewhere than in S3 nobody."""
    states = backend.load()
    if not isinstance(states, S3States):
        return []
    return holders_in(StateStore(states.of(stack)), stack)


def holders_in(store: StateStore, stack: str) -> list[str]:
    """The same, of the locks in one store."""
    held = [f"{one.operation} of {one.who} since {one.created:%Y-%m-%d %H:%M}" for one in store.locks(stack)]
    return list(dict.fromkeys(held))


def _info(stack: str, operation: str) -> dict[str, str]:
    # The fields of Terraform's own lock info, so that `infra state` and Terraform can show it.
    return {
        "ID": str(uuid4()),
        "Operation": operation,
        "Info": "",
        "Who": f"{getpass.getuser()}@{socket.gethostname()}",
        "Version": "",
        "Created": datetime.now(UTC).isoformat(),
        "Path": state_key(stack),
    }


def _held(store: StateStore, stack: str) -> str:
    by = ", ".join(holders_in(store, stack))
    return refusal(
        got=f"held: {by or 'by somebody'}",
        allowed="a free lock, since an apply may be rotating entries of the secret",
        fix=f"wait until it has ended, or release it if it was killed: infra state unlock {stack}",
    )
