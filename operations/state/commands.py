"""The subcommands of `infra state`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from backend import BackendSettings, CloudSettings, LocalSettings, S3States, load
from backend.records import Lock
from backend.states import StateStore
from modules.errors import ProblemsError, refusal

app = typer.Typer(help="The states of the stacks: in which bucket, held by whom.", no_args_is_help=True)
Stack = Annotated[str, typer.Argument(help="The stack, such as ohi-dev")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask")]
_console = Console()


@app.command("list")
def list_states() -> None:
    """Which stacks have a state, how big and how old it is, and who holds it."""
    states = s3_only(load())
    table = Table("stack", "serial", "resources", "bytes", "last written", "locked by", box=None)
    with _console.status("Reading the states"):
        for stack, store in _stores(states).items():
            found, locks = store.state(stack), store.locks(stack)
            held = ", ".join(dict.fromkeys(f"{lock.who}, {_age(lock)}" for lock in locks))
            if found is None:
                table.add_row(stack, "none", "", "", "", held)
                continue
            stale = "; stale digest" if found.digest_is_stale else ""
            numbers = (str(found.serial), str(len(found.ids)), str(found.size))
            table.add_row(stack, *numbers, f"{found.modified:%Y-%m-%d %H:%M} UTC", held + stale)
    _console.print(table)


@app.command()
def show(stack: Stack) -> None:
    """The versions of a stack's state that the bucket keeps, newest first: which one to restore."""
    store = _store(s3_only(load()), stack)
    table = Table("version", "written", "bytes", "", box=None)
    for version in store.versions(stack):
        written = f"{version.modified:%Y-%m-%d %H:%M:%S} UTC"
        table.add_row(version.id, written, str(version.size), "current" if version.latest else "")
    _console.print(table)


@app.command()
def unlock(stack: Stack, *, yes: Yes = False) -> None:
    """Show who holds a stack's state, ask, and release it: after an apply that was killed.

    Each lock is removed by itself, so a half-taken pair goes too; a lock taken meanwhile stays.
    """
    store = _store(s3_only(load()), stack)
    locks = store.locks(stack)
    if not locks:
        _console.print(f"{stack} is not locked.")
        return
    for lock in locks:
        _console.print(f"{lock.where}: {lock.who} holds it for {lock.operation}, {_age(lock)} ({lock.id})")
    confirm("Release it? Only if that is no longer running.", yes=yes)
    for lock in locks:
        store.release(lock)
    _console.print(f"{stack} is unlocked.")
    state = store.state(stack)
    if state is not None and state.digest_is_stale:
        _console.print(f"Its digest is stale, so Terraform refuses it: infra state delete-digest {stack}")


@app.command("delete-digest")
def delete_digest(stack: Stack, *, yes: Yes = False) -> None:
    """Accept the state in the bucket, though the lock table expects other content.

    Stale after a time without the table, a version restored by hand, or a kill between the two writes.
    """
    store = _store(s3_only(load()), stack)
    state = store.state(stack)
    if state is None or not state.digest_is_stale:
        _console.print(f"The digest of {stack} is not stale.")
        return
    written = f"{state.modified:%Y-%m-%d %H:%M} UTC"
    _console.print(f"In the bucket: serial {state.serial}, {len(state.ids)} resources, written {written}")
    confirm("Is that the state to go on with? The versions: infra state show", yes=yes)
    store.delete_digest(stack)
    _console.print("Terraform takes it now, and writes a new digest with the next change.")


@app.command()
def bootstrap(
    *,
    yes: Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say the steps, do nothing")] = False,
) -> None:
    """Create what holds the states, with its own state here, then move that state into it.

    Safe to stop and to run again at any point: it goes on from what it finds, and never overwrites a state.
    """
    from operations.state.bootstrap import Bootstrap

    Bootstrap(_console, confirm=lambda question: confirm(question, yes=yes)).run(dry_run=dry_run)


def confirm(question: str, *, yes: bool) -> None:
    """Ask, and stop here unless the answer is yes. Raises ProblemsError when there is nobody to ask."""
    if yes:
        return
    if not sys.stdin.isatty():
        why = refusal(got="no terminal", allowed="an answer", fix="run it with --yes if it is meant")
        raise ProblemsError.one(question, why)
    typer.confirm(question, abort=True)


def s3_only(settings: BackendSettings) -> S3States:
    """The S3 backend. Raises ProblemsError saying where the states are instead."""
    if isinstance(settings, CloudSettings):
        place = f"workspaces of https://{settings.hostname}/app/{settings.organization}, which keep and lock"
        raise ProblemsError.one("INFRA_BACKEND", f"is cloud: the states are in the {place} them; look there")
    if isinstance(settings, LocalSettings):
        raise ProblemsError.one("INFRA_BACKEND", "is local: the states are below .state/; look there")
    return settings


def _stores(states: S3States) -> dict[str, StateStore]:
    """Every stack of the catalogue and every other that left a state, with where its state is."""
    known = _catalogue()
    default = StateStore(states.default())
    others = default.stacks() - set(known)
    return {stack: StateStore(states.of(stack)) for stack in (*known, *sorted(others))}


def _store(states: S3States, stack: str) -> StateStore:
    stores = _stores(states)
    if stack not in stores:
        why = refusal(got=repr(stack), allowed=", ".join(stores), fix="name one of these")
        raise ProblemsError.one("stack", why)
    return stores[stack]


def _catalogue() -> list[str]:
    from stacks.catalogue import catalogue

    return list(catalogue())


def _age(lock: Lock) -> str:
    age = datetime.now(UTC) - lock.created
    for seconds, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if age >= timedelta(seconds=2 * seconds):
            return f"since {age // timedelta(seconds=seconds)} {unit}"
    return f"since {max(0, age // timedelta(seconds=1))} seconds"
