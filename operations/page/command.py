"""`infra page`: the file, from the JSON that is deployed."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from modules.errors import ProblemsError
from modules.files import write_atomically
from operations.compare import synthesized_before_and_after
from operations.console import interruptible
from operations.differences import differences
from operations.page.content import Against, content
from operations.page.html import html
from operations.picture import synthesized
from operations.progress import Progress
from operations.stacks import KnownStack
from operations.synthesized import SynthesizedStack
from terraform_aws_picture import PictureError, draw


def page(
    stack: KnownStack,
    *,
    output: Annotated[
        Path | None, typer.Option(help="The file to write  [default: STACK.html]", show_default=False)
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="REVISION", help="Mark what changed since a commit, branch or tag", show_default=False
        ),
    ] = None,
) -> None:
    """Write one HTML file about a stack: its picture, services, connections, alarms, costs, data, versions.

    It needs no network to be read, on a telephone or in print, and has no value of a secret: it is made of
    the JSON that Terraform gets.

    Exits with 0, and with 2 for wrong input or a revision that cannot be synthesized.
    """
    target = output or Path(f"{stack}.html")
    if not target.parent.is_dir():
        raise ProblemsError.one("--output", f"{target.parent} is not a directory; make it first")
    console = Console(stderr=True)
    with interruptible(console, "Stopped; nothing was written."):
        found, compared = _read(stack, against, Progress(console))
        try:
            written = html(content(found, draw(stack, found.document), compared)).encode()
        except PictureError as error:
            raise ProblemsError.one(stack, str(error)) from None
        try:
            write_atomically(target, written)
        except OSError as error:
            raise ProblemsError.one(str(target), f"cannot be written: {error.strerror}") from None
    console.print(f"[green]✓[/] {target}: {stack}, {math.ceil(len(written) / 1000)} kB", highlight=False)


def _read(stack: str, revision: str | None, progress: Progress) -> tuple[SynthesizedStack, Against | None]:
    """A stack's JSON, and what differs from that of a revision."""
    if revision is None:
        with progress.step(f"Synthesizing {stack}") as step:
            step.done = f"Synthesized {stack}"
            return SynthesizedStack(name=stack, document=synthesized(stack)), None
    _, before, after = synthesized_before_and_after(revision, progress)
    found = differences({name: before[name] for name in before if name == stack}, {stack: after[stack]})
    against = Against(revision=revision, difference=found[stack])
    return SynthesizedStack(name=stack, document=json.loads(after[stack])), against
