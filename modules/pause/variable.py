"""The variable of a stack that says whether it is paused, and expressions of it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from cdktf import IResolvable, TerraformOutput, TerraformStack, TerraformVariable, Token

from .expressions import PAUSED, either, resting, serving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import TerraformResource

    from ..resilience.recovery.standby import Standby

_OUTPUT = "infrastructure-paused"
_UNRESOLVED = "${TfToken["  # in a text that CDKTF resolves; to ask CDKTF takes a message for each


class Paused:
    """Whether a stack is paused: what `terraform apply -var infrastructure_paused=true` says.

    A recovery stack that stands by (`standby`) is as if it were paused, until it is active.

    Creates, once in a stack: the variable, false by default; the output of the same name, from which programs
    read in the state whether the stack is paused.
    """

    def __init__(self, stack: TerraformStack, *, standby: Standby | None = None) -> None:
        found = stack.node.try_find_child(_OUTPUT)
        self._output = found if isinstance(found, TerraformOutput) else _create(stack)
        self._resting = resting(standby=standby is not None)
        self._serving = serving(standby=standby is not None)

    @property
    def template(self) -> str:
        """Whether the stack is paused, as a part of a text: `true` or `false`."""
        return f"${{{self._resting}}}"

    def text(self, paused: str, running: str) -> str:
        """One text while the stack is paused, another while it runs."""
        return either(self._resting, json.dumps(paused), json.dumps(running))

    def number(self, paused: float, running: float) -> float:
        """One number while the stack is paused, another while it runs."""
        return _number(either(self._resting, json.dumps(paused), json.dumps(running)))

    def none_of(self, running: Sequence[str]) -> list[str]:
        """No items while the stack is paused, these while it runs."""
        items = [one if _UNRESOLVED in one else json.dumps(one) for one in running]
        return [*_list(either(self._resting, "[]", f"[{', '.join(items)}]"))]

    @property
    def is_paused(self) -> IResolvable:
        """True while the stack is paused."""
        return any_of(self.template)

    @property
    def is_running(self) -> IResolvable:
        """True while the stack is not paused."""
        return any_of(f"${{{self._serving}}}")

    def done_after(self, last: Sequence[TerraformResource]) -> None:
        """Let the output say that the stack is paused, or that it runs, only once `last` has been applied."""
        self._output.add_override("depends_on", [address(one) for one in last])


@cache
def address(resource: TerraformResource) -> str:
    """The address of a resource, as `depends_on` names it; fixed from then on, as any reference to it."""
    return f"{_type_of(type(resource))}.{resource.friendly_unique_id}"


@cache
def _type_of(kind: type[TerraformResource]) -> str:
    generated: Any = kind  # each generated class names its type
    return str(generated.TF_RESOURCE_TYPE)


def flag(stack: TerraformStack, name: str, *, output: str, description: str) -> TerraformOutput:
    """The output `name` of a variable of the same name, false by default; creates both."""
    variable = TerraformVariable(
        stack, name, type="bool", default=False, nullable=False, description=description
    )
    created = TerraformOutput(stack, output, value=variable.value)
    created.override_logical_id(name)
    return created


# Tokens stand for an expression in any stack, so each is made once.
@cache
def any_of(expression: str) -> IResolvable:
    """An expression as an argument of any type."""
    return Token.as_any(expression)


@cache
def _list(expression: str) -> list[str]:
    return Token.as_list(expression)


@cache
def _number(expression: str) -> float:
    return float(Token.as_number(expression))


def _create(stack: TerraformStack) -> TerraformOutput:
    return flag(
        stack,
        PAUSED,
        output=_OUTPUT,
        description="Whether the stack is paused: no tasks, databases stopped or at their lowest capacity, "
        "alarms silent. Nothing that holds data is destroyed.",
    )
