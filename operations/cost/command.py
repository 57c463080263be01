"""`infra cost`: what stacks cost a month, by their JSON, and what a change makes of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console

from modules.errors import ProblemsError, refusal
from operations import project
from operations.compare import synthesized_before_and_after
from operations.console import AsJson, interruptible
from operations.cost import show
from operations.cost.changes import Change, changes
from operations.cost.estimate import estimate
from operations.cost.lines import Estimate
from operations.progress import Progress
from operations.stacks import unknown_stack
from stacks.catalogue import catalogue
from stacks.output import DOCUMENT

_WIDTH = 120
Documents = Mapping[str, Mapping[str, Any]]
Stacks = Annotated[
    list[str] | None,
    typer.Argument(metavar="[STACK]...", help="The stacks; none: all", show_default=False),
]


class By(StrEnum):
    """What lines are grouped by."""

    service = "service"
    module = "module"


def cost(
    stacks: Stacks = None,
    *,
    paused: Annotated[bool, typer.Option("--paused", help="While the stack is paused")] = False,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="REVISION", help="What changed since a commit, branch or tag", show_default=False
        ),
    ] = None,
    by: Annotated[By, typer.Option(help="What the lines are grouped by")] = By.service,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, a line a row")] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print Markdown, for a pull request")
    ] = False,
) -> None:
    """Estimate what stacks cost in a month of 730 hours, from their JSON.

    Prices are those of operations/cost/prices.json, each with source and date, without taxes, free tiers and
    discounts. What the JSON doesn't say, such as traffic, is assumed by stacks/PRODUCT/usage.toml. A price
    that is unknown is named: the total is without it.

    Exits with 0, and with 2 for wrong input or a revision that cannot be synthesized.
    """
    _check(as_json, as_csv, as_markdown)
    names = named(stacks or [])
    console = Console(stderr=True)
    with interruptible(console, "Stopped; nothing was changed."):
        if against is None:
            documents = documents_of(names, console)
            found = [estimate(name, documents[name], paused=paused) for name in names]
            _print(found, by=by.value, as_json=as_json, as_csv=as_csv, as_markdown=as_markdown)
            return
        commit, before, after = synthesized_before_and_after(against, Progress(console))
        changed = [_changed(name, before, after, paused=paused) for name in names]
        _print_changes(commit, changed, as_json=as_json, as_csv=as_csv, as_markdown=as_markdown)


def _check(*formats: bool) -> None:
    if sum(formats) > 1:
        why = refusal(got="several", allowed="one of --json, --csv, --markdown", fix="leave the others out")
        raise ProblemsError.one("format", why)


def named(stacks: list[str]) -> list[str]:
    """The stacks that are named, each once; all if none is. Raises ProblemsError for an unknown one."""
    known = catalogue()
    if unknown := [name for name in stacks if name not in known]:
        raise ProblemsError([one for name in unknown for one in unknown_stack(name, known).problems])
    return list(dict.fromkeys(stacks)) or list(known)


def documents_of(names: list[str], console: Console) -> Documents:
    """The JSON of stacks, synthesized into a temporary directory: cdktf.out stays as it is."""
    waiting = console.status("Synthesizing") if sys.stderr.isatty() else nullcontext()
    with waiting, TemporaryDirectory(prefix="cost-") as directory:
        project.synthesize(INFRA_STACKS=",".join(names), CDKTF_OUTDIR=directory)
        folder = Path(directory) / "stacks"
        return {name: json.loads((folder / name / DOCUMENT).read_text()) for name in names}


def _changed(
    name: str, before: Mapping[str, bytes], after: Mapping[str, bytes], *, paused: bool
) -> tuple[Estimate | None, Estimate, list[Change]]:
    now = estimate(name, json.loads(after[name]), paused=paused)
    # The usage is today's on both sides: what is compared is the code.
    then = estimate(name, json.loads(before[name]), paused=paused) if name in before else None
    return then, now, changes(then.lines if then else (), now.lines)


def _print(found: list[Estimate], *, by: str, as_json: bool, as_csv: bool, as_markdown: bool) -> None:
    if as_json:
        typer.echo(json.dumps([show.as_dict(one) for one in found], indent=2))
    elif as_csv:
        typer.echo(show.as_csv(found), nl=False)
    elif as_markdown:
        typer.echo("\n".join(show.as_markdown(one, by=by) for one in found))
    else:
        console = _console()
        for one in found:
            show.print_estimate(console, one, by=by)


def _print_changes(
    commit: str,
    changed: list[tuple[Estimate | None, Estimate, list[Change]]],
    *,
    as_json: bool,
    as_csv: bool,
    as_markdown: bool,
) -> None:
    if as_json:
        stacks = [show.changes_as_dict(then, now, found) for then, now, found in changed]
        typer.echo(json.dumps({"revision": commit, "stacks": stacks}, indent=2))
    elif as_csv:
        typer.echo(show.changes_as_csv([(now, found) for _, now, found in changed]), nl=False)
    elif as_markdown:
        typer.echo(show.changes_as_markdown(commit, changed), nl=False)
    else:
        console = _console()
        for then, now, found in changed:
            show.print_changes(console, commit, then, now, found)


def _console() -> Console:
    """Standard output, wide enough for the table where nobody's terminal is narrower."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH)
