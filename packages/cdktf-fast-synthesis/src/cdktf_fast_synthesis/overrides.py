"""What an object overrides in Python, which jsii looks for in each object it makes.

It looks through the classes before the first that is generated; for an object of a generated class there are
none, and for one of a class of the program's own as many as for the last, as long as its classes have as many
members.
"""

from __future__ import annotations

from importlib import import_module
from inspect import signature
from typing import Any

_MODULE = "jsii._kernel"
_NAME = "_get_overides"


def none_of_generated_classes() -> None:
    """Look for none in those from here on; an unknown jsii is left as it is."""
    module = import_module(_MODULE)
    stock: Any = getattr(module, _NAME, None)
    if stock is None or stock.__module__ != _MODULE or [*signature(stock).parameters] != ["klass", "obj"]:
        return

    override_nothing: set[tuple[Any, ...]] = set()

    def get_overrides(klass: Any, obj: Any) -> list[Any]:
        kind = type(obj)
        if vars(kind).get("__jsii_declared_type__") is not None:
            return []
        known = (klass, kind, sum(len(vars(each)) for each in kind.__mro__))
        if known in override_nothing:
            return []
        found: list[Any] = stock(klass, obj)
        if not found:
            override_nothing.add(known)
        return found

    setattr(module, _NAME, get_overrides)
