"""Errors where CDKTF would lose something silently.

- A plain dict where a struct is expected, such as `SecurityGroup(ingress=[{"from_port": 443}])`: jsii drops
  the snake_case keys and the block comes out empty. Refused when it is handed over.
- An id with characters that CDKTF strips or writes as a separator, so that two constructs can share one
  Terraform address. Refused when the construct is made.
- Two resources or data sources of one address: only the last reaches the JSON. `check_addresses` finds them.

`install()` wraps `jsii.create`, `jsii.invoke` and `jsii.set`, which every generated class calls; a construct
costs a few microseconds more. They are no public interface: if their parameters are not those known here, a
warning is given and nothing is wrapped.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from inspect import signature
from typing import Any

from . import constructs, structs
from .constructs import check_addresses

__all__ = ["check_addresses", "install", "uninstall"]

# What jsii's Python runtime 1.142 takes.
_KNOWN = {
    "create": ("klass", "obj", "args"),
    "invoke": ("obj", "method", "args"),
    "set": ("obj", "property", "value"),
}
_stock: dict[str, Callable[..., Any]] = {}


def install() -> None:
    """Put the guard in place, once: after what else wraps these functions, before constructs are made."""
    import jsii

    if _stock:
        return
    found = {name: getattr(jsii, name, None) for name in _KNOWN}
    if any(_parameters(found[name]) != known for name, known in _KNOWN.items()):
        message = "jsii's runtime has changed: dicts for structs and ids that merge go unnoticed"
        warnings.warn(message, RuntimeWarning, stacklevel=2)
        return
    _stock.update({name: function for name, function in found.items() if function is not None})
    jsii.create, jsii.invoke, jsii.set = _create, _invoke, _set


def uninstall() -> None:
    """Take the guard away again."""
    import jsii

    for name, function in _stock.items():
        setattr(jsii, name, function)
    _stock.clear()


def _parameters(function: Any) -> tuple[str, ...]:
    try:
        return tuple(signature(function).parameters)
    except (TypeError, ValueError):
        return ()


def _create(klass: type, obj: Any, args: list[Any] | None = None) -> Any:
    made = constructs.identify(klass, args or [])
    structs.check_arguments(made.path if made else "", klass, "__init__", args or [])
    reference = _stock["create"](klass, obj, args)
    if made:
        constructs.record(made, obj)
    return reference


def _invoke(obj: Any, method: str, args: list[Any] | None = None) -> Any:
    if args:
        structs.check_arguments(constructs.path_of(obj), type(obj), method, args)
    return _stock["invoke"](obj, method, args)


def _set(obj: Any, property: str, value: Any) -> None:
    structs.check_arguments(constructs.path_of(obj), type(obj), property, [value])
    _stock["set"](obj, property, value)
