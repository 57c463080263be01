"""The command line of `infra deploy`."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console

from backend.aws_errors import aws_errors
from modules.errors import ProblemsError
from operations import synthesized
from operations.aws import PATIENT, Clients
from operations.console import AsJson, DryRun, Yes, confirm, interruptible, say, table
from operations.deploy import checks
from operations.deploy.deployment import Deployment
from operations.deploy.health import unhealthy
from operations.deploy.releases import Release, Wanted, parameters
from operations.deploy.watch import Wait
from operations.deployed import deployed_services
from operations.progress import Progress
from operations.stacks import KnownStack
from operations.synthesized import SynthesizedStack

_FAILED, _NOT_OVER, _LEFT = 1, 3, 130
_EXIT_CODES = """
Exit codes: **0** every service runs its image and answers. **1** a service did not deploy (ECS went back to
the revision before), or does not answer. **2** refused, nothing was changed. **3** `--wait` is over and a
deployment still goes on. **130** left with Ctrl-C: what was begun goes on in ECS; the same command goes on
from there.
"""


def deploy(
    stack: KnownStack,
    services: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SERVICE[=IMAGE]]...",
            help="A service and its image by digest: `api=sha256:…`, or the whole reference. Without an "
            "image it starts again with what it runs; without any service, every one does",
        ),
    ] = None,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    health: Annotated[bool, typer.Option(help="Ask the health of the services from outside")] = True,
    despite_alarms: Annotated[
        bool, typer.Option("--despite-alarms", help="Deploy though alarms ring, to mend what they ring for")
    ] = False,
    wait: Annotated[float, typer.Option(min=0, help="How many minutes to wait")] = 30,
    poll: Annotated[
        float, typer.Option(min=0, max=5, help="Seconds between two looks at the deployments")
    ] = 3,
) -> None:
    """Deploy images into the services of a stack, side by side, and judge each by its own service deployment.

    Services that share an image are deployed together. Run again, it goes on where it was stopped.
    """
    console = Console(stderr=as_json)
    with interruptible(console, "Stopped. Nothing was begun."):
        progress = Progress(console)
        with progress.step(f"Synthesizing {stack}") as step:
            document = synthesized.synthesized(stack)
            step.done = f"Synthesized {stack}"
        with aws_errors("AWS"):
            run = _Run(console, document, services or [])
            with progress.step("Checking") as step:
                run.check(despite_alarms=despite_alarms)
                step.done = "Checked images, alarms, quotas, and what is under way"
            run.show()
            if dry_run:
                if as_json:
                    print(json.dumps(run.plan(), indent=2))
                return
            if not services:
                confirm(f"Start every service of {stack} again?", yes=yes)
    try:
        with aws_errors("AWS"):
            code = run.carry_out(poll=poll, minutes=wait, health=health)
    except ProblemsError as error:
        say(console, f"{error}\nWhat was begun goes on in ECS; to go on from here: {run.again}")
        raise typer.Exit(_FAILED) from None
    if as_json:
        print(json.dumps(run.result(code), indent=2))
    if code:
        raise typer.Exit(code)


deploy.__doc__ = (deploy.__doc__ or "") + _EXIT_CODES


class _Run:
    """One run of the command on one stack."""

    def __init__(self, console: Console, stack: SynthesizedStack, words: Sequence[str]) -> None:
        self._console, self._stack, self._words = console, stack, words
        self._clients = Clients(stack.name, stack.region, retries=PATIENT)
        self._known = synthesized.services(stack)
        self._releases: list[Release] = []
        self._running: dict[str, Any] = {}
        self._unhealthy: dict[str, str] = {}

    def check(self, *, despite_alarms: bool) -> None:
        """Raises ProblemsError with everything that speaks against it."""
        clients, name = self._clients, self._stack.name
        checks.check_account(clients, self._stack)
        if not self._known:
            raise ProblemsError.one(name, "has no services that could be deployed")
        self._running = deployed_services(clients.ecs, name, [*self._known.values()])
        wanted = Wanted(name, self._words, self._known, parameters(clients.ssm, self._known))
        self._releases = wanted.releases
        found = checks.problems(clients, name, self._releases, self._running, despite_alarms=despite_alarms)
        if problems := [*wanted.problems, *found]:
            raise ProblemsError(problems)

    def show(self) -> None:
        """What would be deployed."""
        shown = table("service", "tasks", title=f"Deploying to {self._stack.name}")
        shown.add_column("image", overflow="fold")
        for release in self._releases:
            for service in release.services:
                tasks = self._running[service.service]["desiredCount"]
                image = release.image or f"again: {release.value}"
                shown.add_row(service.service, str(tasks) if tasks else "0: nothing will be tried", image)
        self._console.print(shown)

    def plan(self) -> dict[str, Any]:
        """What would be deployed, for programs."""
        services = {
            service.service: {
                "image": release.image or release.value,
                "starts_again": release.image is None,
                "running": release.value,
                "tasks": self._running[service.service]["desiredCount"],
            }
            for release in self._releases
            for service in release.services
        }
        return {"stack": self._stack.name, "dry_run": True, "services": services}

    def carry_out(self, *, poll: float, minutes: float, health: bool) -> int:
        """Deploy, and give the exit code."""
        self._deployment = Deployment(self._console, self._clients, self._releases, self._running)
        left = self._interruptibly(poll, minutes)
        if left:
            say(self._console, f"Left. What was begun goes on in ECS; to go on from here: {self.again}")
            return _LEFT
        if over := [one.service for one in self._deployment.rollouts if not one.ended]:
            say(self._console, f"--wait is over: {', '.join(over)} still under way; to go on: {self.again}")
            return _NOT_OVER
        failed = sorted(one.service for one in self._deployment.rollouts if one.failed)
        if health:
            self._ask_health(failed)
        self._tell(failed)
        return _FAILED if failed or self._unhealthy else 0

    def _interruptibly(self, poll: float, minutes: float) -> bool:
        """Whether the deployment was left while it went on."""
        earlier = signal.signal(signal.SIGTERM, signal.default_int_handler)
        wait = Wait.of(poll, minutes)
        try:
            begun = False
            while True:
                try:
                    if not begun:
                        self._deployment.start()
                        begun = True
                    self._deployment.watch(wait)
                    self._deployment.take_back(wait)
                except KeyboardInterrupt:
                    answer = _choice(self._console)
                    if answer == "leave":
                        return True
                    if answer == "roll back":
                        self._deployment.roll_back()
                        begun = True
                else:
                    return False
        except KeyboardInterrupt:
            return True
        finally:
            signal.signal(signal.SIGTERM, earlier)

    def _ask_health(self, failed: Sequence[str]) -> None:
        services = [
            one for release in self._releases for one in release.services if one.service not in failed
        ]
        addresses = [
            address
            for one in services
            if self._running[one.service]["desiredCount"]
            for address in one.addresses
        ]
        if addresses:
            with Progress(self._console).step(f"Asking {', '.join(addresses)}") as step:
                self._unhealthy = unhealthy(addresses)
                step.done = f"Asked {', '.join(addresses)}"
        for address, why in self._unhealthy.items():
            say(
                self._console,
                f"{address}: {why}. The tasks are healthy to ECS: look at DNS, certificate, firewall.",
            )

    def _tell(self, failed: Sequence[str]) -> None:
        good = [one.service for one in self._deployment.rollouts if one.service not in failed]
        if good:
            say(self._console, f"Deployed: {', '.join(good)}")
        if failed:
            say(self._console, f"Failed: {', '.join(failed)}; see docs/runbooks/failed-deployment.md")

    @property
    def again(self) -> str:
        """The same command."""
        return " ".join(["infra deploy", self._stack.name, *self._words])

    def result(self, code: int) -> dict[str, Any]:
        """For programs."""
        deployed = {one.service: one for one in self._deployment.rollouts}
        services = {}
        for release in self._releases:
            for service in release.services:
                one = deployed.get(service.service)
                services[service.service] = {
                    "image": release.image or release.value,
                    "status": one.status if one else "UNCHANGED",
                    "reason": one.reason if one else "",
                    "service_deployment": one.arn if one else "",
                    "unhealthy": {
                        name: why for name, why in self._unhealthy.items() if name in service.addresses
                    },
                }
        return {"stack": self._stack.name, "exit_code": code, "services": services}


def _choice(console: Console) -> str:
    """What to do after Ctrl-C. A second one leaves; where nobody can be asked, so does the first."""
    if not sys.stdin.isatty():
        return "leave"
    answers = {"w": "wait", "r": "roll back", "l": "leave"}
    say(console, "\nThe deployments go on in ECS.")
    while True:
        try:
            say(console, "Wait on (w), roll back (r), or leave (l)?")
            given = input().strip().lower()[:1]
        except (KeyboardInterrupt, EOFError):
            return "leave"
        if given in answers:
            return answers[given]
