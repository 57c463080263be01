"""`infra pause` and `infra resume`: `terraform apply -var infrastructure_paused=…` for a person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer
from rich.console import Console

from modules.errors import Problem, ProblemsError, refusal
from modules.pause.expressions import PAUSED
from operations import project
from operations.console import DryRun, Yes, confirm, interruptible, say
from operations.pause import costs, variable, workspace
from operations.pause.variable import RUNNING_WHILE_PAUSED, can_pause
from operations.plan import report
from operations.plan.findings import Findings
from operations.plan.summary import Change, changes, losses
from operations.progress import Progress
from operations.stacks import KnownStack, initialize, terraform_in
from operations.terraform import LockedError, Plan, Terraform
from stacks.output import DOCUMENT, stack_directory

_REFUSED = 1


def pause(stack: KnownStack, *, yes: Yes = False, dry_run: DryRun = False) -> None:
    """Pause a stack: no tasks, databases stopped, alarms silent. Nothing that holds data is destroyed.

    Repeated, it goes on where it was stopped; on a paused stack it changes nothing.

    Exit codes: 0 it is paused, or --dry-run showed what would change; 1 the answer was no, or data would be
    lost; 2 refused, or it failed on the way; 130 stopped by Ctrl-C.
    """
    _turn(_PAUSE, stack, yes=yes, dry_run=dry_run)


def resume(stack: KnownStack, *, yes: Yes = False, dry_run: DryRun = False) -> None:
    """Resume a paused stack: databases first, then its services, each with as many tasks as before.

    Repeated, it goes on where it was stopped; on a running stack it changes nothing.

    Exit codes: 0 it runs, or --dry-run showed what would change; 1 the answer was no, or data would be lost;
    2 refused, or it failed on the way; 130 stopped by Ctrl-C.
    """
    _turn(_RESUME, stack, yes=yes, dry_run=dry_run)


@dataclass(frozen=True, kw_only=True)
class _Direction:
    command: str
    paused: bool
    doing: str
    done: str
    failed: str


_PAUSE = _Direction(
    command="pause",
    paused=True,
    doing="Pausing",
    done="paused",
    failed="is not wholly paused: what still runs costs money",
)
_RESUME = _Direction(
    command="resume",
    paused=False,
    doing="Resuming",
    done="running",
    failed="is not wholly resumed: a service gets no task before its database runs",
)


def _turn(direction: _Direction, stack: str, *, yes: bool, dry_run: bool) -> None:
    console = Console()
    again = f"infra {direction.command} {stack}"
    with interruptible(console, f"Stopped. Nothing is lost; to go on from here: {again}"):
        _Turn(direction, stack, Progress(console)).run(yes=yes, dry_run=dry_run)


class _Turn:
    """One pause or resume of one stack."""

    def __init__(self, direction: _Direction, stack: str, progress: Progress) -> None:
        self._direction, self._stack, self._progress = direction, stack, progress
        self._console = progress.console
        self._directory = stack_directory(stack)
        self._turned = variable.paused(value=direction.paused)
        self._document: dict[str, Any] = {}

    def run(self, *, yes: bool, dry_run: bool) -> None:
        """Plan, show, ask, apply. Raises typer.Exit(1) for a plan that would lose data."""
        self._prepare()
        # A plan contains what the state contains: it is deleted however this ends.
        with TemporaryDirectory(prefix="pause-") as scratch:
            plan, found = self._plan(Path(scratch) / "plan")
            if plan.empty:
                say(self._console, f"\n{self._stack} is {self._direction.done} already; nothing to change.")
            else:
                self._show(found)
                if dry_run:
                    costs.show(self._console, self._stack, self._document)
                    return
                confirm(f"{self._direction.command.capitalize()} {self._stack}?", yes=yes)
                self._apply(plan)
        if not dry_run:
            workspace.keep(self._stack, self._turned)
        self._show_end()

    def _prepare(self) -> None:
        with self._progress.step(f"Synthesizing {self._stack}") as step:
            project.synthesize(INFRA_STACKS=self._stack)
            step.done = f"Synthesized {self._stack}"
        self._document = json.loads((self._directory / DOCUMENT).read_text())
        if not can_pause(self._document):
            why = refusal(
                got=f"no variable {PAUSED}",
                allowed="a stack that has something to pause",
                fix="name another stack",
            )
            raise ProblemsError.one(self._stack, why)
        with self._progress.step("Initializing (the first time, Terraform downloads the provider)") as step:
            initialize(self._terraform)
            step.done = "Initialized"
        if not self._terraform.outputs():
            why = refusal(
                got="nothing that is deployed",
                allowed="a deployed stack",
                fix="deploy it, or check INFRA_BACKEND",
            )
            raise ProblemsError.one(self._stack, why)

    def _plan(self, file: Path) -> tuple[Plan, list[Change]]:
        with self._progress.step("Planning") as step:
            terraform = terraform_in(self._directory, watch=step.watch)
            given = variable.kept(terraform.outputs()) | self._turned
            plan = terraform.plan(file=str(file), variables=given)
            found = changes(terraform.show(plan))
            step.done = f"Planned {len(found)} changes"
        if losing := losses(found, ()):
            report.show_losses(self._console, losing)
            say(self._console, f"No pause loses data. See where it comes from: infra plan {self._stack}")
            raise typer.Exit(_REFUSED)
        return plan, found

    def _show(self, found: list[Change]) -> None:
        report.show(self._console, Findings(stack=self._stack, changes=found))
        if others := [change.address for change in found if not self._belongs(change)]:
            say(self._console, f"\nNot of the {self._direction.command}, but changed in the code since:")
            for address in others:
                say(self._console, f"  {address}")

    def _belongs(self, change: Change) -> bool:
        """Whether the resource has an argument that depends on the variable."""
        kind, _, name = change.address.partition(".")
        body = self._document.get("resource", {}).get(kind, {}).get(name.partition("[")[0], {})
        return f"var.{PAUSED}" in json.dumps(body)

    def _apply(self, plan: Plan) -> None:
        again = f"infra {self._direction.command} {self._stack}"
        try:
            with self._progress.step(self._direction.doing, expected=len(plan.changes)) as step:
                terraform_in(self._directory, watch=step.watch).apply(plan)
                step.done = f"{self._stack} is {self._direction.done}"
        except LockedError:
            raise  # nothing was changed
        except ProblemsError as error:
            state = f"{self._direction.failed}. Mend what is named here, then go on from here: {again}"
            raise ProblemsError([*error.problems, Problem(where=self._stack, what=state)]) from None

    def _show_end(self) -> None:
        outputs = self._terraform.outputs()
        if self._direction.paused and (running := outputs.get(RUNNING_WHILE_PAUSED)):
            names = ", ".join(running.value)
            say(self._console, f"Still running: {names}. RDS cannot stop an instance with read replicas.")
        costs.show(self._console, self._stack, self._document)
        if self._direction.paused:
            say(self._console, f"To go back: infra resume {self._stack}")

    @property
    def _terraform(self) -> Terraform:
        return terraform_in(self._directory)
