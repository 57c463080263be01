"""Tokens of CDKTF that Python changed, as by `queue.arn.upper()`: they stand for nothing any more. Pure.

CDKTF replaces a token, `${TfToken[TOKEN.73]}`, by the expression that it stands for. One that a string method
changed is not recognized, and would be written as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modules.errors import Problem, refusal

_TOKEN = re.compile(r"tftoken\[", re.IGNORECASE)


def token_problems(stack: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    """A problem for each place of a stack's JSON in which a token is left."""
    for path, value in _strings(document):
        if _TOKEN.search(value):
            why = refusal(
                got=f"{value!r}, a value that only Terraform knows, changed by Python",
                allowed="such a value as it is, or inside an f-string",
                fix="change it by Terraform (Fn.upper(…) of cdktf), or take the setting that it comes from",
            )
            yield Problem(where=f"{stack}, {path}", what=why)


def _strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield f"{path}.{key}".lstrip("."), key
            yield from _strings(one, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _strings(one, f"{path}[{number}]")
