"""What cannot be emulated, by name with the reason: the one list that the tests and the sandbox read.

A stack without any of these is applied as the very file that ships. From one that has some, they are left out
with whatever refers to them, and both say so; nothing is left out silently.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
# Sections of Terraform's JSON that hold type -> name -> body, and how an expression calls their members.
_SECTIONS = {"resource": "", "data": "data.", "ephemeral": "ephemeral."}
_EXPRESSION = re.compile(r"[$%]\{(.*)\}", re.DOTALL)
_REFERENCE = re.compile(r"(?:(?:data|ephemeral)\.)?[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*")


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """A resource type (aws_thing) or one address (aws_thing.name) that the emulator cannot serve, and why."""

    what: str
    reason: str

    def covers(self, address: str) -> bool:
        """Whether an address is of this type, or this address."""
        return self.what in (address, address.rpartition(".")[0])


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A resource, data source or output that was not applied, and why."""

    address: str
    reason: str


EXCLUSIONS: tuple[Exclusion, ...] = ()


def without(document: Json, exclusions: Sequence[Exclusion]) -> tuple[Json, tuple[LeftOut, ...]]:
    """A stack's JSON without what is excluded and what refers to it, and the list of what that was."""
    blocks = dict(_blocks(document))
    reasons = {
        address: exclusion.reason
        for address in blocks
        for exclusion in exclusions
        if exclusion.covers(address)
    }
    while found := dict(_dependants(blocks, reasons)):
        reasons |= found
    kept: Json = json.loads(json.dumps(document))
    for address in reasons:
        _remove(kept, address)
    for _, block in _blocks(kept):
        if "depends_on" in block:
            block["depends_on"] = [needed for needed in block["depends_on"] if needed not in reasons]
    return kept, tuple(LeftOut(address=address, reason=reason) for address, reason in reasons.items())


def _blocks(document: Json) -> Iterator[tuple[str, Any]]:
    for section, prefix in _SECTIONS.items():
        for kind, named in document.get(section, {}).items():
            yield from ((f"{prefix}{kind}.{name}", block) for name, block in named.items())
    yield from ((f"output.{name}", block) for name, block in document.get("output", {}).items())


def _dependants(blocks: Json, reasons: dict[str, str]) -> Iterator[tuple[str, str]]:
    for address, block in blocks.items():
        needed = sorted(_references(block) & reasons.keys())
        if needed and address not in reasons:
            yield address, f"refers to {needed[0]}"


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(_references, value.values()))
    if isinstance(value, list):
        return set().union(*map(_references, value))
    expressions = _EXPRESSION.findall(value) if isinstance(value, str) else []
    return {reference for expression in expressions for reference in _REFERENCE.findall(expression)}


def _remove(document: Json, address: str) -> None:
    *section, kind, name = address.split(".")
    if kind == "output":
        del document["output"][name]
        return
    named = document[section[0] if section else "resource"]
    del named[kind][name]
    if not named[kind]:
        del named[kind]
