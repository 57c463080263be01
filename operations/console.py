"""What commands share at the terminal: plain lines, tables, a confirmation, Ctrl-C."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from modules.errors import ProblemsError, refusal
from operations.image_references import short_digest

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs")]
INTERRUPTED = 130
_WIDEST = 10_000
_FOLDED = 20
_ENDS = (signal.SIGTERM, signal.SIGHUP)


def say(console: Console, text: str) -> None:
    """Print text as it is: no markup, no highlighting, no line broken where a terminal ends."""
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def say_wrapped(console: Console, text: str) -> None:
    """Print text as it is, broken between words where the terminal ends: prose, nothing to copy."""
    console.print(text, highlight=False, markup=False)


class _Whole(Table):
    """A table that breaks and cuts no word: where its columns don't fit, each row is a paragraph instead.

    A column of `no_wrap` is shown whole; with `min_width` it may be cut to that. One whose `overflow` is
    "fold" may break words longer than 20 characters.
    """

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self.columns:
            return
        most = [self._most(console, options, column) for column in self.columns]
        least = [
            min(self._least(console, options, *one), one[1]) for one in zip(self.columns, most, strict=True)
        ]
        padding = sum(self.padding[1::2]) * len(most)
        if sum(least) + padding > options.max_width:
            yield from self._paragraphs(console)
            return
        widths = _shared(least, most, options.max_width - padding)
        for column, width in zip(self.columns, widths, strict=True):
            column.width = width
        yield from super().__rich_console__(console, options)

    def _most(self, console: Console, options: ConsoleOptions, column: Column) -> int:
        found = max(self._measured(console, options, one).maximum for one in (column.header, *column.cells))
        return min(found, column.max_width or found)

    def _least(self, console: Console, options: ConsoleOptions, column: Column, most: int) -> int:
        if column.no_wrap:
            return column.min_width or most
        header = self._measured(console, options, column.header).minimum
        cells = [self._measured(console, options, one).minimum for one in column.cells]
        longest = max(cells, default=0)
        return max(header, min(longest, _FOLDED) if column.overflow == "fold" else longest)

    def _measured(self, console: Console, options: ConsoleOptions, cell: RenderableType) -> Measurement:
        return Measurement.get(console, options.update(max_width=_WIDEST), cell)

    def _paragraphs(self, console: Console) -> RenderResult:
        if self.title:
            yield self.title
        names = [f"{column.header}: " if column.header else "" for column in self.columns]
        rows = zip(*(column.cells for column in self.columns), strict=True)
        for row, (head, *others) in zip(self.rows, rows, strict=True):
            yield console.render_str(head, style=row.style or "") if isinstance(head, str) else head
            for name, cell in zip(names[1:], others, strict=True):
                shown = console.render_str(cell) if isinstance(cell, str) else cell
                if isinstance(shown, Text):
                    shown = Text(name) + shown if shown.plain else None
                if shown is not None:
                    yield Padding(shown, (0, 0, 0, 4), expand=False)


def _shared(least: list[int], most: list[int], room: int) -> list[int]:
    """The widths of columns: the least of each, and what is left shared among those that lack some."""
    widths = list(least)
    left = room - sum(least)
    lacking = sorted(range(len(least)), key=lambda one: most[one] - least[one])
    for place, one in enumerate(lacking):
        more = max(0, min(most[one] - least[one], left // (len(lacking) - place)))
        widths[one] += more
        left -= more
    return widths


def table(*columns: str, title: str | None = None) -> Table:
    """A table without lines, to which columns and rows are added. A narrow terminal cuts no word of it."""
    return _Whole(*columns, title=title, title_justify="left", box=None)


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
        raise ProblemsError.one(f"the question {question!r}", why)
    typer.confirm(question, abort=True)


@contextmanager
def interruptible(console: Console, message: str) -> Iterator[None]:
    """End on Ctrl-C, and on what `ended_as_by_ctrl_c` takes for it, with a message and exit code 130."""
    with ended_as_by_ctrl_c():
        try:
            yield
        except KeyboardInterrupt:
            say(console, message)
            raise typer.Exit(INTERRUPTED) from None


@contextmanager
def ended_as_by_ctrl_c() -> Iterator[None]:
    """Take SIGTERM, as a cancelled CI job sends it, and SIGHUP of a terminal that is lost for Ctrl-C.

    What `nohup` started goes on without its terminal.
    """
    heeded = [one for one in _ENDS if signal.getsignal(one) is not signal.SIG_IGN]
    earlier = {one: signal.signal(one, signal.default_int_handler) for one in heeded}
    try:
        yield
    finally:
        for one, handler in earlier.items():
            signal.signal(one, handler)
