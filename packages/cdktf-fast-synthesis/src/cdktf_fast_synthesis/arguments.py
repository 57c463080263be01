"""Arguments of calls to jsii's kernel, without the fields of structs that nobody set.

jsii sends each field of a struct, most of them null: a target group of three settings goes out with eighty.
The kernel reads a null and an absent field alike, since Python leaves both unset (`_values` holds neither).
"""

from __future__ import annotations

from importlib import import_module
from inspect import signature
from types import NoneType
from typing import Any

_MODULE = "jsii._kernel"
_NAME = "_make_reference_for_native"
_PLAIN = frozenset((str, bool, int, float, NoneType))


def omit_unset_fields() -> None:
    """Leave them out from here on; an unknown jsii is left as it is."""
    module, jsii_class = import_module(_MODULE), import_module("jsii").JSIIMeta
    proxy = getattr(import_module("jsii._reference_map"), "InterfaceDynamicProxy", None)
    stock: Any = getattr(module, _NAME, None)
    if stock is None or stock.__module__ != _MODULE or [*signature(stock).parameters] != ["kernel", "d"]:
        return

    def make_reference(kernel: Any, d: Any) -> Any:
        kind = type(d)
        if kind in _PLAIN:
            return d
        if kind is list:
            return [make_reference(kernel, item) for item in d]
        if kind is dict:
            return {"$jsii.map": {key: make_reference(kernel, item) for key, item in d.items()}}
        names = getattr(kind, "__jsii_name_mapping__", None)
        if names is None and (isinstance(kind, jsii_class) or kind is proxy) and hasattr(d, "__jsii_ref__"):
            return d  # an object of the kernel's
        values = getattr(d, "_values", None)
        if names is None or type(values) is not dict:
            return stock(kernel, d)
        data = {
            name: make_reference(kernel, values[field])
            for field, name in names.items()
            if field in values and values[field] is not None
        }
        return {"$jsii.struct": {"fqn": d.__jsii_type__, "data": data}}

    setattr(module, _NAME, make_reference)
