"""`infra rollback`: a service back on the revision before, so that Terraform's next plan is empty.

The contract is in modules/compute/repository/image.py: the task definition tracks the latest active revision,
and its image is what the parameter says. So the service is updated to an earlier revision, the later ones are
deregistered, and the parameter gets the image of what runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from modules.errors import Problem, ProblemsError, refusal
from operations.plan.command import check_known
from operations.revisions import Deployed, Revision, read_services
from operations.state.commands import confirm
from operations.steps import Steps

_INTERRUPTED = 130
_POLL_SECONDS = 5.0
Region = Annotated[str | None, typer.Option(help="Where the stack is; else what your AWS configuration says")]


def rollback(
    stack: Annotated[str, typer.Argument(help="The stack, such as ohi-prod")],
    services: Annotated[
        list[str] | None, typer.Argument(help="Services, such as api; none: show all")
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do, do nothing")] = False,
    wait: Annotated[int, typer.Option(min=0, help="Minutes to wait for each rollout")] = 20,
    region: Region = None,
) -> None:
    """Show what each service runs and ran before; return the named ones to the revision before.

    A service that ECS's circuit breaker returned already is only tidied up after: the failed revision is
    deregistered, so that no later deployment starts from it.
    """
    check_known(stack)
    console = Console()
    try:
        with answered(), console.status(f"Reading the services of {stack}"):
            clients = Clients(region)
            found = read_services(clients.ecs, stack)
        _show(console, stack, found)
        chosen = _chosen(stack, found, services or [])
        if not chosen:
            return
        for one in chosen:
            _say(console, one)
        if dry_run:
            return
        confirm(f"Roll back {', '.join(one.service for one in chosen)}?", yes=yes)
        steps = Steps(console)
        for one in chosen:
            with answered():
                _return(clients, stack, one, steps, seconds=60 * wait)
    except KeyboardInterrupt:
        console.print("Stopped. ECS goes on with what it was told; run the same command again to go on.")
        raise typer.Exit(_INTERRUPTED) from None


class Clients:
    """The services of AWS that a rollback talks to."""

    def __init__(self, region: str | None) -> None:
        from boto3.session import Session

        session = Session(region_name=region)
        if session.region_name is None:
            fix = "name it with --region, or set AWS_REGION"
            raise ProblemsError.one("region", refusal(got="no region", allowed="the stack's", fix=fix))
        self.ecs: Any = session.client("ecs")
        self.ssm: Any = session.client("ssm")


def _return(clients: Clients, stack: str, one: Deployed, steps: Steps, *, seconds: float) -> None:
    good = one.good
    assert good is not None  # noqa: S101 - what has none was refused
    if one.running.arn != good.arn or one.rolling_out:
        with steps.step(f"Returning {one.service} to revision {good.number}") as step:
            clients.ecs.update_service(cluster=stack, service=one.name, taskDefinition=good.arn)
            _await(clients, stack, one, good, until=time.monotonic() + seconds)
            step.done = f"{one.service} runs revision {good.number}"
    # The parameter first: stopped in between, the next run finds the later revisions and goes on.
    name = f"/{stack}/{one.service}/image"
    if name in _parameters(clients, name) and good.image:
        clients.ssm.put_parameter(Name=name, Value=good.image, Type="String", Overwrite=True)
    for bad in one.bad:
        clients.ecs.deregister_task_definition(taskDefinition=bad.arn)
    gone = ", ".join(str(bad.number) for bad in one.bad)
    steps.console.print(
        f"{one.service}: deregistered {gone or 'nothing'}; {name} is {good.image}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


def _await(clients: Clients, stack: str, one: Deployed, good: Revision, *, until: float) -> None:
    while True:
        service = clients.ecs.describe_services(cluster=stack, services=[one.name])["services"][0]
        primary: dict[str, Any] = next(
            (each for each in service["deployments"] if each["status"] == "PRIMARY"), {}
        )
        state = primary.get("rolloutState", "COMPLETED")
        if primary.get("taskDefinition", good.arn) == good.arn and state == "COMPLETED":
            return
        if state == "FAILED" or time.monotonic() > until:
            why = primary.get("rolloutStateReason") or f"its rollout is {state} for longer than --wait allows"
            what = f"{why}; nothing was deregistered. Look at its events: aws ecs describe-services"
            raise ProblemsError.one(f"{stack} {one.service}", what)
        time.sleep(_POLL_SECONDS)


def _parameters(clients: Clients, name: str) -> list[str]:
    found = clients.ssm.get_parameters(Names=[name])["Parameters"]
    return [one["Name"] for one in found]


def _chosen(stack: str, found: dict[str, Deployed], wanted: list[str]) -> list[Deployed]:
    """The named services. Raises ProblemsError for one that is unknown or has nothing to go back to."""
    allowed = ", ".join(found)
    problems = []
    for name in dict.fromkeys(wanted):
        if name not in found:
            why = refusal(got=repr(name), allowed=allowed, fix="name one of these")
            problems.append(Problem(where=f"{stack} service", what=why))
        elif found[name].good is None:
            what = "has no earlier active revision to go back to; deploy a good image instead"
            problems.append(Problem(where=f"{stack} {name}", what=what))
    if problems:
        raise ProblemsError(problems)
    return [found[name] for name in dict.fromkeys(wanted)]


def _say(console: Console, one: Deployed) -> None:
    good = one.good
    gone = ", ".join(str(bad.number) for bad in one.bad) or "none"
    if good:
        console.print(
            f"{one.service}: to revision {good.number} ({good.image}), deregistering {gone}",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    if good and one.bad and all(bad.image == good.image for bad in one.bad):
        console.print("  The image is the same: what differs came with the code. Take that back too, or the")
        console.print("  next apply brings it again.")


def _show(console: Console, stack: str, found: dict[str, Deployed]) -> None:
    table = Table("service", "revision", "", title=f"Services of {stack}", title_justify="left", box=None)
    table.add_column("image", overflow="fold")
    for one in found.values():
        table.add_row(one.service, str(one.running.number), one.verdict, one.running.image)
        for each in one.others:
            mark = "later, unused" if each.number > one.running.number else "before"
            table.add_row("", str(each.number), mark, each.image, style="dim")
    console.print(table)


@contextmanager
def answered() -> Iterator[None]:
    """AWS's refusals as sentences. Raises ProblemsError."""
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    try:
        yield
    except NoCredentialsError:
        raise ProblemsError.one(
            "AWS credentials", "there are none; set AWS_PROFILE, or run `aws sso login`"
        ) from None
    except (BotoCoreError, ClientError) as error:
        raise ProblemsError.one("AWS", str(error)) from None
