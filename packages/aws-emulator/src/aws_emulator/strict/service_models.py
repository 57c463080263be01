"""What a service's model says of parameters: required members, enumerations, patterns, lengths, ranges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

_SHOWN = 80


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One member that AWS refuses: where it is, what it got, what is allowed."""

    member: str
    got: str
    allowed: str
    kind: str

    def __str__(self) -> str:
        """As a sentence."""
        return f"{self.member}: got {self.got}; allowed: {self.allowed}"


def violations(shape: Any, value: Any, member: str = "") -> Iterator[Violation]:
    """Everything in `value` that a shape of botocore's model forbids."""
    if shape is None or value is None:
        return
    check = _CHECKS.get(shape.type_name)
    if check is not None:
        yield from check(shape, value, member)


def _of_list(shape: Any, value: Any, member: str) -> Iterator[Violation]:
    items = value if isinstance(value, list) else [value]
    yield from _of_size(shape, len(items), "items", member)
    for place, item in enumerate(items):
        yield from violations(shape.member, item, f"{member}[{place}]")


def _of_map(shape: Any, value: Any, member: str) -> Iterator[Violation]:
    yield from _of_size(shape, len(value), "entries", member)
    for key, item in value.items():
        yield from violations(shape.key, key, f"{member} key")
        yield from violations(shape.value, item, f"{member}[{key}]")


def _of_structure(shape: Any, value: Any, member: str) -> Iterator[Violation]:
    if not isinstance(value, Mapping):
        return
    prefix = f"{member}." if member else ""
    for name in shape.required_members:
        if value.get(name) is None:
            yield Violation(member=prefix + name, got="nothing", allowed="a value", kind="required")
    for name, item in value.items():
        if name in shape.members:
            yield from violations(shape.members[name], item, prefix + name)
        else:
            allowed = f"one of {', '.join(list(shape.members)[:12])}"
            yield Violation(member=prefix + name, got="an unknown member", allowed=allowed, kind="unknown")


def _of_size(shape: Any, size: int, unit: str, member: str) -> Iterator[Violation]:
    lowest, highest = shape.metadata.get("min"), shape.metadata.get("max")
    if lowest is not None and size < lowest:
        yield Violation(member=member, got=f"{size} {unit}", allowed=f"at least {lowest}", kind="min")
    if highest is not None and size > highest:
        yield Violation(member=member, got=f"{size} {unit}", allowed=f"at most {highest}", kind="max")


def _of_string(shape: Any, given: Any, member: str) -> Iterator[Violation]:
    value = str(given)
    yield from _of_size(shape, len(value), "characters", member)
    enumeration = shape.metadata.get("enum")
    if enumeration and value not in enumeration:
        allowed = ", ".join(enumeration)
        yield Violation(member=member, got=repr(value[:_SHOWN]), allowed=allowed, kind="enum")
    pattern = _pattern(shape.metadata.get("pattern"))
    if pattern and not pattern.fullmatch(value):
        allowed = f"what matches {pattern.pattern}"
        yield Violation(member=member, got=repr(value[:_SHOWN]), allowed=allowed, kind="pattern")


def _of_number(shape: Any, value: Any, member: str) -> Iterator[Violation]:
    try:
        number = float(value)
    except (TypeError, ValueError):
        yield Violation(member=member, got=repr(value), allowed="a number", kind="type")
        return
    lowest, highest = shape.metadata.get("min"), shape.metadata.get("max")
    if (lowest is not None and number < lowest) or (highest is not None and number > highest):
        bounds = [
            f"{word} {bound}"
            for word, bound in (("at least", lowest), ("at most", highest))
            if bound is not None
        ]
        yield Violation(member=member, got=str(value), allowed=" and ".join(bounds), kind="range")


_CHECKS = {
    "structure": _of_structure,
    "list": _of_list,
    "map": _of_map,
    "string": _of_string,
    **dict.fromkeys(("integer", "long", "float", "double"), _of_number),
}


@cache
def _pattern(text: str | None) -> Any:
    """A pattern of the models, written for Java; None where there is none or it can't be read."""
    if not text:
        return None
    for form in (text, text.replace("\\p{javaWhitespace}", "\\s")):
        try:
            return regex.compile(form)
        except regex.error:
            continue
    return None
