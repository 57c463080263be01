"""Attributes of resources and data sources, read when cdktf resolves them.

Each `bucket.arn` is a question to jsii's kernel, and the answer is always a new token: a text that stands for
the attribute until synthesis. Half of all messages are such questions. Here Python makes the token itself, of
the object's number and the attribute's name, and `attributes.cjs` reads the attribute when cdktf takes the
token out of a text. As with stock jsii, no two reads give the same text.

Reading an attribute fixes the logical id of its resource: an `override_logical_id` that comes later has no
effect, and that stays so.

Only for an attribute of a generated class that the kernel has once answered with a token, and only if the
kernel has looked up a first token of Python's without an error.
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
_ID, _ADDRESS = "friendlyUniqueId", "fqn"
_TOKEN = re.compile(r"\$\{TfToken\[TOKEN\.\d+\]\}")
_TEXT = (str, "builtins.str")  # the hint of a getter; as text where bytecode.py kept it so
Get = Callable[[Any, str], Any]
Invoke = Callable[[Any, str, Any], Any]


def read_when_resolved() -> None:
    """Read them then from here on; an unknown jsii is left as it is."""
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
    """`jsii.get` and `jsii.invoke`, with which generated classes read properties and call methods."""

    def __init__(self, get: Get, invoke: Invoke) -> None:
        self._get, self._invoke = get, invoke
        self._deferrable: dict[tuple[type, str], bool] = {}
        self._kernel_knows: bool | None = None
        self._reads = count()
        self._read: set[str] = set()
        self._addresses: dict[str, str] = {}

    def get(self, obj: Any, property: str) -> Any:
        """Give the value of a property, or a token that names it."""
        key = (type(obj), property)
        deferrable = self._deferrable.get(key)
        if deferrable:
            return self._token(obj, property)
        value = self._get(obj, property)
        if deferrable is None:
            self._deferrable[key] = self._can_be_deferred(obj, property, value)
        if property == _ADDRESS and self._deferrable[key]:
            self._addresses[obj.__jsii_ref__.ref] = value
        return value

    def invoke(self, obj: Any, method: str, args: Any = None) -> Any:
        """Call a method; before one that overrides a logical id, fix the id of what was read."""
        if method in _RENAMING and obj.__jsii_ref__.ref in self._addresses:
            self._get(obj, _ADDRESS)
        elif method in _RENAMING and obj.__jsii_ref__.ref in self._read:
            self._get(obj, _ID)
        return self._invoke(obj, method, args)

    def _token(self, obj: Any, name: str) -> str:
        reference: str = obj.__jsii_ref__.ref
        number = reference.rpartition("@")[2]
        if name == _ADDRESS:  # cdktf, too, has one token for it
            return self._addresses.setdefault(reference, f"${{TfToken[ATTRIBUTE.{number}.{name}.0]}}")
        self._read.add(reference)
        return f"${{TfToken[ATTRIBUTE.{number}.{name}.{next(self._reads)}]}}"

    def _can_be_deferred(self, obj: Any, name: str, value: object) -> bool:
        is_token = type(value) is str and _TOKEN.fullmatch(value) is not None
        kind: type = type(obj)
        if not is_token or name not in _attributes(kind):
            return False
        if self._kernel_knows is None:
            self._kernel_knows = _looks_up(self._token(obj, name))
        return self._kernel_knows


@cache
def _attributes(kind: type) -> frozenset[str]:
    """Names of the text attributes of a generated resource or data source: `arn`, `bucket_input`, `fqn`."""
    from cdktf import TerraformDataSource, TerraformElement, TerraformResource

    if not issubclass(kind, (TerraformResource, TerraformDataSource)):
        return frozenset()
    # A class of the program's own declares none of them, and may answer with anything.
    getters = [member.fget for member in vars(kind).values() if isinstance(member, property)]
    names = {getattr(each, "__jsii_name__", ""): each for each in getters if each is not None}
    texts = frozenset(name for name, each in names.items() if each.__annotations__.get("return") in _TEXT)
    is_stock = bool(texts) and getattr(kind, _ADDRESS, None) is vars(TerraformElement).get(_ADDRESS)
    return texts | {_ADDRESS} if is_stock else texts


def _looks_up(token: str) -> bool:
    from cdktf import Tokenization

    try:
        return len(Tokenization.reverse_string(token).tokens) == 1
    except RuntimeError:  # the kernel's words for a token that it doesn't know
        return False
