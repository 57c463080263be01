"""A type of which Terraform is told few nested blocks, where a project has no others. Pure.

Terraform takes seconds for each value of a type whose schema is large, however small the value is: 0.3 for a
rule of a web ACL. The provider is told the blocks that were left out as what they are: empty.

The wire format of values: MessagePack (Terraform, "Wire Format for Terraform Objects and Associated Values").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgpack

from tests.kept_provider.messages import type_name, with_fields
from tests.kept_provider.program import Blocks

# Of the messages Schema.MapEntry, Schema, Block and NestedBlock (`docs/plugin-protocol/tfplugin5.9.proto`).
_SCHEMA, _BLOCK, _NESTED, _NESTED_BLOCK = 2, 2, 3, 2
# Of the message DynamicValue.
_MSGPACK = 1
# Where values are, by the method.
_ASKED = {
    "ValidateResourceTypeConfig": {2},
    "ReadResource": {2},
    "PlanResourceChange": {2, 3, 4},
    "ApplyResourceChange": {2, 3, 4},
}
_ANSWERED = {"UpgradeResourceState", "ReadResource", "PlanResourceChange", "ApplyResourceChange"}
_ANSWER = {1}


@dataclass(frozen=True)
class LeftOut:
    """The names of the blocks that are left out of a block, and what is left out of those that stay."""

    names: frozenset[str]
    within: Mapping[str, LeftOut]

    def request(self, name: str, request: bytes) -> bytes:
        """A request with the blocks that Terraform doesn't know."""
        return _with_values(request, _ASKED.get(name, set()), self._added)

    def answer(self, name: str, answer: bytes) -> bytes:
        """An answer without them. Raises ValueError if one of them is not empty."""
        return _with_values(answer, _ANSWER if name in _ANSWERED else set(), self._removed)

    def _added(self, value: Any) -> Any:
        return self._each(value, lambda one: one | {name: [] for name in self.names}, LeftOut._added)

    def _removed(self, value: Any) -> Any:
        def without(one: dict[str, Any]) -> dict[str, Any]:
            if found := [name for name in self.names if one[name]]:
                raise ValueError(f"blocks that were left out are not empty: {', '.join(sorted(found))}")
            return {name: content for name, content in one.items() if name not in self.names}

        return self._each(value, without, LeftOut._removed)

    def _each(self, value: Any, change: Callable[[Any], Any], within: Callable[[LeftOut, Any], Any]) -> Any:
        """A value, or each of a list, changed; what is null or unknown stays."""
        if isinstance(value, list):
            return [self._each(one, change, within) for one in value]
        if not isinstance(value, dict):
            return value
        return change(
            {
                name: within(self.within[name], one) if name in self.within else one
                for name, one in value.items()
            }
        )


def with_few_blocks(entry: bytes, kept: Blocks) -> tuple[bytes, LeftOut]:
    """The entry of a type in the answer of GetSchema, with these nested blocks alone; what it is without."""
    found: list[LeftOut] = []

    def schema(content: bytes) -> bytes:
        return with_fields(content, {_BLOCK: block})

    def block(content: bytes) -> bytes:
        fewer, left_out = _few(content, kept)
        found.append(left_out)
        return fewer

    whole = with_fields(entry, {_SCHEMA: schema})
    return whole, found[0]


def _few(block: bytes, kept: Blocks) -> tuple[bytes, LeftOut]:
    names, within = set(), {}

    def nested(content: bytes) -> bytes | None:
        name = type_name(content)
        if name not in kept:
            names.add(name)
            return None

        def inner(block: bytes) -> bytes:
            fewer, within[name] = _few(block, kept[name])
            return fewer

        return with_fields(content, {_NESTED_BLOCK: inner})

    fewer = with_fields(block, {_NESTED: nested})
    return fewer, LeftOut(frozenset(names), within)


def _with_values(message: bytes, fields: set[int], change: Callable[[Any], Any]) -> bytes:
    def packed(content: bytes) -> bytes:
        changed = change(msgpack.unpackb(content, strict_map_key=False))
        return bytes(msgpack.packb(changed))

    def value(content: bytes) -> bytes:
        return with_fields(content, {_MSGPACK: packed})

    return with_fields(message, dict.fromkeys(fields, value))
