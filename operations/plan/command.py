"""`infra plan`: a plan that is validated, checked against the policy and refused if it loses data."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from modules.errors import Problem, ProblemsError, refusal
from operations import project
from operations.console import AsJson, interruptible, say
from operations.pause.variable import is_active, is_paused, kept
from operations.plan import policy, report, security
from operations.plan.findings import BLIND, Findings
from operations.plan.markdown import markdown
from operations.plan.summary import changed_outputs, changes, losses
from operations.plan.without_secrets import without_reading
from operations.progress import Progress
from operations.stacks import KnownStack, in_stack, initialize, terraform_in
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
    without_secrets: Annotated[
        bool,
        typer.Option(
            "--without-secrets", help="Plan from the state alone, by credentials that read no secret"
        ),
    ] = False,
    as_json: AsJson = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print Markdown, for a comment on a pull request")
    ] = False,
) -> None:
    """Plan a stack and check the plan: lost data, the policy, security. Changes nothing.

    With `--without-secrets` AWS is not asked and the state is not locked: what was changed by hand isn't
    seen, and the plan can't be saved.

    Exits with 1, and saves nothing, when a resource that holds data would be destroyed or replaced and its
    address is not accepted, or when the policy has findings; with 2 when the stack cannot be planned.
    """
    _check_options(save, blind=without_secrets, several=as_json and as_markdown)
    _check_file(save)
    # What programs read is alone on standard output.
    console = Console(stderr=as_json or as_markdown)
    with interruptible(console, "Stopped; nothing was changed, and no plan was saved."):
        planning = Planning(stack, Progress(console), blind=without_secrets)
        with planning.planned() as plan:
            found = planning.judged(accept=accept, with_policy=not skip_policy)
            if as_json:
                typer.echo(json.dumps(found.as_dict(), indent=2))
            elif as_markdown:
                typer.echo(markdown(found))
            planning.tell(found)
            if save is not None:
                planning.keep(found, plan, save)
    if found.refused:
        raise typer.Exit(_REFUSED)


class Planning:
    """One plan of one stack, step by step. `blind`: without secrets."""

    def __init__(self, stack: str, progress: Progress, *, blind: bool = False) -> None:
        self._stack, self._progress, self._console = stack, progress, progress.console
        self._directory = stack_directory(stack)
        self._blind, self._paused = blind, False
        self._document: dict[str, Any] = {}

    @contextmanager
    def planned(self) -> Iterator[Plan]:
        """Synthesize, initialize, validate and plan."""
        with self._progress.step(f"Synthesizing {self._stack}") as step:
            project.synthesize(INFRA_STACKS=self._stack)
            step.done = f"Synthesized {self._stack}"
        for warning in project.warnings(self._stack):
            self._console.print(f"[yellow]![/] {escape(warning)}", highlight=False, soft_wrap=True)
        self._initialize()
        # A plan contains what the state contains: unless it is saved, it is deleted however this ends.
        with TemporaryDirectory(prefix="plan-") as scratch:
            yield self._plan(Path(scratch) / "plan")

    def judged(self, *, accept: list[str], with_policy: bool) -> Findings:
        """What the plan does. Raises ProblemsError for an accepted address at which nothing is lost."""
        document = self._document
        found = changes(document)
        return Findings(
            stack=self._stack,
            changes=found,
            outputs=changed_outputs(document),
            notes=security.notes(document),
            losing=losses(found, accept),
            policy=self._policy(document) if with_policy else None,
            blind=self._blind,
            paused=self._paused,
        )

    def tell(self, found: Findings) -> None:
        """Print the findings for people."""
        report.show(self._console, found)
        if found.losing:
            options = " ".join(f"--accept {shlex.quote(change.address)}" for change in found.losing)
            say(self._console, f"If that is meant: infra plan {self._stack} {options}")
        if found.blind:
            say(self._console, f"\n{BLIND}")

    def keep(self, found: Findings, plan: Plan, file: Path) -> None:
        """Save the plan, unless it is refused or empty."""
        if found.refused or plan.empty:
            self._report_unsaved(file, "it is refused" if found.refused else "there is nothing to apply")
        else:
            self._save(plan, file)

    def _initialize(self) -> None:
        with self._progress.step("Initializing (the first time, Terraform downloads the provider)") as step:
            initialize(terraform_in(self._directory))
            step.done = "Initialized"
        with self._progress.step("Validating") as step:
            terraform_in(self._directory).validate()
            step.done = "Validated"

    def _plan(self, file: Path) -> Plan:
        terraform = terraform_in(self._directory)
        outputs = terraform.outputs()
        self._paused = is_paused(outputs)
        if self._paused:
            # Without the variable it would be a plan of the resume.
            say(
                self._console,
                f"{self._stack} is paused, and so is its plan. To end it: infra resume {self._stack}",
            )
        if is_active(outputs):
            say(self._console, f"{self._stack} serves in the place of its primary, and so does its plan.")
        given = kept(outputs)
        if self._blind:
            given |= without_reading(json.loads((self._directory / "cdk.tf.json").read_text()))
        with self._progress.step("Planning") as step:
            terraform = terraform_in(self._directory, watch=step.watch)
            # Refreshing a version of a secret reads its value, even one that Terraform only writes (AWS
            # provider, internal/service/secretsmanager/secret_version.go: findSecretVersionByTwoPartKey).
            plan = terraform.plan(
                file=str(file), variables=given, refresh=not self._blind, lock=not self._blind
            )
            self._document = terraform.show(plan)
            # Not what Terraform told as it planned: a remote run tells it in words alone.
            step.done = f"Planned {len(changes(self._document))} changes"
        return plan

    def _policy(self, document: dict[str, Any]) -> list[policy.Finding] | None:
        if policy.checkov() is None:
            self._console.print(
                "\n[yellow]Policy not checked: checkov is not installed; make policy installs it.[/]"
            )
            return None
        if not document.get("planned_values", {}).get("root_module", {}).get("resources"):
            return []  # everything is destroyed: nothing to have findings about
        with self._progress.step("Checking the policy") as step:
            found = policy.findings({self._stack: document})
            left = policy.left_over(found)
            step.done = f"Policy: {len(left)} findings, and {len(found) - len(left)} accepted with reasons"
        return left

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
        # It was made with the stack's own data directory, not with the one that a sandbox's terminal names.
        ours = "TF_DATA_DIR= " if os.environ.get("TF_DATA_DIR") else ""
        say(
            self._console,
            f"\nSaved. To apply exactly this:\n\n  "
            f"{ours}{in_stack(self._stack)} apply {shlex.quote(str(file))}\n",
        )


def _check_options(save: Path | None, *, blind: bool, several: bool) -> None:
    problems = []
    if blind and save is not None:
        why = refusal(
            got="--save with --without-secrets",
            allowed="one of them, for such a plan can't be applied",
            fix="leave out one",
        )
        problems.append(Problem(where="--save", what=why))
    if several:
        why = refusal(got="--json and --markdown", allowed="one of them", fix="leave out one")
        problems.append(Problem(where="--markdown", what=why))
    if problems:
        raise ProblemsError(problems)


def _check_file(file: Path | None) -> None:
    if file is not None and (file.is_dir() or not file.resolve().parent.is_dir()):
        why = refusal(
            got=str(file), allowed="a file in a directory that exists", fix="name one, or make the directory"
        )
        raise ProblemsError.one("--save", why)
