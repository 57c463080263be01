"""`infra outputs`: the outputs of a deployed stack, read from its state."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, assert_never

import typer
from rich.console import Console

from backend import BackendSettings, CloudSettings, LocalSettings, S3States, load, state_key
from modules.errors import ProblemsError
from operations.console import AsJson, interruptible
from operations.stacks import KnownStack, initialize, terraform_in
from operations.terraform import Output
from stacks.output import stack_directory

_HIDDEN = "(sensitive)"


def outputs(stack: KnownStack, *, as_json: AsJson = False) -> None:
    """Print the outputs of a deployed stack; sensitive values are hidden."""
    console = Console(stderr=True)
    with interruptible(console, "Stopped."), console.status(f"Reading the state of {stack}"):
        found = read_outputs(stack, load())
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
    """Read the outputs in the state of a stack, by name; empty if nothing is deployed.

    Terraform is given the backend alone: reading needs no provider and no synthesis.
    """
    with TemporaryDirectory(prefix="outputs-") as scratch:
        directory = Path(scratch) / stack  # Terraform's errors name it
        directory.mkdir()
        document = {"terraform": backend_block(stack, settings)}
        (directory / "backend.tf.json").write_text(json.dumps(document))
        terraform = terraform_in(directory)
        initialize(terraform)
        return terraform.outputs()


def backend_block(stack: str, settings: BackendSettings) -> dict[str, Any]:
    """The backend of a stack in Terraform's JSON (see `backend.configure`, which synthesis uses)."""
    match settings:
        case S3States():
            of = settings.of(stack)
            role = {"assume_role": of.assume_role.arguments} if of.assume_role else {}
            place = {"bucket": of.bucket, "key": state_key(stack), "region": of.region}
            return {"backend": {"s3": {**place, **role}}}
        case CloudSettings():
            project = {"project": settings.project} if settings.project else {}
            where = {"organization": settings.organization, "hostname": settings.hostname}
            return {"cloud": {**where, "workspaces": {"name": stack, **project}}}
        case LocalSettings():
            file = stack_directory(stack) / settings.directory / state_key(stack)
            return {"backend": {"local": {"path": str(file.resolve())}}}
        case _:
            assert_never(settings)


def _shown(output: Output) -> Any:
    return _HIDDEN if output.sensitive else output.value
