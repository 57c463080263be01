"""The variable of a recovery stack that says whether it serves, and expressions of it."""

from __future__ import annotations

from typing import cast

from cdktf import (
    DataResource,
    Fn,
    IResolvable,
    TerraformOutput,
    TerraformResourceLifecycle,
    TerraformStack,
    TerraformVariable,
    Token,
)

from ...errors import refusal
from ...pause.expressions import ACTIVE, AS_DEPLOYED
from ...pause.variable import any_of, flag

_OUTPUT = "recovery-active"


class Standby:
    """Whether a recovery stack serves: what `terraform apply -var recovery_active=true` says.

    Creates, once in a stack: the variable, false by default; a resource in the state alone that keeps the
    value the stack was deployed with; the output of the variable's name, from which programs read that value.
    A plan with another value is refused, unless it replaces that resource: a plain `terraform apply` would
    otherwise put a stack that serves into standby.
    """

    def __init__(self, stack: TerraformStack) -> None:
        if stack.node.try_find_child(_OUTPUT) is None:
            output = flag(
                stack,
                ACTIVE,
                output=_OUTPUT,
                description="Whether this recovery stack serves in the place of its primary. False: its "
                "services have no tasks, and its database is a replica of the primary's.",
            )
            _keep_as_deployed(stack, output)
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


def _keep_as_deployed(stack: TerraformStack, output: TerraformOutput) -> None:
    """Refuse a plan that turns the stack without saying so twice.

    The value that is kept changes only where the resource is replaced. It is unknown in that plan, and in the
    first: Terraform then checks the condition in the apply, where the two are the same. A destroy only warns.
    """
    kept = DataResource(
        stack, "recovery-as-deployed", lifecycle=TerraformResourceLifecycle(ignore_changes=["input"])
    )
    kept.add_override("input", f"${{var.{ACTIVE}}}")
    output.add_override("value", f"${{{AS_DEPLOYED}.output}}")
    why = refusal(
        got=f"{ACTIVE}=${{var.{ACTIVE}}}",
        allowed=f"${{{AS_DEPLOYED}.output}}, as it is deployed: another value turns the whole stack",
        fix=f"to leave it: -var {ACTIVE}=${{{AS_DEPLOYED}.output}}; to turn it: infra recovery, failover or "
        f"failback, or by hand -replace={AS_DEPLOYED} too",
    )
    condition = f"${{{AS_DEPLOYED}.output == var.{ACTIVE}}}"
    output.add_override("precondition", [{"condition": condition, "error_message": why}])
