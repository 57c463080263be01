"""The command: every check at once, then lines or JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from operations.console import AsJson, say
from operations.doctor import deployment, packages, programs
from operations.doctor.account import account_findings
from operations.doctor.findings import Check, Finding, is_healthy, show, summary, to_json
from operations.doctor.machine import Machine
from operations.picture import synthesized
from operations.stacks import known_stack

_Examine = Callable[[Machine], Finding]
_ALWAYS: dict[str, _Examine] = {
    "Python": programs.python,
    "locks": packages.locks,
    "toolkit": packages.toolkit,
    "Python packages": packages.python_packages,
    "compiled bindings": packages.compiled_bindings,
    "bytecode": packages.bytecode,
    "Node": programs.node,
    "Node packages": packages.node_packages,
    "CDKTF command line": programs.cdktf_cli,
    "jsii's index": packages.jsii_index,
    "directories": packages.directories,
    "Terraform": programs.terraform,
    "AWS provider": programs.provider,
    "backend settings": deployment.backend_settings,
}
_RECOVERIES = "states of recoveries"
_FOR_DEPLOYMENT: dict[str, _Examine] = {
    "AWS credentials": deployment.credentials,
    "state backend": deployment.state_backend,
    _RECOVERIES: deployment.recovery_state_backend,
    "state in the way": deployment.state_in_the_way,
    "state locks": deployment.stale_locks,
}
_WIDTH = 140


def _known(stack: str | None) -> str | None:
    return stack if stack is None else known_stack(stack)


def doctor(
    stack: Annotated[
        str | None,
        typer.Argument(help="The stack that is to be deployed: looks at its account too", callback=_known),
    ] = None,
    *,
    deploy: Annotated[bool, typer.Option("--deploy", help="Require what a deployment to AWS needs")] = False,
    as_json: AsJson = False,
) -> None:
    """Check this machine, and with a stack its AWS account: what is missing or too old, how to fix it.

    Of the account: quotas, roles, permissions, name servers, subscriptions. It reads, and changes
    nothing. Exits with 1 when something has to be fixed first.
    """
    recovers = stack is None or _recovers(stack)
    findings = examine(Machine.this(), deploy=deploy or stack is not None, recovers=recovers)
    if stack is not None:
        with Console(stderr=True).status(f"Looking at the account of {stack}"):
            findings += account_findings(stack, synthesized)
    if as_json:
        typer.echo(to_json(findings))
    else:
        # A file or a pipe has no width of its own.
        console = Console(width=None if sys.stdout.isatty() else _WIDTH)
        show(console, findings)
        say(console, f"\n{summary(findings)}")
    if not is_healthy(findings):
        raise typer.Exit(1)


def checks(machine: Machine) -> Iterator[Check]:
    """Every check of one machine."""
    for name, examine in _ALWAYS.items():
        yield Check(name, partial(examine, machine))
    for name, examine in _FOR_DEPLOYMENT.items():
        yield Check(name, partial(examine, machine), for_deployment=True)


def _recovers(stack: str) -> bool:
    """Whether a stack has a recovery stack, or is one."""
    from stacks.catalogue import catalogue

    entry = catalogue()[stack]
    return bool(entry.recovery or entry.recovery_of)


def examine(machine: Machine, *, deploy: bool, recovers: bool = True) -> list[Finding]:
    """Run all checks at the same time; their findings in the order of the checks.

    `recovers`: whether what is deployed needs the states of recovery stacks.
    """

    def finding(check: Check) -> Finding:
        return check.finding(deploy=deploy and (recovers or check.name != _RECOVERIES))

    listed = list(checks(machine))
    with (
        Console(stderr=True).status("Checking Python, Node, Terraform and AWS"),
        ThreadPoolExecutor(len(listed)) as pool,
    ):
        return list(pool.map(finding, listed))
