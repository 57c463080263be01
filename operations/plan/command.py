"""`infra plan`: a plan that is validated, checked against the policy and refused if it loses data."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from modules.errors import ProblemsError, refusal
from operations import project
from operations.console import interruptible, say
from operations.pause.variable import is_paused, variables
from operations.plan import policy, report, security
from operations.plan.summary import changed_outputs, changes, losses
from operations.progress import Progress
from operations.stacks import KnownStack, initialize, terraform_in
from operations.terraform import Plan
from stacks.output import stack_directory

_REFUSED = 1


def plan(
    stack: KnownStack,
    *,
    accept: Annotated[
        list[str], typer.Option(help="The address of a resource whose data may be lost; repeatable")
    ] = [],  # noqa: B006 - typer's way
    save: Annotated[Path | None, typer.Option(help="The file to save the plan in, for `apply`")] = None,
    skip_policy: Annotated[
        bool, typer.Option("--skip-policy", help="Do not check the plan with checkov")
    ] = False,
) -> None:
    """Plan a stack and check the plan: lost data, the policy, security. Changes nothing.

    Exits with 1, and saves nothing, when a resource that holds data would be destroyed or replaced and its
    address is not accepted, or when the policy has findings; with 2 when the stack cannot be planned.
    """
    _check_file(save)
    console = Console()
    with interruptible(console, "Stopped; nothing was changed, and no plan was saved."):
        Planning(stack, Progress(console)).run(accept=accept, save=save, with_policy=not skip_policy)


class Planning:
    """One plan of one stack, step by step."""

    def __init__(self, stack: str, progress: Progress) -> None:
        self._stack, self._progress, self._console = stack, progress, progress.console
        self._directory = stack_directory(stack)

    def run(self, *, accept: list[str], save: Path | None, with_policy: bool) -> None:
        """Do all steps. Raises typer.Exit(1) when the plan is refused."""
        with self._progress.step(f"Synthesizing {self._stack}") as step:
            project.synthesize(INFRA_STACKS=self._stack)
            step.done = f"Synthesized {self._stack}"
        for warning in project.warnings(self._stack):
            self._console.print(f"[yellow]![/] {escape(warning)}", highlight=False, soft_wrap=True)
        self._initialize()
        # A plan contains what the state contains: unless it is saved, it is deleted however this ends.
        with TemporaryDirectory(prefix="plan-") as scratch:
            plan, document = self._plan(Path(scratch) / "plan")
            found, outputs = changes(document), changed_outputs(document)
            report.show(self._console, self._stack, found, outputs, security.notes(document))
            losing = losses(found, accept)
            clean = self._policy(document) if with_policy else True
            if losing:
                report.show_losses(self._console, losing)
                options = " ".join(f"--accept {shlex.quote(change.address)}" for change in losing)
                say(self._console, f"If that is meant: infra plan {self._stack} {options}")
            refused = bool(losing) or not clean
            if save is not None and (refused or plan.empty):
                self._report_unsaved(save, "it is refused" if refused else "there is nothing to apply")
            elif save is not None:
                self._save(plan, save)
            if refused:
                raise typer.Exit(_REFUSED)

    def _initialize(self) -> None:
        with self._progress.step("Initializing (the first time, Terraform downloads the provider)") as step:
            initialize(terraform_in(self._directory))
            step.done = "Initialized"
        with self._progress.step("Validating") as step:
            terraform_in(self._directory).validate()
            step.done = "Validated"

    def _plan(self, file: Path) -> tuple[Plan, dict[str, Any]]:
        paused = is_paused(terraform_in(self._directory).outputs())
        if paused:
            # Without the variable it would be a plan of the resume.
            say(
                self._console,
                f"{self._stack} is paused, and so is its plan. To end it: infra resume {self._stack}",
            )
        with self._progress.step("Planning") as step:
            terraform = terraform_in(self._directory, watch=step.watch)
            plan = terraform.plan(file=str(file), variables=variables(paused=True) if paused else {})
            document = terraform.show(plan)
            # Not what Terraform told as it planned: a remote run tells it in words alone.
            step.done = f"Planned {len(changes(document))} changes"
        return plan, document

    def _policy(self, document: dict[str, Any]) -> bool:
        if policy.checkov() is None:
            self._console.print(
                "\n[yellow]Policy not checked: checkov is not installed; make policy installs it.[/]"
            )
            return True
        if not document.get("planned_values", {}).get("root_module", {}).get("resources"):
            return True  # everything is destroyed: nothing to have findings about
        with self._progress.step("Checking the policy") as step:
            found = policy.findings({self._stack: document})
            left = policy.left_over(found)
            step.done = f"Policy: {len(left)} findings, and {len(found) - len(left)} accepted with reasons"
        for one in left:
            line = f"  [red]{one.check}[/] {escape(one.address)}: {escape(one.title)}"
            self._console.print(line, highlight=False, soft_wrap=True)
        if left:
            say(
                self._console,
                "Fix them, or accept them with a reason in operations/plan/policy_exceptions.py.",
            )
        return not left

    def _report_unsaved(self, file: Path, why: str) -> None:
        older = f"; {file} is of an earlier run" if file.exists() else ""
        say(self._console, f"No plan was saved, for {why}{older}.")

    def _save(self, plan: Plan, file: Path) -> None:
        file = file.resolve()
        partial = file.with_name(f".{file.name}.partial")
        try:
            shutil.copyfile(plan.file, partial)
            partial.chmod(0o600)  # a plan contains what the state contains
            partial.replace(file)
        except OSError as error:
            raise ProblemsError.one("--save", f"{file} cannot be written: {error.strerror}") from None
        directory = os.path.relpath(self._directory)
        say(
            self._console,
            f"\nSaved. To apply exactly this:\n\n  "
            f"terraform -chdir={shlex.quote(directory)} apply {shlex.quote(str(file))}\n",
        )


def _check_file(file: Path | None) -> None:
    if file is not None and (file.is_dir() or not file.resolve().parent.is_dir()):
        why = refusal(
            got=str(file), allowed="a file in a directory that exists", fix="name one, or make the directory"
        )
        raise ProblemsError.one("--save", why)
