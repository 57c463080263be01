"""`infra drift`: a plan of each stack, which locks nothing, and what of it was changed outside Terraform."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console

from modules.errors import Problem, ProblemsError, refusal
from operations.console import AsJson, interruptible, say
from operations.drift.reality import Reality, reality
from operations.pause.variable import kept
from operations.progress import Progress
from operations.stack_lock import holders
from operations.stacks import initialize, terraform_in, unknown_stack
from operations.synthesized import synthesized
from stacks.output import stack_directory

_FAILED, _DRIFT = 1, 2


def drift(
    stacks: Annotated[
        list[str] | None, typer.Argument(help="The names of stacks", show_default=False)
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every stack of the catalogue")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what was changed in AWS since the last apply, and would be taken back by the next one.

    Changes nothing and locks nothing, so that it never holds up an apply. Exits as `terraform plan
    -detailed-exitcode` does: with 0 where there is no drift, with 1 where a stack cannot be compared,
    whatever the others have, with 2 where there is drift. Words that are no command exit with 2 too.
    """
    console = Console(stderr=as_json)
    try:
        names = _named(stacks or [], every=every)
    except ProblemsError as error:
        # 2 would be drift to whoever reads the exit code.
        typer.secho(str(error), fg="red", err=True)
        raise typer.Exit(_FAILED) from None
    with interruptible(console, "Stopped; nothing was changed."):
        progress = Progress(console)
        found = [_Examination(name, progress).run() for name in names]
    if as_json:
        print(json.dumps({"stacks": [one.document() for one in found]}, indent=2))
    else:
        for one in found:
            one.show(console)
    if any(one.error for one in found):
        raise typer.Exit(_FAILED)
    if any(one.reality.drift for one in found):
        raise typer.Exit(_DRIFT)


@dataclass(frozen=True, kw_only=True)
class _Examined:
    """A stack, and what is so of it; or why that cannot be said."""

    stack: str
    reality: Reality = field(default_factory=Reality)
    locked_by: tuple[str, ...] = ()
    error: str | None = None

    def document(self) -> dict[str, Any]:
        """For programs."""
        found = asdict(self.reality)
        return {"stack": self.stack, **found, "locked_by": [*self.locked_by], "error": self.error}

    def show(self, console: Console) -> None:
        """For a person."""
        say(console, "")
        if self.error:
            say(console, f"{self.stack}: not compared.\n  {self.error}")
            return
        if not self.reality.deployed:
            say(console, f"{self.stack}: nothing is deployed.")
            return
        drifted = {one.address for one in self.reality.drift}
        say(console, f"{self.stack}: {f'drift ({len(drifted)} resources)' if drifted else 'no drift'}.")
        for one in self.reality.drift:
            where = f"{one.address} {one.attribute}" if one.attribute else one.address
            say(console, f"  {where}: was {_text(one.was)}, is {_text(one.now)}")
        if self.reality.also_planned:
            say(console, "  The plan changes more, as the code was changed or as it follows from the drift:")
            for address in self.reality.also_planned:
                say(console, f"    {address}")
        if self.locked_by:
            held = ", ".join(self.locked_by)
            say(console, f"  The state is locked: {held}. What an apply has half done looks like drift.")


class _Examination:
    """One plan of one stack."""

    def __init__(self, stack: str, progress: Progress) -> None:
        self._stack, self._progress = stack, progress
        self._directory = stack_directory(stack)

    def run(self) -> _Examined:
        """Compare; a failure is the result of this stack, and stops no other."""
        try:
            with self._progress.step(f"{self._stack}: synthesizing") as step:
                synthesized(self._stack)
                initialize(terraform_in(self._directory))
                step.done = f"{self._stack}: synthesized and initialized"
            held = holders(self._stack)
            # A plan contains what the state contains: it is deleted however this ends.
            with TemporaryDirectory(prefix="drift-") as scratch:
                found = reality(self._plan(Path(scratch) / "plan"))
        except ProblemsError as error:
            return _Examined(stack=self._stack, error=str(error))
        return _Examined(stack=self._stack, reality=found, locked_by=tuple(held))

    def _plan(self, file: Path) -> dict[str, Any]:
        given = kept(terraform_in(self._directory).outputs())
        with self._progress.step(f"{self._stack}: comparing with AWS") as step:
            terraform = terraform_in(self._directory, watch=step.watch)
            # A plan writes no state: without the lock it may see an apply half done, but stops none.
            plan = terraform.plan(file=str(file), lock=False, variables=given)
            document = terraform.show(plan)
            step.done = f"{self._stack}: compared with AWS"
        return document


def _named(names: Iterable[str], *, every: bool) -> list[str]:
    """The stacks to compare, each once. Raises ProblemsError for unknown ones, and for none."""
    from stacks.catalogue import catalogue

    known = catalogue()
    chosen = list(dict.fromkeys(names))
    if every == bool(chosen):
        got = "names and --all" if every else "no stack"
        why = refusal(got=got, allowed=f"{', '.join(known)}; or --all", fix="name some, or say --all")
        raise ProblemsError.one("stack", why)
    unknown = [problem for name in chosen if name not in known for problem in _problems(name, known)]
    if unknown:
        raise ProblemsError(unknown)
    return chosen or list(known)


def _problems(name: str, known: Iterable[str]) -> Iterable[Problem]:
    return unknown_stack(name, known).problems


def _text(value: Any) -> str:
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value)
