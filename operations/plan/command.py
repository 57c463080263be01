"""`infra plan`: synthesize, initialise, validate, plan, check the policy, summarize, and shout."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

import backend
from modules.errors import ProblemsError, refusal
from operations.plan import policy, report, security
from operations.plan.summary import changed_outputs, changes, losses
from operations.steps import Steps
from operations.terraform import Plan, Terraform, process

PROJECT = Path(__file__).parents[2]
_REFUSED, _INTERRUPTED = 1, 130


def plan(
    stack: Annotated[str, typer.Argument(help="The stack, such as ohi-prod")],
    *,
    accept: Annotated[list[str], typer.Option(help="An address whose data may be lost; repeatable")] = [],  # noqa: B006 - typer's way
    save: Annotated[Path | None, typer.Option(help="Keep the plan there, to be applied as it is")] = None,
    skip_policy: Annotated[bool, typer.Option("--skip-policy", help="Do not run checkov")] = False,
) -> None:
    """What a deployment of a stack would do, checked; nothing is changed.

    Exits with 1, and saves nothing, when something that holds data would be destroyed or replaced and its
    address is not accepted, or when the policy has findings; with 2 for what cannot be planned.
    """
    check_known(stack)
    _check_file(save)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a cancelled CI job cleans up like Ctrl-C
    console = Console()
    try:
        Planning(stack, Steps(console)).run(accept=accept, save=save, with_policy=not skip_policy)
    except KeyboardInterrupt:
        console.print("Stopped; nothing was changed, and no plan was saved.")
        raise typer.Exit(_INTERRUPTED) from None


class Planning:
    """One plan of one stack, step by step."""

    def __init__(self, stack: str, steps: Steps) -> None:
        self._stack, self._steps, self._console = stack, steps, steps.console
        self._directory = output_directory() / "stacks" / stack

    def run(self, *, accept: list[str], save: Path | None, with_policy: bool) -> None:
        """All steps. Raises typer.Exit(1) when the plan is not to be applied as it is."""
        self._synthesize()
        self._initialise()
        # A plan holds what the state holds: however this ends, it is gone unless it was to be saved.
        with TemporaryDirectory(prefix="plan-") as scratch:
            plan, document = self._plan(Path(scratch) / "plan")
            found, outputs = changes(document), changed_outputs(document)
            report.show(self._console, self._stack, found, outputs, security.notes(document))
            losing = losses(found, accept)
            clean = self._policy(document) if with_policy else True
            if losing:
                report.shout(self._console, losing)
                words = " ".join(f"--accept {shlex.quote(change.address)}" for change in losing)
                self._say(f"If that is meant: infra plan {self._stack} {words}")
            refused = bool(losing) or not clean
            if save is not None and (refused or plan.empty):
                self._leave(save, "it is refused" if refused else "there is nothing to apply")
            elif save is not None:
                self._save(plan, save)
            if refused:
                raise typer.Exit(_REFUSED)

    def _synthesize(self) -> None:
        with self._steps.step(f"Synthesizing {self._stack}") as step:
            environment = {**os.environ, "INFRA_STACKS": self._stack}
            command = [sys.executable, str(PROJECT / "main.py")]
            finished = process.run(command, directory=PROJECT, environment=environment)
            if finished.code != 0:
                raise ProblemsError.one("python main.py", finished.errors.strip() or "failed without a word")
            step.done = f"Synthesized {self._stack}"

    def _initialise(self) -> None:
        with self._steps.step("Initialising (the first time, Terraform fetches the AWS provider)") as step:
            initialise(self._terraform())
            step.done = "Initialised"
        with self._steps.step("Validating") as step:
            self._terraform().validate()
            step.done = "Valid"

    def _plan(self, file: Path) -> tuple[Plan, dict[str, Any]]:
        with self._steps.step("Planning") as step:
            terraform = Terraform(self._directory, environment=_APART, watch=step.watch)
            plan = terraform.plan(file=str(file))
            document = terraform.show(plan)
            step.done = f"Planned {len(plan.changes)} changes"
        return plan, document

    def _policy(self, document: dict[str, Any]) -> bool:
        if policy.checkov() is None:
            self._console.print("\n[yellow]Policy not checked: no checkov here; make policy installs it.[/]")
            return True
        if not document.get("planned_values", {}).get("root_module", {}).get("resources"):
            return True  # nothing will be there to have findings about
        with self._steps.step("Checking the policy") as step:
            found = policy.findings({self._stack: document})
            left = policy.left_over(found)
            step.done = f"Policy: {len(left)} findings, and {len(found) - len(left)} accepted with reasons"
        for one in left:
            words = f"  [red]{one.check}[/] {escape(one.address)}: {escape(one.title)}"
            self._console.print(words, highlight=False, soft_wrap=True)
        if left:
            self._say("Fix them, or accept them with a reason in operations/plan/policy_exceptions.py.")
        return not left

    def _leave(self, file: Path, why: str) -> None:
        older = f"; {file} is of an earlier run" if file.exists() else ""
        self._say(f"No plan was saved, for {why}{older}.")

    def _save(self, plan: Plan, file: Path) -> None:
        file = file.resolve()
        partial = file.with_name(f".{file.name}.partial")
        try:
            shutil.copyfile(plan.file, partial)
            partial.chmod(0o600)  # a plan holds what the state holds
            partial.replace(file)
        except OSError as error:
            raise ProblemsError.one("--save", f"{file} cannot be written: {error.strerror}") from None
        directory = os.path.relpath(self._directory)
        self._say(
            f"\nSaved. To apply exactly this:\n\n  "
            f"terraform -chdir={shlex.quote(directory)} apply {shlex.quote(str(file))}\n"
        )

    def _terraform(self) -> Terraform:
        return Terraform(self._directory, environment=_APART)

    def _say(self, words: str) -> None:
        self._console.print(words, highlight=False, markup=False, soft_wrap=True)


# A person's own data directory or workspace is about another stack.
_APART = {"TF_DATA_DIR": None, "TF_WORKSPACE": None}


def output_directory() -> Path:
    """Where synthesis writes, as main.py has it."""
    return Path(os.environ.get("CDKTF_OUTDIR") or PROJECT / "cdktf.out").resolve()


def initialise(terraform: Terraform) -> None:
    """`terraform init`, with the state where it is. Raises ProblemsError."""
    try:
        terraform.init(backend_config=path_style())
    except ProblemsError as error:
        if "NoSuchBucket" not in str(error):
            raise
        stack = terraform.directory.name
        bucket = backend.s3_states().of(stack).bucket
        fix = "sign in to the account that has it, or make it: infra state bootstrap"
        why = refusal(got=f"no bucket {bucket}", allowed="the one that holds the states", fix=fix)
        raise ProblemsError.one(f"state of {stack}", why) from None


def path_style() -> dict[str, str] | None:
    """An endpoint of one's own, such as the emulator's, has no host name for each bucket."""
    own = os.environ.get("AWS_ENDPOINT_URL") and os.environ.get("INFRA_BACKEND", "s3") in ("", "s3")
    return {"use_path_style": "true"} if own else None


def check_known(stack: str) -> None:
    """Raises ProblemsError for a stack that the catalogue has not."""
    from stacks.catalogue import catalogue

    if stack not in (known := catalogue()):
        why = refusal(got=repr(stack), allowed=", ".join(known), fix="name one of these")
        raise ProblemsError.one("stack", why)


def _check_file(file: Path | None) -> None:
    if file is not None and (file.is_dir() or not file.resolve().parent.is_dir()):
        why = refusal(
            got=str(file), allowed="a file in a directory that exists", fix="name one, or make the directory"
        )
        raise ProblemsError.one("--save", why)
