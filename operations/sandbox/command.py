"""The steps of `infra sandbox`, each told to a person."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import shutil
import signal
import sys
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
from operations.sandbox.emulator import started_emulator
from operations.sandbox.workspace import FILE, Workspace
from operations.progress import Progress as Steps
from operations.terraform import Plan, process, terraform_binary

if TYPE_CHECKING:
    from aws_emulator import Emulator

PROJECT = Path(__file__).parents[2]
DIRECTORY = PROJECT / ".sandbox"
_INTERRUPTED = 130
# A profile or an endpoint of a person's own would take precedence.
_FORGET = "unset $(env | sed -n 's/^\\(AWS_[A-Z0-9_]*\\)=.*/\\1/p')\n"


def sandbox(
    stack: Annotated[str, typer.Argument(help="The stack to bring up")] = "ohi-dev",
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the emulator up until Ctrl-C")] = False,
    destroy: Annotated[bool, typer.Option("--destroy", help="Destroy the stack at the end")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Stop after the first plan")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The emulator's port; 0: a free one")] = 0,
) -> None:
    """Synthesize every stack, and bring one up on an emulated AWS: state, plan, apply, plan again.

    Nothing outside this machine is touched, and no credentials are needed.
    """
    _check_known(stack)
    terraform_binary()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a cancelled CI job cleans up like Ctrl-C
    steps = Steps(Console(emoji=False))
    try:
        with _alone(stack), ExitStack() as running:
            with steps.step("Starting the emulator") as step:
                emulator = running.enter_context(started_emulator(port=port, log=DIRECTORY / f"{stack}.log"))
                step.done = f"Emulated AWS on {emulator.url}"
            run = Sandbox(stack, emulator, steps)
            run.bring_up(dry_run=dry_run)
            if destroy:
                run.tear_down()
            steps.console.print(f"\nDone in {steps.seconds:.0f} s.", highlight=False)
            if keep:
                run.wait()
    except KeyboardInterrupt:
        steps.console.print("Stopped; the emulator and all that was in it are gone.")
        raise typer.Exit(_INTERRUPTED) from None


class Sandbox:
    """One stack on one emulator, step by step, each step told to a person."""

    def __init__(self, stack: str, emulator: Emulator, steps: Steps) -> None:
        self._stack = stack
        self._emulator = emulator
        self._steps = steps
        self._workspace = Workspace(DIRECTORY / stack, emulator)

    def bring_up(self, *, dry_run: bool) -> None:
        """Synthesize, initialise with remote state, plan, apply, plan again, show the outputs."""
        self._synthesize()
        self._initialise()
        plan = self._plan()
        if dry_run:
            self._show_plan(plan)
            return
        with self._steps.step("Applying", expected=len(plan.changes)) as step:
            self._workspace.watch = step.watch
            self._workspace.terraform.apply(plan)
            step.done = f"Applied {len(plan.changes)} changes"
        self._check_nothing_left()
        self._show_outputs()

    def tear_down(self) -> None:
        """Destroy everything the stack made."""
        expected = len(self._workspace.terraform.addresses())
        with self._steps.step("Destroying", expected=expected) as step:
            self._workspace.watch = step.watch
            self._workspace.terraform.destroy()
            step.done = f"Destroyed {expected} resources"

    def wait(self) -> None:
        """Say how to look around, and leave the emulator up until Ctrl-C."""
        directory = self._workspace.directory
        exports = self._workspace.exports().items()
        lines = (f"export {name}={shlex.quote(value)}\n" for name, value in exports)
        (directory / "environment.sh").write_text("".join([_FORGET, *lines]))
        near = os.path.relpath(directory)
        self._steps.console.print(
            f"The emulator stays up at {self._emulator.url} until Ctrl-C. In a second terminal:\n\n"
            f"  . {near}/environment.sh\n"
            f"  terraform -chdir={near} plan\n"
            f"  terraform -chdir={near} state list\n"
            f"  npx cdktf diff {self._stack} --skip-provider-lock\n",
            highlight=False,
            soft_wrap=True,
        )
        threading.Event().wait()

    def _synthesize(self) -> None:
        with self._steps.step("Synthesizing every stack") as step:
            # The state goes to the emulator's S3, whatever backend the environment names.
            environment = {**os.environ, "INFRA_BACKEND": "s3", "INFRA_STACKS": ""}
            command = [sys.executable, str(PROJECT / "main.py")]
            finished = process.run(command, directory=PROJECT, environment=environment)
            if finished.code != 0:
                raise ProblemsError.one("python main.py", finished.errors.strip() or "failed without a word")
            names = sorted(path.parent.name for path in _output().glob(f"*/{FILE}"))
            step.done = f"Synthesized {', '.join(names)}"

    def _initialise(self) -> None:
        workspace = self._workspace
        with self._steps.step("Initialising (the first time, Terraform fetches the AWS provider)") as step:
            shutil.rmtree(workspace.directory, ignore_errors=True)
            workspace.write(_output() / self._stack / FILE)
            workspace.init()
            state = workspace.backend
            locks = [state.get("dynamodb_table"), "a lock file" if state.get("use_lockfile") else None]
            held = " and ".join(filter(None, locks)) or "nothing"
            step.done = f"State in s3://{state['bucket']}/{state['key']}, locked by {held}"
        for left in workspace.left_out:
            self._steps.console.print(f"[yellow]-[/] left out {left.address}: {left.reason}", soft_wrap=True)

    def _plan(self) -> Plan:
        with self._steps.step("Planning") as step:
            self._workspace.watch = step.watch
            plan = self._workspace.terraform.plan()
            step.done = f"Planned {len(plan.changes)} changes"
        return plan

    def _check_nothing_left(self) -> None:
        with self._steps.step("Planning again") as step:
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
            self._steps.console.print(f"  {change.action} {change.address}", highlight=False, soft_wrap=True)

    def _show_outputs(self) -> None:
        table = Table("output", title=f"\nOutputs of {self._stack}", title_justify="left")
        table.add_column("value", overflow="fold")
        for name, output in self._workspace.terraform.outputs().items():
            table.add_row(name, Text("(sensitive)" if output.sensitive else json.dumps(output.value)))
        self._steps.console.print(table)


def _check_known(stack: str) -> None:
    from stacks.catalogue import catalogue, select

    known = catalogue()
    if stack not in known:
        select(known, stack or "''")
        raise ProblemsError.one("stack", f"got {stack!r}; the sandbox takes one: {', '.join(known)}")


@contextmanager
def _alone(stack: str) -> Iterator[None]:
    """Keep a second sandbox of the same stack out of this one's directory."""
    DIRECTORY.mkdir(exist_ok=True)
    with (DIRECTORY / f"{stack}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            why = "another one runs on this machine; end it with Ctrl-C, or wait for its end"
            raise ProblemsError.one(f"sandbox of {stack}", why) from None
        yield


def _output() -> Path:
    return Path(os.environ.get("CDKTF_OUTDIR") or PROJECT / "cdktf.out") / "stacks"
