"""The `infra` command. Each subcommand is a function of its own module, imported when it runs."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer

from modules.errors import ProblemsError

app = typer.Typer(
    name="infra",
    help="Work with the stacks of this project.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

# subcommand -> (module, function); the function's signature is its command line.
COMMANDS = {
    "benchmark": ("operations.benchmark", "benchmark"),
    "doctor": ("operations.doctor", "doctor"),
    "picture": ("operations.picture", "picture"),
    "outputs": ("operations.outputs", "outputs"),
    "plan": ("operations.plan", "plan"),
    "prewarm": ("operations.prewarm", "prewarm"),
    "rollback": ("operations.rollback", "rollback"),
    "sandbox": ("operations.sandbox", "sandbox"),
    "secret": ("operations.secret", "app"),
    "state": ("operations.state", "app"),
}


@app.callback()
def _subcommands() -> None:
    """Without a callback, typer would take an app of one command for a program without subcommands."""


def _register(names: list[str]) -> None:
    for name in names:
        module, attribute = COMMANDS[name]
        command: Any = getattr(import_module(module), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)


def main() -> None:
    """Run the command line; import only the subcommand that was asked for."""
    asked = next((word for word in sys.argv[1:] if word in COMMANDS), None)
    _register([asked] if asked else list(COMMANDS))
    try:
        app()
    except ProblemsError as error:
        typer.secho(str(error), fg="red", err=True)
        raise SystemExit(2) from None
