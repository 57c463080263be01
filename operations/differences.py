"""The differences between two synthesized stacks, by Terraform address. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Blocks = Mapping[str, Any]
# Section of the JSON -> prefix of the addresses of its blocks, which it holds by type and name.
_TYPED = {"resource": "", "data": "data.", "ephemeral": "ephemeral."}
# The same for blocks that it holds by name.
_NAMED = {"locals": "local.", "module": "module.", "output": "output.", "variable": "variable."}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A stack that differs: the addresses that were added, removed, and changed with their arguments.

    Without any address, the same content is written in another order or format.
    """

    status: str  # added, removed or changed
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, Difference | None]:
    """Compare the JSON of stacks, byte for byte: by name, the difference, or None for an identical stack."""
    names = sorted({*before, *after})
    return {name: _difference(before.get(name), after.get(name)) for name in names}


def _difference(before: bytes | None, after: bytes | None) -> Difference | None:
    if before == after:
        return None
    old, new = _read(before), _read(after)
    status = "added" if before is None else "removed" if after is None else "changed"
    both = sorted(old.keys() & new.keys())
    return Difference(
        status=status,
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        changed={name: _arguments(old[name], new[name]) for name in both if old[name] != new[name]},
    )


def _read(content: bytes | None) -> Blocks:
    return {} if content is None else dict(blocks(json.loads(content)))


def blocks(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every block of a stack's JSON with its address; a section without names is one block."""
    for section, content in document.items():
        if section in _TYPED:
            for kind, found in content.items():
                yield from ((f"{_TYPED[section]}{kind}.{name}", block) for name, block in found.items())
        elif section in _NAMED:
            yield from ((f"{_NAMED[section]}{name}", block) for name, block in content.items())
        elif section == "provider":
            for kind, found in content.items():
                yield from ((_provider(kind, block), block) for block in found)
        else:
            yield section, content


def _provider(kind: str, block: Mapping[str, Any]) -> str:
    return ".".join(filter(None, ("provider", kind, block.get("alias"))))


def _arguments(before: Any, after: Any) -> tuple[str, ...]:
    """The names of the arguments that differ; none for a block that is a list or a value."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return ()
    return tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))
