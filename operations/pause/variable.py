"""The variable that pauses a stack, as commands pass and read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from operations.terraform import Output

# As modules/pause/variable.py has them, which imports CDKTF.
VARIABLE = "infrastructure_paused"
RUNNING_WHILE_PAUSED = "running_while_paused"


def can_pause(document: Mapping[str, Any]) -> bool:
    """Whether a stack's JSON has the variable."""
    return VARIABLE in document.get("variable", {})


def variables(*, paused: bool) -> dict[str, str]:
    """The variable for Terraform's command line."""
    return {VARIABLE: str(paused).lower()}


def is_paused(outputs: Mapping[str, Output]) -> bool:
    """Whether the outputs in the state of a stack say that it is paused."""
    return VARIABLE in outputs and outputs[VARIABLE].value is True
