"""What Terraform's S3 backend leaves behind: a state, its versions, its locks. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from typing import Any

from modules.errors import ProblemsError


@dataclass(frozen=True, kw_only=True)
class State:
    """What a state says of itself. `ids`: what it manages, address to id.

    `digest_is_stale`: the table expects other content, so Terraform refuses it.
    """

    stack: str
    serial: int
    ids: Mapping[str, str]
    size: int
    modified: datetime
    digest_is_stale: bool


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a state that the bucket keeps."""

    id: str
    modified: datetime
    size: int
    latest: bool


@dataclass(frozen=True, kw_only=True)
class Lock:
    """Who holds a state, and where that is written. `content` is what Terraform wrote there."""

    stack: str
    where: str
    id: str
    who: str
    operation: str
    created: datetime
    content: str


def read_state(stack: str, content: bytes, *, modified: datetime, digest: str | None) -> State:
    """A state from its file, of Terraform's format 4. Raises ProblemsError when it is none."""
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
        )
    except (ValueError, KeyError, TypeError):
        raise ProblemsError.one(
            f"state of {stack}", "is not a state of Terraform's; restore an older version"
        ) from None


def read_lock(stack: str, where: str, content: str) -> Lock:
    """A lock from what Terraform wrote. Raises ProblemsError when it is none."""
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
            f"lock of {stack} in {where}", f"is not Terraform's: {content!r}; remove it by hand"
        ) from None


def _ids(resource: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for instance in resource["instances"]:
        key = f"[{json.dumps(instance['index_key'])}]" if "index_key" in instance else ""
        attributes = instance["attributes"]
        yield (
            f"{resource['type']}.{resource['name']}{key}",
            str(attributes.get("id") or attributes.get("arn")),
        )


def _digest(content: bytes) -> str:
    # Terraform's S3 backend compares MD5; nothing here rests on its strength.
    return md5(content, usedforsecurity=False).hexdigest()
