"""Keys of states, locks and digests in the backend, derived from the names of stacks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from modules.errors import Problem, ProblemsError, refusal

# Lower case and '-' only: names can't differ in case alone, or contain a path.
_STACK = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FILE = "terraform.tfstate"
# The suffixes that Terraform's S3 backend gives to the lock object and to the digest's item.
_LOCK, _DIGEST = ".tflock", "-md5"


def state_key(stack: str) -> str:
    """The key of a stack's state: `ohi-dev/terraform.tfstate`."""
    if not _STACK.fullmatch(stack):
        why = refusal(got=repr(stack), allowed="lower-case words joined by '-'", fix="rename the stack")
        raise ProblemsError.one("stack", why)
    return f"{stack}/{_FILE}"


def state_keys(stacks: Iterable[str]) -> dict[str, str]:
    """Stack → key of its state. Raises ProblemsError when two stacks would share one."""
    keys: dict[str, str] = {}
    twice = []
    for stack in stacks:
        if stack in keys:
            twice.append(Problem(where=stack, what="two stacks have this name, so one state; rename one"))
        keys[stack] = state_key(stack)
    if twice:
        raise ProblemsError(twice)
    return keys


def stack_of(key: str) -> str | None:
    """The stack whose state or lock is at `key`, or None for another object."""
    folder, _, file = key.rpartition("/")
    return folder if file in {_FILE, _FILE + _LOCK} and _STACK.fullmatch(folder) else None


def lock_key(key: str) -> str:
    """The key of the S3 object that locks the state at `key`."""
    return key + _LOCK


def lock_item(bucket: str, key: str) -> str:
    """The LockID of the DynamoDB item that locks the state at `key`."""
    return f"{bucket}/{key}"


def digest_item(bucket: str, key: str) -> str:
    """The LockID of the DynamoDB item that holds the MD5 of the state at `key`."""
    return f"{bucket}/{key}{_DIGEST}"
