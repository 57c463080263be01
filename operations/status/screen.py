"""The status of a stack on one screen of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from operations.console import table
from operations.image_references import short_digest
from operations.status.command import Status
from operations.status.resources import Store
from operations.status.services import RunningService

# Unlike a standby, a pause has no guard: a resume loses nothing (docs/decisions/pause.md).
_RESUMES = "To end the pause: infra resume {stack}\nA plain terraform apply, or cdktf deploy, ends it too."
_PARTLY = "Its pause has not ended: {services}.\nTo finish it: infra pause {stack}"
_GOOD, _BAD = "green", "bold red"
_FINE = {"available", "SUCCESSFUL", "COMPLETED", "stopped"}
_MOVING = {"PENDING", "IN_PROGRESS"}


def screen(status: Status) -> RenderableType:
    """Everything, the alarms first."""
    return Group(*_parts(status))


def _parts(status: Status) -> Iterator[RenderableType]:
    yield Text(_head(status), style="bold")
    yield from _state(status)
    for alarm in status.alarms:
        yield Text(f"ALARM {alarm.name} since {alarm.since}", style=_BAD)
    if status.services:
        yield _services(status.services)
    if status.absent:
        yield Text(f"Not deployed: {', '.join(status.absent)}", style=_BAD)
    if stores := [*status.databases, *status.caches]:
        yield _stores(stores)
    if status.cost.lacks:
        yield Text(f"Of its cost {status.cost.lacks}: infra cost {status.stack}")


def _partly(status: Status) -> str:
    wanting = status.partly_paused
    services = f"{', '.join(wanting)} still {'wants' if len(wanting) == 1 else 'want'} tasks"
    return _PARTLY.format(services=services, stack=status.stack)


def _state(status: Status) -> Iterator[Text]:
    if status.partly_paused:
        yield Text(_partly(status), style=_BAD)
    elif status.state.paused:
        yield Text(_RESUMES.format(stack=status.stack), style="yellow")
    for holder in status.state.locks:
        yield Text(f"Its state is locked: {holder}", style="yellow")
    for what in status.state.unpushed:
        yield Text(f"Its state is not pushed: {what}", style=_BAD)


def _head(status: Status) -> str:
    mode = {True: "paused", False: "running", None: "state not read"}[status.state.paused]
    mode = "partly paused" if status.partly_paused else mode
    cost = "cost unknown" if status.cost.all_unknown else f"{status.cost.figure} USD a month"
    number = len(status.alarms)
    rings = {0: "no alarm rings", 1: "1 alarm rings"}.get(number, f"{number} alarms ring")
    return f"{status.stack} in {status.region}: {mode}, {rings}, {cost}"


def _services(services: list[RunningService]) -> Table:
    shown = table(title="")
    # In a terminal of less than 80 columns the digest and the time are cut, not the numbers.
    shown.add_column("service", no_wrap=True, min_width=max(len(one.service) for one in services))
    shown.add_column("tasks", justify="right", no_wrap=True, min_width=len("tasks"))
    shown.add_column("zones", no_wrap=True, min_width=len("zones"))
    shown.add_column("health", justify="right", no_wrap=True, min_width=len("health"))
    shown.add_column("image", no_wrap=True, min_width=len("image"))
    shown.add_column("deployment", no_wrap=True, min_width=len("deployment"))
    for one in services:
        health = "" if one.targets is None else f"{one.healthy}/{one.targets}"
        at = f" {one.deployed_at:%m-%d}" if one.deployed_at else ""
        shown.add_row(
            one.service,
            Text(f"{one.running}/{one.desired}", style=_GOOD if one.running == one.desired else _BAD),
            " ".join(zone[-1] for zone in one.zones),
            Text(health, style=_GOOD if one.reached else _BAD),
            "\n".join(_short(image) for image in one.images),
            Text(one.deployment, style=_style(one.deployment)) + Text(at),
        )
    return shown


def _stores(stores: list[Store]) -> Table:
    shown = table("database or cache", "engine", "status", "pending", title="")
    for one in stores:
        status = Text(one.status, style=_style(one.status))
        shown.add_row(one.name, f"{one.engine} {one.version}", status, ", ".join(one.pending))
    return shown


def _style(state: str) -> str:
    if state in _FINE:
        return _GOOD
    return "yellow" if state in _MOVING else _BAD


def _short(image: str) -> str:
    _, digest, number = image.partition("sha256:")
    return short_digest(number) if digest else image.rpartition("/")[2]
