"""`infra rollback`: services back on an earlier revision, so that Terraform's next plan is empty.

The contract is in modules/compute/repository/image.py: the task definition tracks the latest active revision,
and its image is the value of the parameter. So the service is updated to an earlier revision, the later ones
are deregistered, and the parameter gets the image of the revision that runs.
"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from backend.aws_errors import aws_errors
from operations import aws, synthesized
from operations.console import DryRun, Yes, confirm, interruptible, say, short_image, table
from operations.deploy.watch import Wait
from operations.rollback.returning import Returning, numbers
from operations.rollback.returns import Return, returns
from operations.rollback.services import DeployedService, read_services
from operations.stacks import KnownStack


def rollback(
    stack: KnownStack,
    services: Annotated[
        list[str] | None,
        typer.Argument(help="The services to roll back, by the names that the list shows; none: only list"),
    ] = None,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
    wait: Annotated[float, typer.Option(min=0, help="How many minutes to wait")] = 20,
    poll: Annotated[
        float, typer.Option(min=0, max=5, help="Seconds between two looks at the deployments")
    ] = 3,
    region: aws.StackRegion = None,
) -> None:
    """List the revisions of each service; roll the named services back to the last one that went well.

    They go back side by side, each judged by its own service deployment. Services that share an image go back
    together, whichever of them was named.

    A service that ECS's circuit breaker has rolled back already keeps its revision: the failed one is
    deregistered, so that no later deployment starts from it.

    Exit codes: 0 they are back, or nothing was to be done; 1 the answer was no; 2 refused, or a service did
    not get there (the others did); 130 stopped by Ctrl-C: run again, it goes on.
    """
    console = Console()
    stopped = "Stopped. Deployments that were started go on in ECS; run the same command again to continue."
    with interruptible(console, stopped):
        with console.status(f"Synthesizing {stack}"):
            document = synthesized.synthesized(stack)
        clients = aws.Clients(stack, region or document.region, retries=aws.PATIENT)
        with aws_errors("AWS"), console.status(f"Reading the services of {stack}"):
            found = read_services(clients.ecs, document)
        _show(console, stack, found)
        chosen = returns(stack, found, services or [])
        for one in chosen:
            _describe(console, one)
        if dry_run or not chosen:
            return
        confirm(f"Roll back {', '.join(one.service for one in chosen)}?", yes=yes)
        with aws_errors("AWS"):
            Returning(console, clients, stack, chosen).run(Wait.of(poll, wait))


def _describe(console: Console, one: Return) -> None:
    target = one.target
    revision, others = f"revision {target.number} ({target.image})", numbers(one.superseded) or "none"
    why = f", since it shares its image with {one.shares_with}" if one.shares_with else ""
    say(console, f"{one.service}: to {revision}, deregistering {others}{why}")
    if one.superseded and all(later.image == target.image for later in one.superseded):
        say(console, "  The image is the same: what differs came with the code.")
        say(console, "  Revert that commit too, or the next apply deploys it again.")


def _show(console: Console, stack: str, found: dict[str, DeployedService]) -> None:
    shown = table("service", "revision", "", title=f"Services of {stack}")
    shown.add_column("image", overflow="fold")
    for one in found.values():
        shown.add_row(one.service, str(one.running.number), one.status, short_image(one.running.image))
        for other in one.others:
            mark = "later, unused" if other.number > one.running.number else "before"
            shown.add_row("", str(other.number), mark, short_image(other.image), style="dim")
    console.print(shown)
