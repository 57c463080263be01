"""`infra sandbox`: synthesize, apply to an emulated AWS, plan again, show the outputs."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from modules.errors import Problem, ProblemsError
from operations import project
from operations.console import interruptible, say
from operations.progress import Progress
from operations.sandbox.emulator import started_emulator
from operations.sandbox.workspace import Workspace
from operations.stacks import KnownStack
from operations.terraform import Plan, terraform_binary
from stacks.output import DOCUMENT, output_directory, stack_directory

if TYPE_CHECKING:
    from aws_emulator import Emulator

DIRECTORY = project.WORKING_DIRECTORY / ".sandbox"
# A profile or an endpoint that is set in the shell would take precedence.
_UNSET = "unset $(env | sed -n 's/^\\(AWS_[A-Z0-9_]*\\)=.*/\\1/p')\n"


def sandbox(
    stack: KnownStack = "ohi-dev",
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the emulator running until Ctrl-C")] = False,
    destroy: Annotated[bool, typer.Option("--destroy", help="Destroy the stack at the end")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Stop after the first plan")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The emulator's port; 0: a free one")] = 0,
) -> None:
    """Synthesize every stack, and apply one to an emulated AWS, with its state there.

    Plans, applies, plans again and shows the outputs. Needs no credentials and changes nothing outside this
    machine.
    """
    terraform_binary()
    console = Console(emoji=False)
    progress = Progress(console)
    log = DIRECTORY / f"{stack}.log"
    stopped = "Stopped; the emulator and all that was in it are gone."
    with interruptible(console, stopped), _locked(stack), ExitStack() as running:
        with progress.step("Starting the emulator") as step:
            emulator = running.enter_context(started_emulator(port=port, log=log))
            step.done = f"Emulated AWS on {emulator.url}, logged in {os.path.relpath(log)}"
        run = Sandbox(stack, emulator, progress)
        run.synthesize()
        with _log_named(log):
            run.apply(dry_run=dry_run)
            if destroy:
                run.destroy()
        say(console, f"\nDone in {progress.seconds:.0f} s.")
        if keep:
            run.wait()
        elif not (destroy or dry_run):
            say(console, f"With --keep it stays up, to be used: infra sandbox {stack} --keep")


class Sandbox:
    """One stack on one emulator, step by step."""

    def __init__(self, stack: str, emulator: Emulator, progress: Progress) -> None:
        self._stack = stack
        self._emulator = emulator
        self._progress, self._console = progress, progress.console
        self._workspace = Workspace(DIRECTORY / stack, emulator)

    def synthesize(self) -> None:
        """Synthesize every stack, with states in the emulator's S3."""
        with self._progress.step("Synthesizing every stack") as step:
            # Whatever backend the environment names.
            project.synthesize(INFRA_BACKEND="s3", INFRA_STACKS="")
            others = len(list(output_directory().glob(f"stacks/*/{DOCUMENT}"))) - 1
            step.done = f"Synthesized {self._stack} and {others} others"

    def apply(self, *, dry_run: bool) -> None:
        """Initialize with remote state, plan, apply, plan again, show the outputs."""
        self._initialize()
        plan = self._plan()
        if dry_run:
            self._show_plan(plan)
            return
        with self._progress.step("Applying", expected=len(plan.changes)) as step:
            self._workspace.watch = step.watch
            self._workspace.terraform.apply(plan)
            step.done = f"Applied {len(plan.changes)} changes"
        self._check_no_changes()
        self._show_outputs()

    def destroy(self) -> None:
        """Destroy everything that the stack created."""
        expected = len(self._workspace.terraform.addresses())
        with self._progress.step("Destroying", expected=expected) as step:
            self._workspace.watch = step.watch
            self._workspace.terraform.destroy()
            step.done = f"Destroyed {expected} resources"

    def wait(self) -> None:
        """Print how to use the emulator from a second terminal, and keep it running until Ctrl-C."""
        directory = self._workspace.directory
        exports = self._workspace.exports().items()
        lines = (f"export {name}={shlex.quote(value)}\n" for name, value in exports)
        (directory / "environment.sh").write_text("".join([_UNSET, *lines]))
        near = os.path.relpath(directory)
        terraform = [
            f"terraform -chdir={near} {words}" for words in ("plan", "output", "destroy", "state list")
        ]
        # These initialize the file that ships, with the backend that this stack has yet to create.
        shipped = [] if self._workspace.creates_its_backend else shipped_commands(self._stack)
        parts = {
            "In a second terminal:": [f". {near}/environment.sh"],
            "What the code says then:": shipped,
            "What was applied here:": terraform,
        }
        lists = ("\n  ".join([title, *commands]) for title, commands in parts.items() if commands)
        say(
            self._console,
            f"The emulator stays up at {self._emulator.url} until Ctrl-C.\n\n" + "\n\n".join(lists),
        )
        threading.Event().wait()

    def _initialize(self) -> None:
        workspace = self._workspace
        with self._progress.step("Initializing (the first time, Terraform downloads the provider)") as step:
            shutil.rmtree(workspace.directory, ignore_errors=True)
            workspace.write(stack_directory(self._stack) / DOCUMENT)
            workspace.init()
            state = workspace.backend
            locks = [state.get("dynamodb_table"), "a lock file" if state.get("use_lockfile") else None]
            held = " and ".join(filter(None, locks)) or "nothing"
            step.done = f"State in s3://{state['bucket']}/{state['key']}, locked by {held}"
        for left in workspace.left_out:
            self._console.print(f"[yellow]-[/] left out {left.address}: {left.reason}", soft_wrap=True)

    def _plan(self) -> Plan:
        with self._progress.step("Planning") as step:
            self._workspace.watch = step.watch
            plan = self._workspace.terraform.plan()
            step.done = f"Planned {len(plan.changes)} changes"
        return plan

    def _check_no_changes(self) -> None:
        with self._progress.step("Planning again") as step:
            self._workspace.watch = step.watch
            plan = self._workspace.terraform.plan()
            if not plan.empty:
                raise ProblemsError(
                    Problem(where=change.address, what=f"the second plan would still {change.action} it")
                    for change in plan.changes
                )
            step.done = "Planned again: no changes"

    def _show_plan(self, plan: Plan) -> None:
        for change in plan.changes:
            say(self._console, f"  {change.action} {change.address}")

    def _show_outputs(self) -> None:
        table = Table("output", title=f"\nOutputs of {self._stack}", title_justify="left")
        table.add_column("value", overflow="fold")
        for name, output in self._workspace.terraform.outputs().items():
            table.add_row(name, Text("(sensitive)" if output.sensitive else json.dumps(output.value)))
        self._console.print(table)


def shipped_commands(stack: str) -> list[str]:
    """What `infra` and the CDKTF command line do in the sandbox."""
    infra = [f"infra {name} {stack}" for name in ("plan", "outputs", "status")]
    return [*infra, *(f"npx cdktf {words}" for words in cdktf_commands(stack))]


def cdktf_commands(stack: str) -> list[str]:
    """What the CDKTF command line does in the sandbox.

    It runs `terraform providers lock` otherwise, which asks the registry for other platforms.
    """
    commands = {"diff": "", "deploy": " --auto-approve", "output": "", "destroy": " --auto-approve"}
    return [f"{name} {stack} --skip-provider-lock{approved}" for name, approved in commands.items()]


@contextmanager
def _log_named(log: Path) -> Iterator[None]:
    """Name the emulator's log beside what failed: it has each call, and the traceback of one that failed."""
    try:
        yield
    except ProblemsError as error:
        named = Problem(where="emulator", what=f"its log is {os.path.relpath(log)}")
        raise ProblemsError([*error.problems, named]) from None


@contextmanager
def _locked(stack: str) -> Iterator[None]:
    """Lock the directory of a stack's sandbox. Raises ProblemsError if another one runs."""
    DIRECTORY.mkdir(exist_ok=True)
    with (DIRECTORY / f"{stack}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            why = "another one runs on this machine; end it with Ctrl-C, or wait for its end"
            raise ProblemsError.one(f"sandbox of {stack}", why) from None
        yield
