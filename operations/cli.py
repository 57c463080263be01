"""The `infra` command. Each subcommand is a function in a module of its own, imported when it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import typer
from typer.core import TyperGroup

from modules.errors import Problem, ProblemsError, refusal


class _Alphabetical(TyperGroup):
    """Lists subcommands by name; typer lists those that have subcommands of their own last."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(super().list_commands(ctx))


app = typer.Typer(
    name="infra",
    cls=_Alphabetical,
    help="Check, plan, deploy and operate the stacks of this project.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

# subcommand -> (module, function); the function's signature is its command line.
COMMANDS = {
    "benchmark": ("operations.benchmark", "benchmark"),
    "compare": ("operations.compare", "compare"),
    "cost": ("operations.cost.command", "cost"),
    "deploy": ("operations.deploy", "deploy"),
    "doctor": ("operations.doctor", "doctor"),
    "drift": ("operations.drift", "drift"),
    "endpoints": ("operations.endpoints", "endpoints"),
    "exec": ("operations.exec", "exec_"),
    "images": ("operations.images", "app"),
    "lock": ("operations.provider_lock", "lock"),
    "logs": ("operations.logs", "logs"),
    "migrate": ("operations.tasks", "migrate"),
    "new": ("operations.new", "new"),
    "offers": ("operations.offers", "app"),
    "orphans": ("operations.orphans", "orphans"),
    "outputs": ("operations.outputs", "outputs"),
    "pause": ("operations.pause", "pause"),
    "picture": ("operations.picture", "picture"),
    "plan": ("operations.plan", "plan"),
    "prewarm": ("operations.prewarm", "prewarm"),
    "prices": ("operations.cost.refresh", "prices_command"),
    "publish": ("operations.publish", "publish"),
    "resume": ("operations.pause", "resume"),
    "rollback": ("operations.rollback", "rollback"),
    "run": ("operations.tasks", "run"),
    "sandbox": ("operations.sandbox", "sandbox"),
    "secret": ("operations.secret", "app"),
    "state": ("operations.state", "app"),
    "status": ("operations.status", "status"),
    "workflows": ("operations.workflows", "workflows"),
}


@app.callback()
def _subcommands() -> None:
    """Keep typer from making an app of one command a program without subcommands."""


def _register(names: list[str]) -> None:
    for name in names:
        module, attribute = COMMANDS[name]
        command: Any = getattr(import_module(module), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)


def _read_environment() -> None:
    """Make boto3 read the variables that Terraform reads. Raises ProblemsError for invalid endpoints."""
    if problems := list(_endpoint_problems()):
        raise ProblemsError(problems)
    # Terraform and the AWS CLI prefer AWS_REGION; boto3 reads AWS_DEFAULT_REGION alone.
    if region := os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = region


def _endpoint_problems() -> Iterator[Problem]:
    for name, value in os.environ.items():
        if name.startswith("AWS_ENDPOINT_URL") and value:
            address = urlsplit(value)
            if address.scheme not in ("http", "https") or not address.hostname:
                why = refusal(got=repr(value), allowed="http://… or https://…", fix="fix it, or unset it")
                yield Problem(where=name, what=why)


def main() -> None:
    """Run the command line, importing only the subcommand that it names."""
    named = next((word for word in sys.argv[1:] if word in COMMANDS), None)
    _register([named] if named else list(COMMANDS))
    try:
        _read_environment()
        app()
    except ProblemsError as error:
        typer.secho(str(error), fg="red", err=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
