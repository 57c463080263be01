"""The command: every check at once, then a table or JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from operations.doctor import deployment, packages, programs
from operations.doctor.findings import Check, Finding, as_json, as_table, is_healthy, summary
from operations.doctor.machine import Machine

_Look = Callable[[Machine], Finding]
_ALWAYS: dict[str, _Look] = {
    "Python": programs.python,
    "locks": packages.locks,
    "Python packages": packages.python_packages,
    "compiled bindings": packages.compiled_bindings,
    "bytecode": packages.bytecode,
    "Node": programs.node,
    "Node packages": packages.node_packages,
    "CDKTF command line": programs.cdktf_cli,
    "jsii's index": packages.jsii_index,
    "Terraform": programs.terraform,
    "AWS provider": programs.provider,
    "backend settings": deployment.backend_settings,
}
_FOR_DEPLOYMENT: dict[str, _Look] = {
    "AWS credentials": deployment.credentials,
    "state backend": deployment.state_backend,
    "state in the way": deployment.state_in_the_way,
    "state locks": deployment.stale_locks,
}


def doctor(
    *,
    deploy: Annotated[bool, typer.Option("--deploy", help="Require what a deployment to AWS needs.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Say what is missing or too old, and how to fix it; exit code 1 when something has to be fixed."""
    findings = examine(Machine.this(), deploy=deploy)
    if json:
        sys.stdout.write(f"{as_json(findings)}\n")
    else:
        # In a file or a pipe nobody asked for eighty columns, and commands are copied from there too.
        console = Console(width=None if sys.stdout.isatty() else 140)
        console.print(as_table(findings), summary(findings))
    if not is_healthy(findings):
        raise typer.Exit(1)


def checks(machine: Machine) -> Iterator[Check]:
    """Every check, of one machine."""
    for name, look in _ALWAYS.items():
        yield Check(name, partial(look, machine))
    for name, look in _FOR_DEPLOYMENT.items():
        yield Check(name, partial(look, machine), for_deployment=True)


def examine(machine: Machine, *, deploy: bool) -> list[Finding]:
    """What every check finds, all of them asked at once, in the order of the list."""
    listed = list(checks(machine))
    with (
        Console(stderr=True).status("Looking at Python, Node, Terraform and AWS …"),
        ThreadPoolExecutor(len(listed)) as pool,
    ):
        return list(pool.map(lambda check: check.finding(deploy=deploy), listed))
