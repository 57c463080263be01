"""The type check of every argument of every generated call, without the repeated work.

Each call resolves its stub's type hints anew, and sends each argument through typeguard. In a generated
module each hint is resolved once, when it is asked for (newer jsii resolves all of a stub's, once:
aws/jsii#5165), and a value that clearly is what its hint says is accepted at once: plain values, objects of
generated classes, lists and dictionaries of those. Everything else, and so every refusal with its message, is
still typeguard's, which is imported when it is first asked.
"""

from __future__ import annotations

import collections.abc
import re
import typing
from collections.abc import Callable
from functools import cache
from types import FunctionType, ModuleType, NoneType, SimpleNamespace, UnionType
from typing import Any, NamedTuple

_PLAIN = (NoneType, bool, int, float, str)
_LISTS = (list, collections.abc.Sequence)
_MAPPINGS = (dict, collections.abc.Mapping)
_ARGUMENTS = ("argname", "value", "expected_type")


def check_faster(namespace: dict[str, Any]) -> None:
    """Give a generated module the faster checks; a module with checks of another kind is left as it is."""
    check = namespace.get("check_type")
    if isinstance(check, FunctionType) and check.__code__.co_varnames[:3] == _ARGUMENTS:
        namespace["check_type"] = _with_fast_path(check)
        if namespace.get("typing") is typing:
            namespace["typing"] = _typing_with_cached_hints()
        if getattr(namespace.get("cached_type_hints"), "__module__", "") == "jsii._type_checking":
            namespace["cached_type_hints"] = _typing_with_cached_hints().get_type_hints


@cache
def _typing_with_cached_hints() -> ModuleType:
    """A copy of `typing` whose get_type_hints remembers its answers; only generated modules see it."""
    cached = ModuleType("typing")
    vars(cached).update(vars(typing), get_type_hints=cache(_hints_of))
    return cached


def _hints_of(stub: FunctionType) -> dict[str, Any]:
    if all(type(hint) is str for hint in stub.__annotations__.values()):
        return _LazyHints(stub)
    return typing.get_type_hints(stub)


class _LazyHints(dict[str, Any]):
    """The type hints of a stub whose annotations are text, each resolved when it is asked for."""

    def __init__(self, stub: FunctionType) -> None:
        super().__init__()
        self._stub = stub

    def __missing__(self, name: str) -> Any:
        """Resolve the hint of a parameter."""
        text, namespace = self._stub.__annotations__[name], self._stub.__globals__
        key = (text, *[id(namespace.get(each)) for each in _names(text)])
        hint = _resolved.get(key)
        if hint is None:
            holder = SimpleNamespace(__annotations__={name: text})
            hint = _resolved[key] = typing.get_type_hints(holder, namespace)[name]
        self[name] = hint
        return hint


# By text, and what the names in it are: most modules share most types. Modules are never unloaded.
_resolved: dict[tuple[str | int, ...], Any] = {}
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")


@cache
def _names(text: str) -> tuple[str, ...]:
    return tuple(sorted(set(_NAME.findall(text))))


def _with_fast_path(check: Callable[..., Any]) -> Callable[..., Any]:
    def check_type(argname: str, value: object, expected_type: Any) -> Any:
        hint = _hints.get(id(expected_type)) or _parsed(expected_type)
        # Most arguments of most calls are None; asked here, not in a call of their own.
        if type(value) in hint.plain or certainly_matches(value, expected_type):
            return None
        return check(argname=argname, value=value, expected_type=expected_type)

    return check_type


class _Hint(NamedTuple):
    """What a hint accepts without typeguard."""

    hint: object
    plain: frozenset[type]  # the value's own type is one of these
    classes: tuple[type, ...]  # the value is an instance of one of these
    interfaces: tuple[type, ...]  # the value's class says that it implements one of these
    lists: tuple[Any, ...]  # a list of one of these
    tuples: tuple[Any, ...]  # a tuple, of any length, of one of these
    mappings: tuple[tuple[Any, Any], ...]  # a dictionary of one of these pairs


# By identity, since hashing a hint costs as much as the check; each keeps its hint, so its id stays its own.
_hints: dict[int, _Hint] = {}


def certainly_matches(value: object, expected: Any) -> bool:
    """Whether typeguard, of any version, would accept the value; False where it has to be asked."""
    hint = _hints.get(id(expected)) or _parsed(expected)
    kind = type(value)
    if kind in hint.plain or isinstance(value, hint.classes):
        return True
    if hint.interfaces and (_implements(kind, hint.interfaces) or _stands_for(value, hint.interfaces)):
        return True
    if kind is list or kind is tuple:
        items: Any = value
        kinds = hint.lists if kind is list else hint.tuples
        return any(all(certainly_matches(item, of) for item in items) for of in kinds)
    if kind is dict:
        pairs: Any = value.items()  # type: ignore[attr-defined]
        return any(
            all(certainly_matches(key, keys) and certainly_matches(item, values) for key, item in pairs)
            for keys, values in hint.mappings
        )
    return False


def _implements(kind: type, interfaces: tuple[type, ...]) -> bool:
    """Whether a class says that it implements one of these, or one that extends it."""
    said = getattr(kind, "__jsii_ifaces__", ())
    return any(each in interfaces for has in said for each in has.__mro__)


def _stands_for(value: object, interfaces: tuple[type, ...]) -> bool:
    """Whether jsii made an object from the kernel's side, such as a token, of one of these."""
    if type(value).__name__ != "InterfaceDynamicProxy":
        return False
    delegates = vars(value).get("_delegates", ())
    proxies = tuple(
        each.__jsii_proxy_class__() for each in interfaces if hasattr(each, "__jsii_proxy_class__")
    )
    return any(isinstance(each, proxies) for each in delegates)


def _parsed(expected: Any) -> _Hint:
    is_union = typing.get_origin(expected) in (typing.Union, UnionType)
    members = typing.get_args(expected) if is_union else (expected,)
    origins = [(typing.get_origin(member), typing.get_args(member)) for member in members]
    generated = [each for each in members if isinstance(each, type) and hasattr(each, "__jsii_type__")]
    classes = [each for each in generated if not getattr(each, "_is_protocol", False)]
    hint = _hints[id(expected)] = _Hint(
        hint=expected,
        plain=frozenset(plain for plain in _PLAIN if any(each is plain for each in members)),
        classes=(object,) if Any in members else tuple(classes),
        interfaces=tuple(each for each in generated if each not in classes),
        lists=tuple(of[0] for origin, of in origins if origin in _LISTS and of),
        tuples=tuple(of[0] for origin, of in origins if origin is tuple and of[1:] == (...,)),
        mappings=tuple((of[0], of[1]) for origin, of in origins if origin in _MAPPINGS and of),
    )
    return hint
