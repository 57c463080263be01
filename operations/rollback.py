"""`infra rollback`: services back on an earlier revision, so that Terraform's next plan is empty.

The contract is in modules/compute/repository/image.py: the task definition tracks the latest active revision,
and its image is the value of the parameter. So the service is updated to an earlier revision, the later ones
are deregistered, and the parameter gets the image of the revision that runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import Console

from backend.aws_errors import aws_errors
from modules.errors import Problem, ProblemsError, refusal
from operations import aws
from operations.console import DryRun, Yes, confirm, interruptible, say, table
from operations.progress import Progress
from operations.revisions import DeployedService, Revision, read_services
from operations.stacks import KnownStack

_POLL_SECONDS = 5.0


def rollback(
    stack: KnownStack,
    services: Annotated[
        list[str] | None,
        typer.Argument(help="The services to roll back, by the names that the list shows; none: only list"),
    ] = None,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
    wait: Annotated[int, typer.Option(min=0, help="How many minutes to wait for each deployment")] = 20,
    region: aws.Region = None,
) -> None:
    """List the revisions of each service; roll the named services back to the revision before.

    A service that ECS's circuit breaker has rolled back already keeps its revision: the failed one is
    deregistered, so that no later deployment starts from it.
    """
    console = Console()
    stopped = "Stopped. Deployments that were started go on in ECS; run the same command again to continue."
    with interruptible(console, stopped):
        with aws_errors("AWS"), console.status(f"Reading the services of {stack}"):
            clients = Clients(region, stack)
            found = read_services(clients.ecs, stack)
        _show(console, stack, found)
        chosen = _chosen(stack, found, services or [])
        for one in chosen:
            _describe(console, one)
        if dry_run or not chosen:
            return
        confirm(f"Roll back {', '.join(one.service for one in chosen)}?", yes=yes)
        progress = Progress(console)
        for one in chosen:
            with aws_errors("AWS"):
                _roll_back(clients, stack, one, progress, seconds=60 * wait)


class Clients:
    """The AWS services that a rollback calls."""

    def __init__(self, region: str | None, stack: str) -> None:
        self.ecs: Any = aws.client("ecs", region, stack=stack)
        self.ssm: Any = aws.client("ssm", region, stack=stack)


def _roll_back(
    clients: Clients, stack: str, one: DeployedService, progress: Progress, *, seconds: float
) -> None:
    target = one.target
    assert target is not None  # noqa: S101 - a service without one was refused
    if one.running.arn != target.arn or one.rolling_out:
        with progress.step(f"Rolling {one.service} back to revision {target.number}") as step:
            clients.ecs.update_service(cluster=stack, service=one.name, taskDefinition=target.arn)
            _wait_for_rollout(clients, stack, one, target, until=time.monotonic() + seconds)
            step.done = f"{one.service} runs revision {target.number}"
    # The parameter first: if this is stopped here, the next run finds the later revisions and continues.
    name = f"/{stack}/{one.service}/image"
    if clients.ssm.get_parameters(Names=[name])["Parameters"] and target.image:
        clients.ssm.put_parameter(Name=name, Value=target.image, Type="String", Overwrite=True)
    for revision in one.superseded:
        clients.ecs.deregister_task_definition(taskDefinition=revision.arn)
    deregistered = _numbers(one.superseded) or "nothing"
    say(progress.console, f"{one.service}: deregistered {deregistered}; {name} is {target.image}")


def _wait_for_rollout(
    clients: Clients, stack: str, one: DeployedService, target: Revision, *, until: float
) -> None:
    while True:
        service = clients.ecs.describe_services(cluster=stack, services=[one.name])["services"][0]
        primary: dict[str, Any] = next(
            (each for each in service["deployments"] if each["status"] == "PRIMARY"), {}
        )
        state = primary.get("rolloutState", "COMPLETED")
        if primary.get("taskDefinition", target.arn) == target.arn and state == "COMPLETED":
            return
        if state == "FAILED" or time.monotonic() > until:
            why = primary.get("rolloutStateReason") or f"its rollout is {state} for longer than --wait allows"
            what = f"{why}; nothing was deregistered. Look at its events: aws ecs describe-services"
            raise ProblemsError.one(f"{stack} {one.service}", what)
        time.sleep(_POLL_SECONDS)


def _chosen(stack: str, found: dict[str, DeployedService], wanted: list[str]) -> list[DeployedService]:
    """The named services. Raises ProblemsError for unknown ones and ones without an earlier revision."""
    names = list(dict.fromkeys(wanted))
    if problems := list(_problems(stack, found, names)):
        raise ProblemsError(problems)
    return [found[name] for name in names]


def _problems(stack: str, found: dict[str, DeployedService], names: list[str]) -> Iterator[Problem]:
    for name in names:
        if name not in found:
            why = refusal(got=repr(name), allowed=", ".join(found), fix="name one of these")
            yield Problem(where=f"{stack} service", what=why)
        elif found[name].target is None:
            what = "has no earlier active revision to go back to; deploy a good image instead"
            yield Problem(where=f"{stack} {name}", what=what)


def _describe(console: Console, one: DeployedService) -> None:
    target = one.target
    assert target is not None  # noqa: S101 - a service without one was refused
    revision, others = f"revision {target.number} ({target.image})", _numbers(one.superseded) or "none"
    say(console, f"{one.service}: to {revision}, deregistering {others}")
    if one.superseded and all(later.image == target.image for later in one.superseded):
        say(console, "  The image is the same: what differs came with the code.")
        say(console, "  Revert that commit too, or the next apply deploys it again.")


def _show(console: Console, stack: str, found: dict[str, DeployedService]) -> None:
    shown = table("service", "revision", "", title=f"Services of {stack}")
    shown.add_column("image", overflow="fold")
    for one in found.values():
        shown.add_row(one.service, str(one.running.number), one.status, one.running.image)
        for other in one.others:
            mark = "later, unused" if other.number > one.running.number else "before"
            shown.add_row("", str(other.number), mark, other.image, style="dim")
    console.print(shown)


def _numbers(revisions: tuple[Revision, ...]) -> str:
    return ", ".join(str(revision.number) for revision in revisions)
