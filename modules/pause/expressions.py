"""Terraform's JSON as it is while a stack is paused, and while it runs. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

# The forms that `Paused` writes.
_FLAG = re.compile(r"\$\{(!?)var\.infrastructure_paused\}")
_CHOICE = re.compile(r"\$\{var\.infrastructure_paused \? (.+) : (.+)\}")
_REFERENCE = re.compile(r"\b(?:data\.)?aws_\w+\.[\w.\[\]-]+(?=[,\]])")


def resolved(value: Any, *, paused: bool = False) -> Any:
    """A part of a stack's JSON with the values that its pause expressions have then."""
    if isinstance(value, dict):
        return {name: resolved(one, paused=paused) for name, one in value.items()}
    if isinstance(value, list):
        return [resolved(one, paused=paused) for one in value]
    if not isinstance(value, str):
        return value
    if flag := _FLAG.fullmatch(value):
        return not paused if flag[1] else paused
    if choice := _CHOICE.fullmatch(value):
        # References stand without quotes inside an expression.
        return json.loads(_REFERENCE.sub(r'"${\g<0>}"', choice[1 if paused else 2]))
    return value
