"""Terraform's JSON as it is while a stack is paused or stands by, and while it runs. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

# Whether a stack is paused, and whether a recovery stack serves in the place of its primary.
PAUSED, ACTIVE = "infrastructure_paused", "recovery_active"
# What keeps, in the state of a recovery stack, the value that it was deployed with.
AS_DEPLOYED = "terraform_data.recovery-as-deployed"
# The conditions that `Paused` and `Standby` write → whether they hold while a stack is paused, or stands by.
_CONDITIONS: Mapping[str, Callable[[bool, bool], bool]] = {
    f"var.{PAUSED}": lambda paused, _: paused,
    f"!var.{PAUSED}": lambda paused, _: not paused,
    f"var.{PAUSED} || !var.{ACTIVE}": lambda paused, standby: paused or standby,
    f"!var.{PAUSED} && var.{ACTIVE}": lambda paused, standby: not paused and not standby,
    f"var.{ACTIVE}": lambda _, standby: not standby,
    f"!var.{ACTIVE}": lambda _, standby: standby,
}
_CONDITION = "|".join(re.escape(one) for one in _CONDITIONS)
_FLAG = re.compile(rf"\$\{{({_CONDITION})\}}")
_CHOICE = re.compile(rf"\$\{{({_CONDITION}) \? (.+) : (.+)\}}")
_REFERENCE = re.compile(r"\b(?:data\.)?aws_\w+\.[\w.\[\]-]+(?=[,\]])")


def either(condition: str, then: str, otherwise: str) -> str:
    """One of two expressions, depending on a condition."""
    return f"${{{condition} ? {then} : {otherwise}}}"


def resting(*, standby: bool) -> str:
    """The condition under which a stack has no tasks; `standby`: of a recovery stack."""
    return f"var.{PAUSED} || !var.{ACTIVE}" if standby else f"var.{PAUSED}"


def serving(*, standby: bool) -> str:
    """The opposite of `resting`."""
    return f"!var.{PAUSED} && var.{ACTIVE}" if standby else f"!var.{PAUSED}"


def resolved(value: Any, *, paused: bool = False, standby: bool = False) -> Any:
    """A part of a stack's JSON with the values that its expressions of pause and standby have then."""
    if isinstance(value, dict):
        return {name: resolved(one, paused=paused, standby=standby) for name, one in value.items()}
    if isinstance(value, list):
        return [resolved(one, paused=paused, standby=standby) for one in value]
    if not isinstance(value, str):
        return value
    if flag := _FLAG.fullmatch(value):
        return _CONDITIONS[flag[1]](paused, standby)
    if choice := _CHOICE.fullmatch(value):
        chosen = choice[2] if _CONDITIONS[choice[1]](paused, standby) else choice[3]
        # References stand without quotes inside an expression.
        return json.loads(_REFERENCE.sub(r'"${\g<0>}"', chosen))
    return value
