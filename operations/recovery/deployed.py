"""A deployed stack, turned by its variables: planned, checked for what would be lost, applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from modules.errors import Problem, ProblemsError, refusal
from operations.pause import variable, workspace
from operations.plan.summary import Change, changes, losses
from operations.progress import Step
from operations.stacks import initialize, terraform_in
from operations.terraform import Output, Plan, Terraform
from stacks.output import stack_directory

_INSTANCE = "aws_db_instance"


class Deployed:
    """A stack as its state and Terraform have it."""

    def __init__(self, stack: str) -> None:
        self.stack = stack
        self._directory = stack_directory(stack)
        self._initialized = False
        self._outputs: Mapping[str, Output] | None = None

    def outputs(self) -> Mapping[str, Output]:
        """The outputs in its state; none of what was never applied."""
        if self._outputs is None:
            self._outputs = self._terraform().outputs()
        return self._outputs

    def is_deployed(self) -> bool:
        """Whether there is a state of it."""
        return bool(self.outputs())

    def is_paused(self) -> bool:
        """Whether its state says that it is paused."""
        return variable.is_paused(self.outputs())

    def is_active(self) -> bool:
        """Whether its state says that it serves in the place of its primary."""
        return variable.is_active(self.outputs())

    def differs(self, given: Mapping[str, str] | None = None, **turned: bool) -> list[Change]:
        """What an apply with these variables would change."""
        with TemporaryDirectory(prefix="recovery-") as scratch:
            variables, anew = self._turned(turned)
            return self._plan(Path(scratch) / "plan", {**variables, **(given or {})}, anew)[1]

    def turn(
        self,
        shown: Step,
        *,
        replace: Sequence[str] = (),
        given: Mapping[str, str] | None = None,
        **turned: bool,
    ) -> list[str]:
        """Apply with `active=` and `paused=`, the rest as its state says; the addresses that changed.

        `given`: variables of this apply alone. Applies nothing where nothing changes. Raises ProblemsError
        for a plan that would lose data but at the addresses in `replace`.
        """
        variables, anew = self._turned(turned)
        # A plan contains what the state contains: it is deleted however this ends.
        with TemporaryDirectory(prefix="recovery-") as scratch:
            plan, found = self._plan(
                Path(scratch) / "plan", {**variables, **(given or {})}, [*replace, *anew], shown
            )
            if losing := losses([one for one in found if one.address not in replace], ()):
                raise ProblemsError(
                    Problem(
                        where=one.address, what=f"would be lost ({one.loses}): see infra plan {self.stack}"
                    )
                    for one in losing
                )
            if not plan.empty:
                self._outputs = None  # what they are from here on
                terraform_in(self._directory, watch=shown.watch).apply(plan)
        workspace.keep(self.stack, variables)
        return [one.address for one in found]

    def resource_id(self, address: str) -> str | None:
        """The DbiResourceId by which the state knows an instance; None if it doesn't."""
        values = self._values().get(address)
        return str(values["resource_id"]) if values and values.get("resource_id") else None

    def adopt(self, address: str, identifier: str, *, without: Sequence[str]) -> None:
        """Put another instance into the state in the place of the one at an address.

        `without`: addresses that belong to the one before, as `docs/runbooks/restore-database.md` has it.
        """
        known = set(self._terraform().addresses())
        if gone := [one for one in (address, *without) if one in known]:
            self._terraform().forget(gone)
        self._terraform().import_resource(address, identifier)

    def _plan(
        self,
        file: Path,
        variables: Mapping[str, str],
        replace: Sequence[str],
        shown: Step | None = None,
    ) -> tuple[Plan, list[Change]]:
        self._terraform()
        terraform = terraform_in(self._directory, watch=shown.watch if shown else None)
        plan = terraform.plan(file=str(file), variables=variables, replace=replace)
        return plan, [] if plan.empty else changes(terraform.show(plan))

    def _turned(self, turned: Mapping[str, bool]) -> tuple[dict[str, str], Sequence[str]]:
        """The variables of a plan that turns the stack, and what it replaces to do so."""
        outputs = self.outputs()
        given: dict[str, str] = variable.kept(outputs)
        anew: Sequence[str] = ()
        if "active" in turned:
            given |= variable.active(value=turned["active"])
            anew = variable.turned(outputs, active=turned["active"])
        if "paused" in turned:
            given |= variable.paused(value=turned["paused"])
        return given, anew

    def _values(self) -> dict[str, Any]:
        root = self._terraform().show().get("values", {}).get("root_module", {})
        return {one["address"]: one["values"] for one in root.get("resources", ())}

    def _terraform(self) -> Terraform:
        terraform = terraform_in(self._directory)
        if not self._initialized:
            initialize(terraform)
            self._initialized = True
        return terraform


def require_deployed(*stacks: Deployed) -> None:
    """Raises ProblemsError for each that was never applied."""
    absent = [one.stack for one in stacks if not one.is_deployed()]
    if absent:
        why = refusal(
            got="nothing that is deployed",
            allowed="a deployed stack",
            fix="deploy it, or check INFRA_BACKEND",
        )
        raise ProblemsError(Problem(where=one, what=why) for one in absent)
