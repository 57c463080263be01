"""The variable of a recovery stack that says whether it serves, and expressions of it."""

from __future__ import annotations

from typing import cast

from cdktf import Fn, IResolvable, TerraformStack, TerraformVariable, Token

from ...pause.expressions import ACTIVE
from ...pause.variable import any_of, flag

_OUTPUT = "recovery-active"


class Standby:
    """Whether a recovery stack serves: what `terraform apply -var recovery_active=true` says.

    Creates, once in a stack: the variable, false by default; the output of the same name, from which programs
    read in the state whether the stack serves in the place of its primary.
    """

    def __init__(self, stack: TerraformStack) -> None:
        if stack.node.try_find_child(_OUTPUT) is None:
            flag(
                stack,
                ACTIVE,
                output=_OUTPUT,
                description="Whether this recovery stack serves in the place of its primary. False: its "
                "services have no tasks, and its database is a replica of the primary's.",
            )
        self._active = cast("TerraformVariable", stack.node.find_child(ACTIVE)).value

    def none_once_active(self, standby: str) -> str:
        """A text while the stack stands by, and no argument at all once it is active."""
        # Of CDKTF, since the text may contain references: it keeps their ${} inside an expression's string.
        return Token.as_string(Fn.conditional(self._active, Token.null_value(), standby))

    def text(self, active: str, standby: str) -> str:
        """One text once the stack is active, another while it stands by."""
        return Token.as_string(Fn.conditional(self._active, active, standby))

    @property
    def is_active(self) -> IResolvable:
        """True once the stack is active."""
        return any_of(f"${{var.{ACTIVE}}}")

    @property
    def is_standby(self) -> IResolvable:
        """True while the stack stands by."""
        return any_of(f"${{!var.{ACTIVE}}}")
