"""What commands share at the terminal: plain lines, tables, a confirmation, Ctrl-C."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from modules.errors import ProblemsError, refusal
from operations.image_references import short_digest

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs")]
INTERRUPTED = 130
_ENDS = (signal.SIGTERM, signal.SIGHUP)


def say(console: Console, text: str) -> None:
    """Print text as it is: no markup, no highlighting, no line broken where a terminal ends."""
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def table(*columns: str, title: str | None = None) -> Table:
    """A table without lines, to which columns and rows are added."""
    return Table(*columns, title=title, title_justify="left", box=None)


def short_image(reference: str) -> str:
    """An image as a table has room for it: without its registry, and with 12 digits of its digest."""
    name, _, digest = reference.rpartition("/")[2].partition("@sha256:")
    return f"{name}@{short_digest(digest)}…" if digest else name


def confirm(question: str, *, yes: bool) -> None:
    """Ask, and abort unless the answer is yes. Raises ProblemsError where there is no terminal to ask at."""
    if yes:
        return
    if not sys.stdin.isatty():
        why = refusal(got="no terminal", allowed="an answer", fix="run it with --yes if it is meant")
        raise ProblemsError.one(question, why)
    typer.confirm(question, abort=True)


@contextmanager
def interruptible(console: Console, message: str) -> Iterator[None]:
    """End on Ctrl-C, on SIGTERM as a cancelled CI job sends it, or on SIGHUP as a terminal does that is lost.

    With a message and exit code 130. What `nohup` started goes on without its terminal.
    """
    as_sent = [one for one in _ENDS if signal.getsignal(one) is not signal.SIG_IGN]
    earlier = {one: signal.signal(one, signal.default_int_handler) for one in as_sent}
    try:
        yield
    except KeyboardInterrupt:
        say(console, message)
        raise typer.Exit(INTERRUPTED) from None
    finally:
        for one, handler in earlier.items():
            signal.signal(one, handler)
