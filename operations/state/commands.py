"""The subcommands of `infra state`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console

from backend import BackendSettings, CloudSettings, LocalSettings, S3States, load
from backend.aws_errors import ForbiddenError
from backend.records import Lock
from backend.states import StateStore
from modules.errors import ProblemsError
from operations.console import DryRun, Yes, confirm, table
from operations.stacks import Stack, unknown_stack
from stacks.state_backend.settings import NAME as STATE_BACKEND

app = typer.Typer(help="List, unlock and create the states of the stacks.", no_args_is_help=True)


@app.command("list")
def list_states() -> None:
    """List the states: serial, size and age of each, and who has locked it.

    A state that these credentials may not read is listed as such.
    """
    states = s3_only(load())
    shown = table("stack", "serial", "resources", "bytes", "last written", "locked by")
    with Console().status("Reading the states"):
        for stack, store in _stores(states).items():
            try:
                found, locks = store.state(stack), store.locks(stack)
            except ForbiddenError:
                shown.add_row(stack, "no permission", "", "", "", "", style="dim")
                continue
            held = ", ".join(dict.fromkeys(f"{lock.who}, {_age(lock)}" for lock in locks))
            if found is None:
                shown.add_row(stack, "none", "", "", "", held)
                continue
            left = "; ".join(filter(None, (held, "stale digest" if found.digest_is_stale else "")))
            numbers = (str(found.serial), str(len(found.ids)), str(found.size))
            shown.add_row(stack, *numbers, f"{found.modified:%Y-%m-%d %H:%M} UTC", left)
    Console().print(shown)


@app.command()
def show(stack: Stack) -> None:
    """List the versions of a stack's state that the bucket keeps, newest first."""
    store = _store(s3_only(load()), stack)
    shown = table("version", "written", "bytes", "")
    for version in store.versions(stack):
        written = f"{version.modified:%Y-%m-%d %H:%M:%S} UTC"
        shown.add_row(version.id, written, str(version.size), "current" if version.latest else "")
    Console().print(shown)


@app.command()
def unlock(stack: Stack, *, yes: Yes = False) -> None:
    """Release the locks of a stack's state, after an apply that was killed.

    Shows who holds them and asks first. Each lock is released by itself, so one without its pair is too;
    a lock that is taken meanwhile stays.
    """
    store = _store(s3_only(load()), stack)
    locks = store.locks(stack)
    if not locks:
        Console().print(f"{stack} is not locked.")
        return
    for lock in locks:
        Console().print(f"{lock.where}: held {_age(lock)} by {lock.who}, of {lock.operation} ({lock.id})")
    confirm("Release it? Only if that is no longer running.", yes=yes)
    for lock in locks:
        store.release(lock)
    Console().print(f"{stack} is unlocked.")
    state = store.state(stack)
    if state is not None and state.digest_is_stale:
        Console().print(f"Its digest is stale, so Terraform refuses it: infra state delete-digest {stack}")


@app.command("delete-digest")
def delete_digest(stack: Stack, *, yes: Yes = False) -> None:
    """Delete the stale digest of a state, so that Terraform accepts what the bucket holds.

    A digest is stale after a time without the table, after a version was restored by hand, or after a kill
    between the two writes.
    """
    store = _store(s3_only(load()), stack)
    state = store.state(stack)
    if state is None or not state.digest_is_stale:
        Console().print(f"The digest of {stack} is not stale.")
        return
    written = f"{state.modified:%Y-%m-%d %H:%M} UTC"
    Console().print(f"In the bucket: serial {state.serial}, {len(state.ids)} resources, written {written}")
    confirm("Is that the state to go on with? The versions: infra state show", yes=yes)
    store.delete_digest(stack)
    Console().print("Terraform accepts it now, and writes a new digest with the next change.")


def _state_backend(name: str) -> str:
    backends = [known for known in _catalogue() if known.startswith(STATE_BACKEND)]
    if name not in backends:
        raise unknown_stack(name, backends)
    return name


@app.command()
def bootstrap(
    stack: Annotated[
        str,
        typer.Argument(
            help="Which state backend: state-backend-recovery is that of recovery stacks, in their region",
            callback=_state_backend,
        ),
    ] = STATE_BACKEND,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Create the state backend with a local state, then migrate that state into it.

    Safe to stop and to run again at any point: it continues from what exists, and never overwrites a state.
    """
    from operations.state.bootstrap import Bootstrap

    settings = load()
    if isinstance(settings, CloudSettings):
        s3_only(settings)
    Bootstrap(stack, Console(), confirm=lambda question: confirm(question, yes=yes)).run(dry_run=dry_run)


def s3_only(settings: BackendSettings) -> S3States:
    """The settings of the S3 backend. Raises ProblemsError that says where the states are otherwise."""
    if isinstance(settings, CloudSettings):
        place = f"workspaces of https://{settings.hostname}/app/{settings.organization}, which keep and lock"
        raise ProblemsError.one("INFRA_BACKEND", f"is cloud: the states are in the {place} them; look there")
    if isinstance(settings, LocalSettings):
        raise ProblemsError.one("INFRA_BACKEND", "is local: the states are below .state/; look there")
    return settings


def _stores(states: S3States) -> dict[str, StateStore]:
    """The store of every stack: those of the catalogue, and others that left a state in the bucket."""
    known = _catalogue()
    default = StateStore(states.default())
    others = default.stacks() - set(known)
    return {stack: StateStore(states.of(stack)) for stack in (*known, *sorted(others))}


def _store(states: S3States, stack: str) -> StateStore:
    stores = _stores(states)
    if stack not in stores:
        raise unknown_stack(stack, stores)
    return stores[stack]


def _catalogue() -> list[str]:
    from stacks.catalogue import catalogue

    return list(catalogue())


def _age(lock: Lock) -> str:
    age = datetime.now(UTC) - lock.created
    for seconds, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if age >= timedelta(seconds=2 * seconds):
            return f"for {age // timedelta(seconds=seconds)} {unit}"
    return f"for {max(0, age // timedelta(seconds=1))} seconds"
