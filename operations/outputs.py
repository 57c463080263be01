"""`infra outputs`: what a deployed stack hands out, read from its state."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, assert_never

import typer
from rich.console import Console

from backend import BackendSettings, CloudSettings, LocalSettings, S3States, load, state_key
from modules.errors import ProblemsError
from operations.plan.command import check_known, initialise, output_directory
from operations.terraform import Output, Terraform

_INTERRUPTED = 130
_HIDDEN = "(sensitive)"


def outputs(
    stack: Annotated[str, typer.Argument(help="The stack, such as ohi-prod")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one JSON object")] = False,
) -> None:
    """A deployed stack's outputs; sensitive values are not shown."""
    check_known(stack)
    try:
        with Console(stderr=True).status(f"Reading the state of {stack}"):
            found = read_outputs(stack, load())
    except KeyboardInterrupt:
        raise typer.Exit(_INTERRUPTED) from None
    if not found:
        what = "nothing is deployed, its state has no outputs; deploy it first, or check INFRA_BACKEND"
        raise ProblemsError.one(stack, what)
    if as_json:
        typer.echo(json.dumps({name: _shown(output) for name, output in found.items()}, indent=2))
        return
    width = max(map(len, found))
    for name, output in found.items():
        value = _shown(output)
        # Plain lines: a value can be copied and searched for, however narrow the terminal is.
        typer.echo(f"{name:<{width}}  {value if isinstance(value, str) else json.dumps(value)}")


def read_outputs(stack: str, settings: BackendSettings) -> dict[str, Output]:
    """The outputs in a stack's state, by name; none where nothing is deployed.

    Terraform is given the backend alone: reading needs no provider and no synthesis.
    """
    with TemporaryDirectory(prefix="outputs-") as scratch:
        directory = Path(scratch) / stack  # Terraform's refusals name it
        directory.mkdir()
        document = {"terraform": backend_block(stack, settings)}
        (directory / "backend.tf.json").write_text(json.dumps(document))
        terraform = Terraform(directory, environment={"TF_DATA_DIR": None, "TF_WORKSPACE": None})
        initialise(terraform)
        return terraform.outputs()


def backend_block(stack: str, settings: BackendSettings) -> dict[str, Any]:
    """Where a stack's state is, as Terraform writes it (see `backend.configure`, which synthesis uses)."""
    match settings:
        case S3States():
            of = settings.of(stack)
            return {"backend": {"s3": {"bucket": of.bucket, "key": state_key(stack), "region": of.region}}}
        case CloudSettings():
            project = {"project": settings.project} if settings.project else {}
            place = {"organization": settings.organization, "hostname": settings.hostname}
            return {"cloud": {**place, "workspaces": {"name": stack, **project}}}
        case LocalSettings():
            file = output_directory() / "stacks" / stack / settings.directory / state_key(stack)
            return {"backend": {"local": {"path": str(file.resolve())}}}
        case _:
            assert_never(settings)


def _shown(output: Output) -> Any:
    return _HIDDEN if output.sensitive else output.value
