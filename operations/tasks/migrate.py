"""`infra migrate`: the migration of a stack's settings, in a one-off task."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

from backend.aws_errors import aws_errors
from modules.errors import ProblemsError, refusal
from operations import aws
from operations.console import DryRun, Yes, confirm, interruptible, say
from operations.deployed import deployed_services
from operations.revisions import described, registrable
from operations.stack_lock import stack_lock
from operations.stacks import KnownStack
from operations.synthesized import Migration, migrations, synthesized
from operations.synthesized.choice import chosen_container
from operations.tasks.definition import check_image, copied, image_by_digest
from operations.tasks.run import Image, describe, watched, watching
from operations.tasks.start import OneOff

_STARTED_BY = "infra-migrate"


def migrate(
    stack: KnownStack,
    service: Annotated[
        str | None, typer.Argument(help="The service whose migration it is, where a stack has several")
    ] = None,
    *,
    image: Image = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    region: aws.StackRegion = None,
) -> None:
    """Run the migration that the stack's settings name, with the deployed image or another.

    The command and its time stand in `migration=` of `ServiceSettings`, or of `PipelineSettings`: the
    pipeline runs the same. A second migration is refused while one runs. Ctrl-C asks whether to stop it.

    Exit codes: that of the command; 2 refused, nothing ran; 124 stopped when its time was over; 125 it never
    ran; 130 interrupted, it goes on.
    """
    console = Console(stderr=True)
    with interruptible(console, "Stopped before a task was started."):
        with console.status(f"Synthesizing {stack}"):
            document = synthesized(stack)
        one = _chosen(stack, migrations(document), service)
        container = chosen_container(one.service, one.container)
        clients = aws.Clients(stack, region or document.region)
        with aws_errors("AWS"):
            wanted = _one_off(clients, stack, one, image)
            describe(console, one.service, container, list(one.command), wanted)
            _refuse_second(clients, stack, one)
            if dry_run:
                return
            confirm(f"Migrate {stack}?", yes=yes)
            # Two that start at the same time would not see each other.
            with stack_lock(stack, "infra migrate"):
                _refuse_second(clients, stack, one)
                task = wanted.start(clients.ecs)
        say(console, f"The task is {task}")
    watch = watching(clients, document, one.service, container, task, console, seconds=one.seconds)
    raise typer.Exit(watched(watch))


def _chosen(stack: str, found: dict[str, Migration], service: str | None) -> Migration:
    if not found:
        why = refusal(
            got="no migration in the settings",
            allowed="one in `migration=` of ServiceSettings, or of PipelineSettings",
            fix=f"add it, or run a command: infra run {stack} SERVICE -- COMMAND",
        )
        raise ProblemsError.one(stack, why)
    if service is None and len(found) == 1:
        return next(iter(found.values()))
    if service not in found:
        got = "no service" if service is None else repr(service)
        why = refusal(got=got, allowed=", ".join(found), fix="name the service whose migration it is")
        raise ProblemsError.one(f"{stack} migration", why)
    return found[service]


def _one_off(clients: Any, stack: str, one: Migration, image: str | None) -> OneOff:
    deployed = deployed_services(clients.ecs, stack, [one.service])[one.service.service]
    definition = registrable(clients.ecs, described(clients.ecs, deployed["taskDefinition"]))
    running = {each["name"]: each["image"] for each in definition["containerDefinitions"]}
    if image:
        image = image_by_digest(image, running=running[one.container])
        check_image(clients.ecr, image)
    copy = copied(
        definition,
        family=one.family,
        container=one.container,
        command=one.command,
        image=image,
        variables=dict(one.variables),
    )
    return OneOff(
        cluster=one.service.cluster, service=deployed, overrides={}, started_by=_STARTED_BY, copy=copy
    )


def _refuse_second(clients: Any, stack: str, one: Migration) -> None:
    """Raise ProblemsError while a migration runs: this command's and the pipeline's are of one family."""
    found = clients.ecs.list_tasks(cluster=one.service.cluster, family=one.family)["taskArns"]
    if found:
        task = found[0].rpartition("/")[2]
        named = "" if one.container == one.service.container.name else f" --container {one.container}"
        why = refusal(
            got=f"one that runs: task {task}",
            allowed="one migration at a time",
            fix=f"wait for its end: infra run {stack} {one.service.service}{named} --attach {task}",
        )
        raise ProblemsError.one(f"{stack} migration", why)
