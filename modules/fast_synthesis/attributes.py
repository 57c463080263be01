"""Attributes of resources and data sources, named where they are used and read when they are resolved.

Each `bucket.arn` is a question to jsii's kernel, and the answer is always a new token: a text that stands for
the attribute until synthesis. Half of all messages are such questions. Here Python makes the token itself, of
the object's number and the attribute's name, and `attributes.cjs` reads the attribute when cdktf takes the
token out of a text. As with stock jsii, no two reads give the same text.

Reading an attribute settles the id of its resource: an `override_logical_id` that comes later has no effect,
and that stays so.

Only for what the kernel has once answered with a token, for this attribute of this generated class; and only
once it has looked up a first token of Python's without complaint.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from inspect import signature
from itertools import count
from typing import Any

_KNOWN = {"get": ["obj", "property"], "invoke": ["obj", "method", "args"]}
_RENAMING = frozenset(("overrideLogicalId", "resetOverrideLogicalId"))
_ID = "friendlyUniqueId"
_TOKEN = re.compile(r"\$\{TfToken\[TOKEN\.\d+\]\}")
_TEXT = (str, "builtins.str")  # the hint of a getter; as text where byte_code kept it so
Get = Callable[[Any, str], Any]
Invoke = Callable[[Any, str, Any], Any]


def read_when_resolved() -> None:
    """From here on, read attributes when they are resolved; an unknown jsii is left alone."""
    jsii: Any = import_module("jsii")
    stock = {name: getattr(jsii, name, None) for name in _KNOWN}
    if any(
        not callable(each) or [*signature(each).parameters] != _KNOWN[name] for name, each in stock.items()
    ):
        return
    if not isinstance(getattr(jsii.get, "__self__", None), _Reader):
        reader = _Reader(jsii.get, jsii.invoke)
        jsii.get, jsii.invoke = reader.get, reader.invoke


class _Reader:
    """What generated classes call to read a property and to call a method, in the place of jsii's own."""

    def __init__(self, get: Get, invoke: Invoke) -> None:
        self._get, self._invoke = get, invoke
        self._named: dict[tuple[type, str], bool] = {}
        self._is_understood: bool | None = None
        self._reads = count()
        self._read: set[str] = set()

    def get(self, obj: Any, property: str) -> Any:
        """The value of a property, or a token that names it."""
        key = (type(obj), property)
        named = self._named.get(key)
        if named:
            return self._token(obj, property)
        value = self._get(obj, property)
        if named is None:
            self._named[key] = self._can_be_named(obj, property, value)
        return value

    def invoke(self, obj: Any, method: str, args: Any = None) -> Any:
        """Call a method; before one that would rename what was read, settle the id as reading would have."""
        if method in _RENAMING and obj.__jsii_ref__.ref in self._read:
            self._get(obj, _ID)
        return self._invoke(obj, method, args)

    def _token(self, obj: Any, name: str) -> str:
        reference: str = obj.__jsii_ref__.ref
        self._read.add(reference)
        number = reference.rpartition("@")[2]
        return f"${{TfToken[ATTRIBUTE.{number}.{name}.{next(self._reads)}]}}"

    def _can_be_named(self, obj: Any, name: str, value: object) -> bool:
        is_token = type(value) is str and _TOKEN.fullmatch(value) is not None
        kind: type = type(obj)
        if not is_token or name not in _attributes(kind):
            return False
        if self._is_understood is None:
            self._is_understood = _looks_up(self._token(obj, name))
        return self._is_understood


@cache
def _attributes(kind: type) -> frozenset[str]:
    """What a generated resource or data source always answers with a text; `bucket_input`, if it was set."""
    from cdktf import TerraformDataSource, TerraformResource

    if not issubclass(kind, (TerraformResource, TerraformDataSource)):
        return frozenset()
    # A class of one's own has none, and answers as it likes.
    getters = [member.fget for member in vars(kind).values() if isinstance(member, property)]
    names = {getattr(each, "__jsii_name__", ""): each for each in getters if each is not None}
    return frozenset(name for name, each in names.items() if each.__annotations__.get("return") in _TEXT)


def _looks_up(token: str) -> bool:
    from cdktf import Tokenization

    try:
        return len(Tokenization.reverse_string(token).tokens) == 1
    except RuntimeError:  # the kernel's words for a token that it doesn't know
        return False
