"""Progress of bytes: a bar with size, speed and remaining time at a terminal, else a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.progress import TransferSpeedColumn as SpeedColumn

from operations.console import say

_BAR_WIDTH = 20


@contextmanager
def transfer(console: Console, title: str, size: int) -> Iterator[Callable[[int], None]]:
    """Show how far `size` bytes are; gives what is called with each number of bytes that is done."""
    if not console.is_terminal:
        say(console, f"{title}, {decimal(size)}")
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(_BAR_WIDTH),
        DownloadColumn(),
        SpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task(title, total=size)
        yield lambda count: bar.advance(task, count)
