"""`infra picture`: the architecture of a stack, drawn from its JSON."""

from __future__ import annotations

import json
import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console

from modules.errors import ProblemsError, refusal
from modules.files import write_atomically
from operations import project
from operations.stacks import Stack, known_stack
from stacks.output import DOCUMENT
from terraform_aws_picture import PictureError, draw, png, png_available

Json = dict[str, Any]
_FORMATS = (".svg", ".png")


def picture(
    stack: Stack,
    *,
    output: Annotated[
        Path | None,
        typer.Option(help="The file to write, .svg or .png  [default: STACK.svg]", show_default=False),
    ] = None,
) -> None:
    """Draw the architecture of a stack from its JSON.

    Shows zones, subnets, the resources in them, and which may connect to which.
    """
    target = output or Path(f"{stack}.svg")
    _check(stack, target)
    console = Console(stderr=True)
    with console.status(f"Synthesizing {stack}"):
        content = synthesized(stack)
    with console.status(f"Drawing {stack}"):
        try:
            size = write(target, draw(stack, content))
        except PictureError as error:
            raise ProblemsError.one(stack, str(error)) from None
    console.print(
        f"[green]✓[/] {target}: {stack}, {math.ceil(size / 1000)} kB", highlight=False, soft_wrap=True
    )


def write(target: Path, svg: str) -> int:
    """Write the picture whole or not at all, in the format of the file's ending; its size in bytes."""
    content = png(svg) if _is_png(target) else svg.encode()
    try:
        write_atomically(target, content)
    except OSError as error:
        raise ProblemsError.one(str(target), f"cannot be written: {error.strerror}") from None
    return len(content)


def synthesized(stack: str) -> Json:
    """The JSON of one stack, synthesized into a temporary directory: cdktf.out stays as it is."""
    with TemporaryDirectory(prefix="picture-") as directory:
        project.synthesize(INFRA_STACKS=stack, CDKTF_OUTDIR=directory)
        content: Json = json.loads((Path(directory) / "stacks" / stack / DOCUMENT).read_text())
        return content


def _check(stack: str, target: Path) -> None:
    known_stack(stack)
    if target.suffix.lower() not in _FORMATS:
        why = refusal(got=repr(str(target)), allowed=" or ".join(_FORMATS), fix="end the name of the file so")
        raise ProblemsError.one("--output", why)
    if _is_png(target) and not png_available():
        why = "resvg-py is not installed; run `pip install -e '.[picture]'`, or write an .svg"
        raise ProblemsError.one("PNG", why)
    if not target.parent.is_dir():
        raise ProblemsError.one("--output", f"{target.parent} is not a directory; make it first")


def _is_png(target: Path) -> bool:
    return target.suffix.lower() == ".png"
