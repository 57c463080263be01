"""`infra status`: one screen about a deployed stack."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.live import Live

from backend.aws_errors import aws_errors
from modules.errors import ProblemsError, refusal
from modules.pause.expressions import PAUSED
from operations import aws
from operations.console import INTERRUPTED, AsJson
from operations.cost.estimate import estimate
from operations.cost.lines import Total
from operations.stacks import KnownStack
from operations.status.resources import Alarm, Store, caches, databases, ringing
from operations.status.services import RunningService, running_services
from operations.status.state import StackState, state_of
from operations.synthesized import SynthesizedStack, services, synthesized
from operations.transient import Patience

WATCH_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Status:
    """A stack, as AWS has it now. `cost` is an estimate by the JSON alone."""

    stack: str
    region: str
    state: StackState
    services: list[RunningService]
    absent: list[str]  # services of the JSON that are not deployed
    databases: list[Store]
    caches: list[Store]
    alarms: list[Alarm]
    cost: Total

    @property
    def well(self) -> bool:
        """Whether nothing rings, lacks or is half done: tasks, targets, deployments, a pause, the state."""
        lacking = self.alarms or self.absent or self.partly_paused or self.state.unpushed
        return not lacking and all(one.well for one in self.services)

    @property
    def partly_paused(self) -> list[str]:
        """The services that still want tasks though the state says that the stack is paused."""
        return partly_paused(self.state, self.services)


def partly_paused(state: StackState, services: Sequence[RunningService]) -> list[str]:
    """The services that a pause has not reached yet; none of a stack that runs."""
    return [one.service for one in services if one.desired] if state.paused else []


# How what is seen first is shown, and by what it gives, each later look.
Shown = Callable[[Status], AbstractContextManager[Callable[[Status], None]]]


def status(
    stack: KnownStack,
    *,
    as_json: AsJson = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look again every few seconds, until Ctrl-C")
    ] = False,
    region: aws.StackRegion = None,
) -> None:
    """Show what runs where: services, images, health, deployments, alarms, databases, caches, lock, cost.

    --watch --json prints one line of JSON for each look.

    Exit codes: 0 all is well, or Ctrl-C ended --watch; 1 an alarm rings, a service lacks tasks, targets are
    unhealthy or missing, a deployment failed, a pause has not ended, or a state is not pushed; 2 refused;
    130 Ctrl-C.
    """
    said, console = Console(stderr=True), Console()
    with said.status(f"Synthesizing {stack}"):
        document = synthesized(stack)
    clients = aws.Clients(stack, region or document.region)
    try:
        with aws_errors("AWS"):
            with said.status(f"Reading what runs of {stack}"):
                found = read(document, clients)
            if watch:
                _watch(document, clients, found, _lines if as_json else _screens(console))
            elif as_json:
                typer.echo(_json(found, indent=2))
            else:
                from operations.status.screen import screen

                console.print(screen(found), highlight=False)
    except KeyboardInterrupt:
        raise typer.Exit(0 if watch else INTERRUPTED) from None
    raise typer.Exit(0 if found.well else 1)


def read(stack: SynthesizedStack, clients: Any) -> Status:
    """Ask AWS. Raises ProblemsError for a stack that was never applied."""
    state = state_of(stack.name, PAUSED)
    known = services(stack)
    found = running_services(clients.ecs, clients.elbv2, list(known.values()))
    stores = databases(stack, clients.rds)
    if state.applied is not True and not found and not stores:
        why = refusal(
            got=f"a stack of which nothing is deployed in {clients.ecs.meta.region_name}",
            allowed="a stack that was applied",
            fix=f"apply it (docs/deploying.md): infra plan {stack.name} --save {stack.name}.plan",
        )
        raise ProblemsError.one(stack.name, why)
    # Until its pause has ended, it costs up to what it costs while it runs.
    paused = bool(state.paused) and not partly_paused(state, found)
    costs = estimate(stack.name, stack.document, paused=paused)
    return Status(
        stack=stack.name,
        region=clients.ecs.meta.region_name,
        state=state,
        services=found,
        absent=[name for name in known if name not in {one.service for one in found}],
        databases=stores,
        caches=caches(stack, clients.elasticache),
        alarms=ringing(stack, clients.cloudwatch),
        cost=costs.together,
    )


def _watch(document: SynthesizedStack, clients: Any, first: Status, shown: Shown) -> None:
    patience = Patience(Console(stderr=True))
    with shown(first) as show:
        while True:
            time.sleep(WATCH_SECONDS)
            # What state_of says of AWS is a sentence already; the rest passes, or is raised.
            if (found := patience.look(lambda: read(document, clients))) is not None:
                show(found)


@contextmanager
def _lines(first: Status) -> Iterator[Callable[[Status], None]]:
    """A line of JSON for each look."""

    def show(found: Status) -> None:
        print(_json(found), flush=True)

    show(first)
    yield show


def _screens(console: Console) -> Shown:
    """The screen, which a terminal replaces at each look."""
    from operations.status.screen import screen

    @contextmanager
    def shown(first: Status) -> Iterator[Callable[[Status], None]]:
        if not console.is_terminal:
            console.print(screen(first), highlight=False)
            yield lambda found: console.print(screen(found), highlight=False)
            return
        with Live(screen(first), console=console, auto_refresh=False) as live:
            yield lambda found: live.update(screen(found), refresh=True)

    return shown


def _json(found: Status, indent: int | None = None) -> str:
    return json.dumps(
        asdict(found) | {"partly_paused": found.partly_paused, "well": found.well},
        default=_as_text,
        indent=indent,
    )


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
