"""`infra exec`: a session of ECS Exec, after what it needs was checked."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
from typing import Annotated, Any

import typer
from rich.console import Console

from backend.aws_errors import aws_errors
from modules.errors import ProblemsError, refusal
from operations import aws
from operations.console import interruptible, say
from operations.deployed import deployed_services
from operations.exec import checks
from operations.stacks import KnownStack
from operations.synthesized import Service, services, synthesized
from operations.synthesized.choice import chosen_container, chosen_services

_SHELL = "/bin/sh"


def exec_(
    stack: KnownStack,
    service: Annotated[str, typer.Argument(help="The service; an unknown one lists those there are")],
    command: Annotated[
        list[str] | None, typer.Argument(help=f"The program and its arguments; by default {_SHELL}")
    ] = None,
    *,
    container: Annotated[
        str | None, typer.Option(help="The container; by default that of the service's own program")
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="One of the running tasks; by default the latest, or of a one-off task")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", "--dry-run", help="Check what it needs, open nothing")
    ] = False,
    region: aws.StackRegion = None,
) -> None:
    """Open a session in a running task: the plugin, permissions, network and agent are checked before.

    Exit codes: 0, or that of the session's plugin; 2 refused, with everything that is missing and what to do.
    """
    console = Console(stderr=True)
    with interruptible(console, "Stopped before a session was opened."):
        with console.status(f"Synthesizing {stack}"):
            document = synthesized(stack)
        (one,) = chosen_services(stack, services(document), [service])
        name = chosen_container(one, container).name
        clients = aws.Clients(stack, region or document.region)
        with aws_errors("AWS"), console.status("Checking what a session needs"):
            target = _target(clients, stack, one, name, task)
            _check(clients, target)
        identity = target.task["taskArn"].rpartition("/")[2]
        say(console, f"{name} of task {identity} can be entered.")
        if check:
            return
        with aws_errors("AWS"):
            opened = clients.ecs.execute_command(
                cluster=one.cluster,
                task=target.task["taskArn"],
                container=name,
                command=shlex.join(command) if command else _SHELL,
                interactive=True,
            )
    raise typer.Exit(_session(clients.ecs, opened, one.cluster, target))


def _check(clients: Any, target: checks.Target) -> None:
    """Raise ProblemsError with everything that is missing."""
    found = [
        *checks.plugin(),
        *checks.enabled(target),
        *checks.definition(target),
        *checks.role(target, clients.iam),
        *checks.network(target, clients.ec2),
        *checks.agent(target),
    ]
    if found:
        raise ProblemsError(found)


def _target(clients: Any, stack: str, service: Service, container: str, wanted: str | None) -> checks.Target:
    deployed = deployed_services(clients.ecs, stack, [service])[service.service]
    task = _task(clients.ecs, stack, service, deployed, wanted)
    definition = clients.ecs.describe_task_definition(taskDefinition=task["taskDefinitionArn"])
    return checks.Target(
        where=f"{stack} {service.service}",
        service=deployed,
        task=task,
        definition=definition["taskDefinition"],
        container=container,
    )


def _task(ecs: Any, stack: str, service: Service, deployed: Any, wanted: str | None) -> Any:
    if wanted:
        names = [wanted.rpartition("/")[2]]
    else:
        names = ecs.list_tasks(cluster=service.cluster, serviceName=service.name)["taskArns"]
    found = ecs.describe_tasks(cluster=service.cluster, tasks=names)["tasks"] if names else []
    running = [one for one in found if one["lastStatus"] == "RUNNING"]
    if not running:
        desired = deployed["desiredCount"]
        why = refusal(
            got=f"no running task {wanted}" if wanted else f"no running task ({desired} wanted)",
            allowed="a task that runs",
            fix=f"see why: infra status {stack}; or run one: infra run {stack} {service.service} -- COMMAND",
        )
        raise ProblemsError.one(f"{stack} {service.service}", why)
    return max(running, key=lambda one: one["startedAt"])


def _session(ecs: Any, opened: Any, cluster: str, target: checks.Target) -> int:
    """Run the plugin with the arguments that the AWS CLI gives it, and give its exit code.

    Source: awscli/customizations/ecs/executecommand.py of aws/aws-cli, which ignores Ctrl-C meanwhile too: it
    is for the program in the session.
    """
    task = opened["taskArn"].rpartition("/")[2]
    about = {"Target": f"ecs:{cluster}_{task}_{target.described['runtimeId']}"}
    words = [
        checks.PLUGIN,
        json.dumps(opened["session"]),
        ecs.meta.region_name,
        "StartSession",
        "",  # no profile: the session carries its own token
        json.dumps(about),
        ecs.meta.endpoint_url,
    ]
    # A handler, which a new program does not inherit; it would inherit an ignored signal.
    earlier = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(words, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, earlier)
