"""States, versions and locks in the formats of Terraform's S3 backend. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import md5
from typing import Any

from modules.errors import ProblemsError


@dataclass(frozen=True, kw_only=True)
class State:
    """A state. `ids`: address → id of each managed resource.

    `digest_is_stale`: the digest in the lock table differs, so Terraform refuses the state.
    """

    stack: str
    serial: int
    ids: Mapping[str, str]
    size: int
    modified: datetime
    digest_is_stale: bool
    outputs: Mapping[str, Any] = field(default_factory=dict)  # without sensitive ones


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of a state in the bucket."""

    id: str
    modified: datetime
    size: int
    latest: bool


@dataclass(frozen=True, kw_only=True)
class Lock:
    """A lock of a state, in S3 or DynamoDB (`where`). `content` is the lock info that Terraform wrote."""

    stack: str
    where: str
    id: str
    who: str
    operation: str
    created: datetime
    content: str


def read_state(stack: str, content: bytes, *, modified: datetime, digest: str | None) -> State:
    """Parse a state file of version 4. Raises ProblemsError for an invalid file."""
    try:
        written: dict[str, Any] = json.loads(content)
        managed = [one for one in written["resources"] if one["mode"] == "managed"]
        return State(
            stack=stack,
            serial=written["serial"],
            ids=dict(pair for resource in managed for pair in _ids(resource)),
            size=len(content),
            modified=modified,
            digest_is_stale=digest not in {None, _digest(content)},
            outputs={
                name: one.get("value")
                for name, one in written.get("outputs", {}).items()
                if not one.get("sensitive")
            },
        )
    except (ValueError, KeyError, TypeError):
        raise _no_state(stack) from None


def attributes(stack: str, content: bytes) -> dict[str, Mapping[str, Any]]:
    """The attributes of each managed resource of a state file, by address. Raises ProblemsError."""
    try:
        managed = [one for one in json.loads(content)["resources"] if one["mode"] == "managed"]
        return {
            address: instance["attributes"]
            for resource in managed
            for instance, (address, _) in zip(resource["instances"], _ids(resource), strict=True)
        }
    except (ValueError, KeyError, TypeError):
        raise _no_state(stack) from None


def read_lock(stack: str, where: str, content: str) -> Lock:
    """Parse lock info. Raises ProblemsError for invalid content."""
    try:
        info = json.loads(content)
        return Lock(
            stack=stack,
            where=where,
            id=info["ID"],
            who=info["Who"],
            operation=info["Operation"].removeprefix("OperationType").lower(),
            created=datetime.fromisoformat(info["Created"]),
            content=content,
        )
    except (ValueError, KeyError, TypeError):
        raise ProblemsError.one(
            f"lock of {stack} in {where}", f"is no lock of Terraform: {content!r}; delete it by hand"
        ) from None


def _no_state(stack: str) -> ProblemsError:
    what = "is no Terraform state of version 4; restore an older version"
    return ProblemsError.one(f"state of {stack}", what)


def _ids(resource: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for instance in resource["instances"]:
        key = f"[{json.dumps(instance['index_key'])}]" if "index_key" in instance else ""
        attributes = instance["attributes"]
        yield (
            f"{resource['type']}.{resource['name']}{key}",
            str(attributes.get("id") or attributes.get("arn")),
        )


def _digest(content: bytes) -> str:
    # Terraform's S3 backend uses MD5; security doesn't depend on it.
    return md5(content, usedforsecurity=False).hexdigest()
