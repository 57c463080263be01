"""The variable of a stack that says whether it is paused, and expressions of it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from cdktf import IResolvable, TerraformOutput, TerraformStack, TerraformVariable, Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformResource

VARIABLE = "infrastructure_paused"
_OUTPUT = "infrastructure-paused"


class Paused:
    """Whether a stack is paused: what `terraform apply -var infrastructure_paused=true` says.

    Creates, once in a stack: the variable, false by default; the output of the same name, from which programs
    read in the state whether the stack is paused.
    """

    def __init__(self, stack: TerraformStack) -> None:
        found = stack.node.try_find_child(_OUTPUT)
        self._output = found if isinstance(found, TerraformOutput) else _create(stack)

    @property
    def template(self) -> str:
        """The variable as a part of a text: `true` or `false`."""
        return f"${{var.{VARIABLE}}}"

    def text(self, paused: str, running: str) -> str:
        """One text while the stack is paused, another while it runs."""
        return _conditional(json.dumps(paused), json.dumps(running))

    def number(self, paused: float, running: float) -> float:
        """One number while the stack is paused, another while it runs."""
        return _number(paused, running)

    def none_of(self, running: Sequence[str]) -> list[str]:
        """No items while the stack is paused, these while it runs."""
        items = [one if Token.is_unresolved(one) else json.dumps(one) for one in running]
        return Token.as_list(_conditional("[]", f"[{', '.join(items)}]"))

    @property
    def is_paused(self) -> IResolvable:
        """True while the stack is paused."""
        return _any(self.template)

    @property
    def is_running(self) -> IResolvable:
        """True while the stack is not paused."""
        return _any(f"${{!var.{VARIABLE}}}")

    def done_after(self, last: Sequence[TerraformResource]) -> None:
        """Let the output say that the stack is paused, or that it runs, only once `last` has been applied."""
        self._output.add_override("depends_on", [address(one) for one in last])


def address(resource: TerraformResource) -> str:
    """The address of a resource, as `depends_on` names it."""
    return f"{resource.terraform_resource_type}.{resource.friendly_unique_id}"


def _create(stack: TerraformStack) -> TerraformOutput:
    variable = TerraformVariable(
        stack,
        VARIABLE,
        type="bool",
        default=False,
        nullable=False,
        description="Whether the stack is paused: no tasks, databases stopped or at their lowest capacity, "
        "alarms silent. Nothing that holds data is destroyed.",
    )
    output = TerraformOutput(stack, _OUTPUT, value=variable.value)
    output.override_logical_id(VARIABLE)
    return output


def _conditional(paused: str, running: str) -> str:
    return f"${{var.{VARIABLE} ? {paused} : {running}}}"


# Tokens stand for an expression in any stack, so each is made once.
@cache
def _number(paused: float, running: float) -> float:
    return float(Token.as_number(_conditional(json.dumps(paused), json.dumps(running))))


@cache
def _any(expression: str) -> IResolvable:
    return Token.as_any(expression)
