"""Attributes of resources and data sources, named where they are used and read when they are resolved.

Each `bucket.arn` is a question to jsii's kernel whose answer is always a new token, a text that stands for the
attribute until synthesis. Half of all messages are such questions. Here Python makes the token itself, from
the object's number and the attribute's name, and `attributes.cjs` reads the attribute when cdktf looks the
token up. As with stock jsii, no two reads give the same text.

Only what the kernel has once answered with a token, for that attribute of that generated class; and only where
a first such token was looked up by the kernel without complaint.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from inspect import signature
from itertools import count
from typing import Any

_PROVIDERS = "cdktf_cdktf_provider_"
_TOKEN = re.compile(r"\$\{TfToken\[TOKEN\.\d+\]\}")
_PARAMETERS = ["obj", "property"]
# The annotation of a getter: as text where byte_code kept it so. `bucket_input` may be None, and no token.
_TEXT = (str, "builtins.str")


def read_when_resolved() -> None:
    """From here on, read attributes of resources when they are resolved; an unknown jsii is left alone."""
    jsii: Any = import_module("jsii")
    stock = getattr(jsii, "get", None)
    if callable(stock) and [*signature(stock).parameters] == _PARAMETERS and not hasattr(stock, "stock"):
        jsii.get = _reader(stock)


def _reader(stock: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    named: dict[tuple[type, str], bool] = {}
    numbers = count()

    def get(obj: Any, property: str) -> Any:
        key = (type(obj), property)
        is_named = named.get(key)
        if is_named:
            return _token(obj, property, next(numbers))
        value = stock(obj, property)
        if is_named is None:
            named[key] = _is_token_of_attribute(obj, property, value) and kernel_understands(obj, property)
        return value

    understood: list[bool] = []

    def kernel_understands(obj: Any, property: str) -> bool:
        if not understood:
            understood.append(_looks_up(_token(obj, property, next(numbers))))
        return understood[0]

    vars(get)["stock"] = stock
    return get


def _token(obj: Any, property: str, number: int) -> str:
    instance = obj.__jsii_ref__.ref.rpartition("@")[2]
    return f"${{TfToken[ATTRIBUTE.{instance}.{property}.{number}]}}"


def _is_token_of_attribute(obj: Any, property: str, value: object) -> bool:
    from cdktf import TerraformDataSource, TerraformResource

    kind = type(obj)
    if not kind.__module__.startswith(_PROVIDERS) or not isinstance(
        obj, (TerraformResource, TerraformDataSource)
    ):
        return False
    getters = (member.fget for member in vars(kind).values() if isinstance(member, property_type))
    return (
        type(value) is str
        and _TOKEN.fullmatch(value) is not None
        and any(
            getattr(getter, "__jsii_name__", None) == property
            and getter.__annotations__.get("return") in _TEXT
            for getter in getters
        )
    )


property_type = property


def _looks_up(token: str) -> bool:
    from cdktf import Tokenization

    try:
        return len(Tokenization.reverse_string(token).tokens) == 1
    except RuntimeError:  # the kernel's words for a token that it doesn't know
        return False
