"""`infra run`: a command in a one-off task of a service."""

from __future__ import annotations

import shlex
from typing import Annotated, Any

import typer
from rich.console import Console

from backend.aws_errors import aws_errors
from modules.errors import Problem, ProblemsError, refusal
from operations import aws
from operations.console import DryRun, interruptible, say
from operations.deployed import deployed_services
from operations.revisions import described, registrable
from operations.stacks import KnownStack
from operations.synthesized import Container, Service, SynthesizedStack, services, synthesized
from operations.synthesized.choice import chosen_container, chosen_services
from operations.tasks.definition import check_image, copied, image_by_digest
from operations.tasks.start import OneOff, command_override
from operations.tasks.watch import Watch

Image = Annotated[
    str | None,
    typer.Option(help="Another image than the deployed one, by its digest: sha256:… or REPOSITORY@sha256:…"),
]
ContainerName = Annotated[
    str | None,
    typer.Option("--container", help="The container; by default that of the service's own program"),
]


def run(
    stack: KnownStack,
    service: Annotated[str, typer.Argument(help="The service; an unknown one lists those there are")],
    command: Annotated[
        list[str] | None, typer.Argument(help="The program and its arguments, after --")
    ] = None,
    *,
    container: ContainerName = None,
    image: Image = None,
    attach: Annotated[
        str | None, typer.Option(metavar="TASK", help="Watch a task that runs instead of starting one")
    ] = None,
    dry_run: DryRun = False,
    region: aws.StackRegion = None,
) -> None:
    """Run a command in a one-off Fargate task of a service, with its image, secrets, roles and network.

    Its lines come to standard output, everything else to standard error. The command runs under the
    entrypoint of the image. The task ends with the command, sidecars with it. Ctrl-C asks whether to stop it.

    Exit codes: that of the command; 2 refused, nothing ran; 125 it never ran; 130 interrupted, it goes on.
    """
    console = Console(stderr=True)
    with interruptible(console, "Stopped before a task was started."):
        with console.status(f"Synthesizing {stack}"):
            document = synthesized(stack)
        (one,) = chosen_services(stack, services(document), [service])
        of = chosen_container(one, container)
        words = _checked(command or [], attach=attach, image=image)
        clients = aws.Clients(stack, region or document.region)
        with aws_errors("AWS"):
            if attach is None:
                wanted = _one_off(clients, document, one, of, words, image)
                describe(console, one, of, words, wanted)
                if dry_run:
                    return
                attach = wanted.start(clients.ecs)
                say(console, f"The task is {attach}")
    watch = watching(clients, document, one, of, attach, console, started=bool(words))
    raise typer.Exit(watched(watch))


def watched(watch: Watch) -> int:
    """The exit code of a watched task; a cancelled CI job is asked nothing and leaves it running."""
    with interruptible(watch.console, f"The task goes on. Watch it: {watch.again}"), aws_errors("AWS"):
        return watch.to_the_end()


def watching(
    clients: Any,
    stack: SynthesizedStack,
    service: Service,
    container: Container,
    task: str,
    console: Console,
    *,
    seconds: float | None = None,
    started: bool = True,
) -> Watch:
    """A watch of a task, that says how to watch it again. `started`: a moment ago, by this run."""
    named = f" --container {container.name}" if container != service.container else ""
    again = f"infra run {stack.name} {service.service}{named} --attach {task.rpartition('/')[2]}"
    return Watch(
        ecs=clients.ecs,
        logs=clients.logs,
        cluster=service.cluster,
        task=task,
        container=container,
        console=console,
        again=again,
        seconds=seconds,
        started=started,
    )


def describe(
    console: Console, service: Service, container: Container, command: list[str], wanted: OneOff
) -> None:
    """Say what is about to run."""
    revision = str(wanted.service["taskDefinition"]).rpartition("/")[2]
    place = f"in a task of {revision}" if wanted.copy is None else f"in a copy of {revision}"
    say(console, f"{service.service}/{container.name} {place} on Fargate: {shlex.join(command)}")
    say(console, "  It runs under the entrypoint of the image, if that has one.")


def _checked(command: list[str], *, attach: str | None, image: str | None) -> list[str]:
    if attach is None and not command:
        why = refusal(got="no command", allowed="a program and its arguments", fix="write them after --")
        raise ProblemsError.one("the command", why)
    if attach is not None and not attach.strip():
        why = refusal(got=repr(attach), allowed="a task's ARN or its last part", fix="name one")
        raise ProblemsError.one("--attach", why)
    if attach is not None and (command or image):
        why = refusal(
            got="a command or an image too",
            allowed="a task that runs already",
            fix="leave them out, or --attach",
        )
        raise ProblemsError([Problem(where="--attach", what=why)])
    return command


def _one_off(
    clients: Any,
    stack: SynthesizedStack,
    service: Service,
    container: Container,
    command: list[str],
    image: str | None,
) -> OneOff:
    deployed = deployed_services(clients.ecs, stack.name, [service])[service.service]
    overrides = command_override(container.name, command)
    definition = registrable(clients.ecs, described(clients.ecs, deployed["taskDefinition"]))
    own = next(
        (one for one in definition["containerDefinitions"] if one["name"] == container.name),
        None,
    )
    if own is None:
        why = refusal(
            got=f"no container {container.name} in {deployed['taskDefinition'].rpartition('/')[2]}",
            allowed="one that is deployed",
            fix="apply the stack first",
        )
        raise ProblemsError.one(f"{stack.name} {service.service}", why)
    copy = None
    if image:
        image = image_by_digest(image, running=own["image"])
        check_image(clients.ecr, image)
    # An override has no entryPoint: under that of the task definition, the command would be its arguments.
    if image or own.get("entryPoint"):
        family = f"{stack.name}-{service.service}-run"
        copy = copied(
            definition, family=family, container=container.name, command=command, image=image, variables={}
        )
        overrides = {}
    return OneOff(
        cluster=service.cluster, service=deployed, overrides=overrides, started_by="infra-run", copy=copy
    )
