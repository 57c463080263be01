"""Wrong values for the fields of settings classes, and what is refused of them."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import SchemaValidator, ValidationError

from modules.errors import ProblemsError

PROJECT = Path(__file__).parents[2]
# Nothing at all, an invisible character, more than any service of AWS takes.
TEXTS = ("", "\n x", "x" * 5_000)
# Beyond what any service of AWS takes, in whatever unit.
NUMBERS = (2**53,)
_PARTS = {
    "union": [("choices", "")],
    "tuple": [("items_schema", "[]")],
    "frozenset": [("items_schema", "[]")],
    "list": [("items_schema", "[]")],
    "function-wrap": [("schema", "")],
    "json-or-python": [("python_schema", "")],
    "chain": [("steps", "")],
    "dict": [("keys_schema", "{key}"), ("values_schema", "{value}")],
}


@dataclass(frozen=True, order=True)
class Leaf:
    """A text or number in a field: `ports` of a service is a mapping, `ports{key}` the texts of its keys."""

    owner: str
    field: str
    part: str
    kind: str

    def __str__(self) -> str:
        return f"{self.owner}.{self.field}{self.part}"


def settings_classes() -> list[type]:
    """Every settings class of the project."""
    found: list[type] = []
    for folder in ("backend", "modules", "stacks"):
        for file in sorted((PROJECT / folder).rglob("*.py")):
            if "\n@settings\n" in file.read_text():
                module = importlib.import_module(".".join(file.relative_to(PROJECT).with_suffix("").parts))
                found += [
                    value
                    for value in vars(module).values()
                    if isinstance(value, type) and value.__module__ == module.__name__ and _is_settings(value)
                ]
    return found


def instances(roots: Iterable[object]) -> dict[type, list[Any]]:
    """The settings objects that objects hold, by their class."""
    found: dict[type, list[Any]] = {}
    for root in roots:
        for value in _within(root):
            if _is_settings(type(value)):
                found.setdefault(type(value), []).append(value)
    return found


def accepted(owner: type, samples: Iterable[Any]) -> Iterator[tuple[Leaf, object]]:
    """The wrong values that a settings class takes, of its fields' types and of its rules across fields."""
    kept = list(samples)
    for name, field_schema in _fields(owner):
        for kind, schema, part in _leaves(field_schema):
            leaf = Leaf(owner.__name__, name, part, kind)
            for wrong in TEXTS if kind == "str" else NUMBERS:
                if _is_valid(schema, wrong) and not any(_is_refused(one, leaf, wrong) for one in kept):
                    yield leaf, wrong


def leaves(owner: type) -> Iterator[Leaf]:
    """The texts and numbers of a settings class."""
    for name, field_schema in _fields(owner):
        for kind, _, part in _leaves(field_schema):
            yield Leaf(owner.__name__, name, part, kind)


def _is_settings(cls: type) -> bool:
    return is_dataclass(cls) and hasattr(cls, "__pydantic_fields__")


def _within(value: object) -> Iterator[object]:
    if is_dataclass(value) and not isinstance(value, type):
        yield value
        for one in fields(value):
            yield from _within(getattr(value, one.name, None))
    elif isinstance(value, Mapping):
        yield from (found for one in [*value, *value.values()] for found in _within(one))
    elif isinstance(value, tuple | list | frozenset):
        yield from (found for one in value for found in _within(one))


def _fields(owner: Any) -> Iterator[tuple[str, Any]]:
    schema: Any = TypeAdapter(owner).core_schema
    known: dict[str, Any] = {}
    while schema["type"] in {"definitions", "definition-ref"}:
        if schema["type"] == "definitions":
            known |= {one["ref"]: one for one in schema["definitions"]}
            schema = schema["schema"]
        else:
            schema = known[schema["schema_ref"]]
    for one in schema["schema"]["fields"]:
        yield one["name"], one["schema"]


def _leaves(schema: Any, around: Any = None, part: str = "") -> Iterator[tuple[str, Any, str]]:
    """Kind, schema and place of each text and number; functions around one belong to its schema."""
    kind = schema["type"]
    if kind in {"str", "int"}:
        yield kind, around or schema, part
    elif kind in {"nullable", "default", "function-after", "function-before", "custom-error"}:
        is_rule = kind not in {"nullable", "default"}
        yield from _leaves(schema["schema"], around or (schema if is_rule else None), part)
    else:
        for one, more in _parts(schema):
            yield from _leaves(one, None, part + more)


def _parts(schema: Any) -> Iterator[tuple[Any, str]]:
    """The schemas within that of a union, a sequence or a mapping, and how their places are written."""
    for key, place in _PARTS.get(schema["type"], ()):
        found = schema[key]
        for one in found if isinstance(found, list) else [found]:
            yield one[0] if isinstance(one, tuple) else one, place


def _is_valid(schema: Any, value: object) -> bool:
    try:
        SchemaValidator(schema).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def _is_refused(sample: Any, leaf: Leaf, wrong: object) -> bool:
    """Whether a settings object refuses a value in the place of one of its own, all else as it was."""
    value = getattr(sample, leaf.field)
    if leaf.part and not value:
        return False
    try:
        replace(sample, **{leaf.field: _with(value, leaf.part, wrong)})
    except ProblemsError:
        return True
    return False


def _with(value: Any, part: str, wrong: Any) -> Any:
    """A value with another in the place of its first text or number."""
    if not part:
        return wrong
    if part.startswith("[]"):
        first, *others = value
        return type(value)([_with(first, part[2:], wrong), *others])
    key = next(iter(value))
    changed = _with(value[key], part.removeprefix("{value}"), wrong) if part != "{key}" else value[key]
    return {**value, key: changed} if part != "{key}" else {wrong: changed, **value}
