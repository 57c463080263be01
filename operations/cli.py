"""The `infra` command. Each subcommand is a function in a module of its own, imported when it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import typer
from typer.core import TyperGroup

from backend.aws_errors import aws_errors
from modules.errors import Problem, ProblemsError, refusal
from operations.console import INTERRUPTED, ended_as_by_ctrl_c

# What one does -> subcommand -> (module, function), in the order in which they are used, as README.md lists
# them. The function's signature is the command line.
GROUPS = {
    "Begin": {
        "doctor": ("operations.doctor", "doctor"),
        "sandbox": ("operations.sandbox", "sandbox"),
        "new": ("operations.new", "new"),
    },
    "Change and deploy": {
        "plan": ("operations.plan", "plan"),
        "compare": ("operations.compare", "compare"),
        "outputs": ("operations.outputs", "outputs"),
        "images": ("operations.images", "app"),
        "migrate": ("operations.tasks", "migrate"),
        "deploy": ("operations.deploy", "deploy"),
        "rollback": ("operations.rollback", "rollback"),
        "publish": ("operations.publish", "publish"),
    },
    "Operate": {
        "status": ("operations.status", "status"),
        "logs": ("operations.logs", "logs"),
        "exec": ("operations.exec", "exec_"),
        "run": ("operations.tasks", "run"),
        "drift": ("operations.drift", "drift"),
        "pause": ("operations.pause", "pause"),
        "resume": ("operations.pause", "resume"),
        "recovery": ("operations.recovery", "app"),
        "restore-test": ("operations.restore_test", "restore_test"),
    },
    "Costs and audits": {
        "cost": ("operations.cost.command", "cost"),
        "commitments": ("operations.cost.commitments_command", "commitments_command"),
        "prices": ("operations.cost.refresh", "prices_command"),
        "endpoints": ("operations.endpoints", "endpoints"),
        "evidence": ("operations.evidence", "evidence"),
    },
    "States and secrets": {
        "state": ("operations.state", "app"),
        "orphans": ("operations.orphans", "orphans"),
        "secret": ("operations.secret", "app"),
    },
    "This project itself": {
        "picture": ("operations.picture", "picture"),
        "page": ("operations.page", "page"),
        "workflows": ("operations.workflows", "workflows"),
        "lock": ("operations.provider_lock", "lock"),
        "offers": ("operations.offers", "app"),
        "prewarm": ("operations.prewarm", "prewarm"),
        "benchmark": ("operations.benchmark", "benchmark"),
    },
}
COMMANDS = {name: place for group in GROUPS.values() for name, place in group.items()}


class _InOrder(TyperGroup):
    """Lists subcommands as GROUPS does; typer lists those that have subcommands of their own last."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(super().list_commands(ctx), key=[*COMMANDS].index)


app = typer.Typer(
    name="infra",
    cls=_InOrder,
    help="Check, plan, deploy and operate the stacks of this project.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

_REFUSED = 2
_SHOW_CURSOR = "\x1b[?25h"


@app.callback()
def _subcommands() -> None:
    """Keep typer from making an app of one command a program without subcommands."""


def _register(names: list[str]) -> None:
    panels = {name: title for title, group in GROUPS.items() for name in group}
    for name in names:
        module, attribute = COMMANDS[name]
        command: Any = getattr(import_module(module), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name, rich_help_panel=panels[name])
        else:
            app.command(name, rich_help_panel=panels[name])(command)


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


def _open_closed_streams() -> None:
    """Give a program that was started with closed standard streams (`>&-`) such as say and read nothing."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def main() -> None:
    """Run the command line, importing only the subcommand that it names."""
    _open_closed_streams()
    with _ended_cleanly():
        _run()


@contextmanager
def _ended_cleanly() -> Iterator[None]:
    """End on SIGTERM and on a lost terminal as on Ctrl-C, and show the cursor that a spinner has hidden."""
    try:
        with ended_as_by_ctrl_c():
            yield
    finally:
        for stream in (sys.__stdout__, sys.__stderr__):  # not what a spinner put in their place
            with suppress(OSError, ValueError):  # the terminal may be gone
                if stream and stream.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown"):
                    stream.write(_SHOW_CURSOR)
                    stream.flush()


def _run() -> None:
    named = next((word for word in sys.argv[1:] if word in COMMANDS), None)
    try:
        _register([named] if named else list(COMMANDS))
        _read_environment()
        with aws_errors("AWS"), _file_errors():
            app(prog_name="infra")
    except ProblemsError as error:
        typer.secho(str(error), fg="red", err=True)
        raise SystemExit(_REFUSED) from None
    except KeyboardInterrupt:  # while modules are imported: typer catches it later
        raise SystemExit(INTERRUPTED) from None


@contextmanager
def _file_errors() -> Iterator[None]:
    """Raise ProblemsError for a file, a full disk or a connection that no command expects to fail."""
    try:
        yield
    except OSError as error:
        where = "standard output" if error.filename is None else str(error.filename)
        raise ProblemsError.one(where, error.strerror or str(error)) from None


if __name__ == "__main__":
    main()
