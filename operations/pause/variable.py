"""The variables that pause a stack and let a recovery stack serve, as commands pass and read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modules.pause.expressions import ACTIVE, AS_DEPLOYED, PAUSED
from operations.terraform import Output

# As modules/pause/databases.py has it, which imports CDKTF.
RUNNING_WHILE_PAUSED = "running_while_paused"


def can_pause(document: Mapping[str, Any]) -> bool:
    """Whether a stack's JSON has the variable of a pause."""
    return PAUSED in document.get("variable", {})


def can_recover(document: Mapping[str, Any]) -> bool:
    """Whether a stack's JSON has the variable of a recovery stack."""
    return ACTIVE in document.get("variable", {})


def paused(*, value: bool) -> dict[str, str]:
    """The variable of a pause for Terraform's command line."""
    return {PAUSED: str(value).lower()}


def active(*, value: bool) -> dict[str, str]:
    """The variable of a recovery stack for Terraform's command line."""
    return {ACTIVE: str(value).lower()}


def is_paused(outputs: Mapping[str, Output]) -> bool:
    """Whether the outputs in the state of a stack say that it is paused."""
    return PAUSED in outputs and outputs[PAUSED].value is True


def is_active(outputs: Mapping[str, Output]) -> bool:
    """Whether the outputs in the state of a recovery stack say that it serves."""
    return ACTIVE in outputs and outputs[ACTIVE].value is True


def kept(outputs: Mapping[str, Output]) -> dict[str, str]:
    """The variables with which a plan leaves a stack paused, or active, as the outputs in its state say.

    A plan without them would be that of a resume, or would put a recovered stack back into standby.
    """
    return (paused(value=True) if is_paused(outputs) else {}) | (
        active(value=True) if is_active(outputs) else {}
    )


def turned(outputs: Mapping[str, Output], *, active: bool) -> Sequence[str]:
    """The addresses that a plan replaces to turn a recovery stack; none where it stays as it is deployed."""
    known = ACTIVE in outputs and outputs[ACTIVE].value is active
    return () if known else (AS_DEPLOYED,)
