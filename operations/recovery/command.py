"""The command line of `infra recovery`."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from backend.aws_errors import aws_errors
from modules.errors import ProblemsError, refusal
from operations.console import AsJson, DryRun, Yes, confirm, interruptible, say
from operations.doctor.findings import is_healthy, show, summary, to_json
from operations.progress import Progress
from operations.recovery import readiness
from operations.recovery.drill import Drill
from operations.recovery.failback import Failback
from operations.recovery.failover import Failover
from operations.recovery.pair import synthesized_pair
from operations.recovery.situation import Situation
from operations.recovery.steps import Steps, Waiting
from operations.stacks import KnownStack
from stacks.catalogue import catalogue


class _StackFirst(TyperGroup):
    """Takes `infra recovery STACK failover` as well as `infra recovery failover STACK`."""

    def ordered(self, words: list[str]) -> list[str]:
        """The words with the subcommand first."""
        match words:
            case [stack, name, *rest] if stack not in self.commands and name in self.commands:
                return [name, stack, *rest]
            case [stack, "--help"] if stack not in self.commands:
                return ["--help"]
        return words

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The subcommand. Raises ProblemsError where there is none, or not that one."""
        first, *rest = args
        if first in self.commands:
            return super().resolve_command(ctx, args)
        named = first in catalogue()
        fix = f"correct {rest[0]!r}" if named and rest else "say what to do; status changes nothing"
        why = refusal(
            got=shlex.join(args),
            allowed=f"{first if named else 'STACK'} {'|'.join(self.commands)}",
            fix=fix if named else f"correct {first!r}",
        )
        raise ProblemsError.one("infra recovery", why)

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
_NOT_READY = 1
_EXIT_CODES = """
Exit codes: **0** it is done, or --dry-run showed what would be. **1** the answer was no. **2** refused, or it
failed on the way; the last line says how to go on. **130** stopped by Ctrl-C; the same command goes on.
"""


_LOOKS = """
Exit codes: **0** all stands ready. **1** something does not; the table says what, and how to fix it. **2**
refused, or AWS did. **130** stopped by Ctrl-C.
"""


@dataclass(frozen=True, kw_only=True)
class _Run:
    """One run of a subcommand."""

    situation: Situation
    progress: Progress
    steps: Steps


@contextmanager
def _running(
    stack: str, again: str, *, poll: float, minutes: float, only_looks: bool, as_json: bool = False
) -> Iterator[_Run]:
    console = Console(stderr=as_json)
    stopped = f"Stopped. What is done stays done; to go on from here: {again}"
    if only_looks:
        stopped = "Stopped; nothing was changed."
    with interruptible(console, stopped), aws_errors("AWS"):
        progress = Progress(console)
        with progress.step(f"Synthesizing {stack} and its recovery stack") as step:
            pair = synthesized_pair(stack)
            step.done = f"Synthesized {stack} and {pair.recovery.name}"
        waiting = Waiting(progress=progress, poll=poll, minutes=minutes)
        yield _Run(situation=Situation(pair, waiting), progress=progress, steps=Steps(progress, stack, again))


@app.command()
def status(stack: KnownStack, *, as_json: AsJson = False) -> None:
    """Show what stands ready for STACK in the second region, who writes its data, and where DNS points."""
    again = f"infra recovery {stack} status"
    with _running(stack, again, poll=0, minutes=0, only_looks=True, as_json=as_json) as run:
        with run.progress.step("Looking at both regions") as step:
            found = readiness.findings(run.situation)
            step.done = "Looked at both regions"
        if as_json:
            print(to_json(found))
        else:
            show(run.progress.console, found)
            say(run.progress.console, summary(found))
        if not is_healthy(found):
            raise typer.Exit(_NOT_READY)


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
    with _running(stack, again, poll=poll, minutes=wait, only_looks=dry_run) as run:
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
    again = f"infra recovery {stack} failback"
    with _running(stack, again, poll=poll, minutes=wait, only_looks=dry_run) as run:
        _carry_out(run, Failback(run.situation), yes=yes, dry_run=dry_run, title=f"Failback of {stack}")
        if not dry_run:
            _show_end(run, f"How it stands: infra recovery {stack} status")


@app.command()
def drill(
    stack: KnownStack,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    wait: _Wait = 120,
    poll: _Poll = 5,
) -> None:
    """Try a failover of STACK beside what stands by: restore its copies apart, check them, and plan.

    DNS, the primary and what stands by stay as they are. What was made is torn down at the end; after a stop,
    by the next drill. The report says what passed; that of a drill is its evidence.
    """
    again = f"infra recovery {stack} drill"
    with _running(stack, again, poll=poll, minutes=wait, only_looks=dry_run, as_json=as_json) as run:
        made = Drill(run.situation)
        made.check()
        if dry_run:
            run.steps.show(list(made.steps()))
            return
        region = run.situation.pair.recovery.region
        confirm(f"Restore copies of {stack} in {region}, which costs money?", yes=yes)
        try:
            run.steps.run(made.steps(), yes=yes)
        except Exception:  # whatever failed, what runs costs money
            with run.progress.step("Tearing it down") as step:
                made.tear_down(step)
                step.done = "Torn down"
            raise
        show(run.progress.console, made.findings)
        if as_json:
            print(json.dumps(made.report(), indent=2))
        if not is_healthy(made.findings):
            raise typer.Exit(_NOT_READY)


_DOCUMENTED: dict[str, list[Callable[..., None]]] = {
    _LOOKS: [status, drill],
    _EXIT_CODES: [failover, failback],
}
for _codes, _commands in _DOCUMENTED.items():
    for _one in _commands:
        _one.__doc__ = f"{_one.__doc__}\n{_codes}"


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
