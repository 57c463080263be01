"""The command line of `infra recovery`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from backend.aws_errors import aws_errors
from operations.console import DryRun, Yes, interruptible, say
from operations.progress import Progress
from operations.recovery.failback import Failback
from operations.recovery.failover import Failover
from operations.recovery.pair import synthesized_pair
from operations.recovery.situation import Situation
from operations.recovery.steps import Steps, Waiting
from operations.stacks import KnownStack


class _StackFirst(TyperGroup):
    """Takes `infra recovery STACK failover` as well as `infra recovery failover STACK`."""

    def ordered(self, words: list[str]) -> list[str]:
        """The words with the subcommand first."""
        match words:
            case [stack, name, *rest] if stack not in self.commands and name in self.commands:
                return [name, stack, *rest]
        return words

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse them in that order."""
        return super().parse_args(ctx, self.ordered(args))


app = typer.Typer(
    cls=_StackFirst,
    help="Take over in the second region: `infra recovery STACK status|drill|failover|failback`.",
    no_args_is_help=True,
)
_Wait = Annotated[float, typer.Option("--wait", min=0, help="How many minutes to wait in each step")]
_Poll = Annotated[float, typer.Option(min=0, max=60, help="Seconds between two looks")]
_EXIT_CODES = """
Exit codes: **0** it is done, or --dry-run showed what would be. **1** the answer was no. **2** refused, or it
failed on the way; the last line says how to go on. **130** stopped by Ctrl-C; the same command goes on.
"""


@dataclass(frozen=True, kw_only=True)
class _Run:
    """One run of a subcommand."""

    situation: Situation
    progress: Progress
    steps: Steps


@contextmanager
def _running(stack: str, again: str, *, poll: float, minutes: float, as_json: bool = False) -> Iterator[_Run]:
    console = Console(stderr=as_json)
    stopped = f"Stopped. What is done stays done; to go on from here: {again}"
    with interruptible(console, stopped), aws_errors("AWS"):
        progress = Progress(console)
        with progress.step(f"Synthesizing {stack} and its recovery stack") as step:
            pair = synthesized_pair(stack)
            step.done = f"Synthesized {stack} and {pair.recovery.name}"
        waiting = Waiting(progress=progress, poll=poll, minutes=minutes)
        yield _Run(situation=Situation(pair, waiting), progress=progress, steps=Steps(progress, stack, again))


@app.command()
def failover(
    stack: KnownStack,
    *,
    switchover: Annotated[
        bool, typer.Option("--switchover", help="Stop the primary first, so that nothing is lost")
    ] = False,
    primary_is_lost: Annotated[
        bool, typer.Option("--primary-is-lost", help="Take over though the primary may still answer")
    ] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    wait: _Wait = 60,
    poll: _Poll = 5,
) -> None:
    """Let the recovery stack take over from STACK: fence it in DNS, promote the copies, start the services.

    Each step looks at what is there first. It asks before the one that loses what was not copied.
    """
    words = ["--switchover"] * switchover + ["--primary-is-lost"] * primary_is_lost
    again = " ".join(["infra recovery", stack, "failover", *words])
    with _running(stack, again, poll=poll, minutes=wait) as run:
        made = Failover(run.situation, switchover=switchover, primary_is_lost=primary_is_lost)
        _carry_out(run, made, yes=yes, dry_run=dry_run, title=f"Failover of {stack}")
        if not dry_run:
            _show_end(run, f"To come back: infra recovery {stack} failback")


@app.command()
def failback(
    stack: KnownStack, *, yes: Yes = False, dry_run: DryRun = False, wait: _Wait = 60, poll: _Poll = 5
) -> None:
    """Let STACK serve again with what its recovery stack wrote, and let that one stand by again.

    The primary's database of before a failover is kept under another name. Each step looks at what is there
    first. It asks before the services stop, and before the recovery's copy is made anew.
    """
    with _running(stack, f"infra recovery {stack} failback", poll=poll, minutes=wait) as run:
        _carry_out(run, Failback(run.situation), yes=yes, dry_run=dry_run, title=f"Failback of {stack}")
        if not dry_run:
            _show_end(run, f"How it stands: infra recovery {stack} status")


for _one in (failover, failback):
    _one.__doc__ = (_one.__doc__ or "") + _EXIT_CODES


def _carry_out(run: _Run, made: Failover | Failback, *, yes: bool, dry_run: bool, title: str) -> None:
    with run.progress.step("Checking") as step:
        made.check()
        step.done = "Checked who serves, and that nobody applies"
    say(run.progress.console, f"\n{title}")
    if dry_run:
        run.steps.show(list(made.steps()))
        return
    run.steps.run(made.steps(), yes=yes)


def _show_end(run: _Run, last: str) -> None:
    situation, console = run.situation, run.progress.console
    for database in situation.databases:
        say(console, f"{database.name} is written in {database.writer() or 'no region at the moment'}.")
    for one in situation.dns.records():
        say(console, f"{one.name}: {one.role} is {one.target}")
    for name, role in situation.dns.points_to().items():
        say(console, f"{name} points to its {role} record.")
    say(console, last)
