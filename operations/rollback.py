"""`infra rollback`: services back on an earlier revision, so that Terraform's next plan is empty.

The contract is in modules/compute/repository/image.py: the task definition tracks the latest active revision,
and its image is the value of the parameter. So the service is updated to an earlier revision, the later ones
are deregistered, and the parameter gets the image of the revision that runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console

from backend.aws_errors import aws_errors
from modules.errors import Problem, ProblemsError, refusal
from operations import aws
from operations.console import DryRun, Yes, confirm, interruptible, say, short_image, table
from operations.deploy import rollouts
from operations.deploy.deployment import patience
from operations.deploy.rollouts import Rollout
from operations.deploy.watch import Patience, watch
from operations.revisions import DeployedService, Revision, read_services
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
    region: aws.Region = None,
) -> None:
    """List the revisions of each service; roll the named services back to the last one that went well.

    They go back side by side, each judged by its own service deployment.

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
        with aws_errors("AWS"):
            _RollBack(console, clients, stack, chosen).run(patience(poll, wait))


class Clients:
    """The AWS services that a rollback calls."""

    def __init__(self, region: str | None, stack: str) -> None:
        self.ecs: Any = aws.client("ecs", region, stack=stack)
        self.ssm: Any = aws.client("ssm", region, stack=stack)


class _RollBack:
    """Services on their way back."""

    def __init__(
        self, console: Console, clients: Clients, stack: str, chosen: Sequence[DeployedService]
    ) -> None:
        self._console, self._clients, self._stack = console, clients, stack
        self._chosen = {one.service: one for one in chosen}
        self._settled: set[str] = set()

    def run(self, patience: Patience) -> None:
        """Raises ProblemsError for services that did not get there; the others did."""
        begun = [self._begun(one) for one in self._chosen.values()]
        watch(self._console, self._clients.ecs, begun, patience, self._changed)
        problems = [self._problem(one) for one in begun if one.service not in self._settled]
        if problems:
            raise ProblemsError(problems)

    def _begun(self, one: DeployedService) -> Rollout:
        assert one.target is not None  # noqa: S101 - a service without one was refused
        rollout = Rollout(
            service=one.service,
            name=one.name,
            cluster=self._stack,
            revision=one.target.arn,
            before=one.running.arn,
        )
        ecs = self._clients.ecs
        under_way = rollouts.ongoing(ecs, self._stack, one.name)
        if one.running.arn != one.target.arn:
            rollouts.start(ecs, rollout)
        elif under_way:  # ECS is rolling back to it already
            rollout.arn = under_way[0]["serviceDeploymentArn"]
        else:
            rollout.status = "SUCCESSFUL"
            self._changed(rollout)
        return rollout

    def _changed(self, rollout: Rollout) -> None:
        one = self._chosen[rollout.service]
        back_by_ecs = rollout.status == "ROLLBACK_SUCCESSFUL" and rollout.before == rollout.revision
        if one.service not in self._settled and (rollout.status == "SUCCESSFUL" or back_by_ecs):
            self._settled.add(one.service)
            self._settle(one)

    def _settle(self, one: DeployedService) -> None:
        """The parameter first: stopped here, the next run finds the later revisions and continues."""
        target = one.target
        assert target is not None  # noqa: S101 - as above
        say(self._console, f"{one.service} runs revision {target.number}")
        name = f"/{self._stack}/{one.service}/image"
        if self._clients.ssm.get_parameters(Names=[name])["Parameters"] and target.image:
            self._clients.ssm.put_parameter(Name=name, Value=target.image, Type="String", Overwrite=True)
        for revision in one.superseded:
            self._clients.ecs.deregister_task_definition(taskDefinition=revision.arn)
        deregistered = _numbers(one.superseded) or "nothing"
        say(self._console, f"{one.service}: deregistered {deregistered}; {name} is {target.image}")

    def _problem(self, rollout: Rollout) -> Problem:
        why = rollout.reason or rollout.event or "it takes longer than --wait allows"
        what = f"{rollout.status}: {why}; nothing was deregistered. Run the same command again to continue"
        return Problem(where=f"{self._stack} {rollout.service}", what=what)


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
        shown.add_row(one.service, str(one.running.number), one.status, short_image(one.running.image))
        for other in one.others:
            mark = "later, unused" if other.number > one.running.number else "before"
            shown.add_row("", str(other.number), mark, short_image(other.image), style="dim")
    console.print(shown)


def _numbers(revisions: tuple[Revision, ...]) -> str:
    return ", ".join(str(revision.number) for revision in revisions)
