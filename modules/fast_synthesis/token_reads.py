"""An attribute of a resource, such as `vpc.id`, is asked of JavaScript once.

What comes back is a token for `${aws_vpc.….id}`; reading it again makes another token for the same text, and
a firewall reads one group's id dozens of times. The first answer is kept until something is set or invoked on
the resource, which might change the text (for_each does). Only whole tokens of resources and
data sources are kept, and never what was given to them (`cidr_block_input`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from inspect import signature
from typing import Any

_TOKEN = re.compile(r"\$\{TfToken\[[^\]]+\]\}")
_KNOWN = {
    "get": ("obj", "property"),
    "set": ("obj", "property", "value"),
    "invoke": ("obj", "method", "args"),
}


@cache
def remember() -> None:
    """Keep the tokens read from here on; nothing is done where jsii's functions look different."""
    jsii: Any = import_module("jsii")
    stock = {name: getattr(jsii, name, None) for name in _KNOWN}
    found = {name: tuple(signature(function).parameters) for name, function in stock.items() if function}
    if found == _KNOWN:
        _remember(jsii, **stock)


def _remember(jsii: Any, get: Any, set: Any, invoke: Any) -> None:
    stock_get, stock_set, stock_invoke = get, set, invoke
    tokens: dict[str, dict[str, str]] = {}

    def remembering_get(obj: Any, property: str) -> Any:
        known = tokens.get(obj.__jsii_ref__.ref)
        if known is not None and property in known:
            return known[property]
        value = stock_get(obj, property)
        if _is_attribute(obj, property, value):
            tokens.setdefault(obj.__jsii_ref__.ref, {})[property] = value
        return value

    @contextmanager
    def forgetting(obj: Any) -> Iterator[None]:
        tokens.pop(obj.__jsii_ref__.ref, None)
        yield
        tokens.pop(obj.__jsii_ref__.ref, None)  # what was read in a callback, before the change

    def forgetting_set(obj: Any, property: str, value: Any) -> None:
        with forgetting(obj):
            stock_set(obj, property, value)

    def forgetting_invoke(obj: Any, method: str, args: list[Any] | None = None) -> Any:
        with forgetting(obj):
            return stock_invoke(obj, method, args)

    jsii.get, jsii.set, jsii.invoke = remembering_get, forgetting_set, forgetting_invoke


def _is_attribute(obj: Any, property: str, value: object) -> bool:
    if not isinstance(value, str) or property.endswith("Input"):
        return False
    return _TOKEN.fullmatch(value) is not None and isinstance(obj, _with_attributes())


@cache
def _with_attributes() -> tuple[type, ...]:
    cdktf: Any = import_module("cdktf")
    return (cdktf.TerraformResource, cdktf.TerraformDataSource)
