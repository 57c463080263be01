"""`infra workflows`: the stacks in the workflows of GitHub Actions, from the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from modules.errors import ProblemsError
from modules.files import write_atomically
from operations.project import ROOT, require_checkout

DIRECTORY = ROOT / ".github/workflows"
_LIST = re.compile(
    r"^(?P<indent> *)(?P<head>\w+: # (?P<kind>\w+) stacks, as `infra workflows` writes them)\n"
    r"(?:(?P=indent)  - .*\n)*",
    re.MULTILINE,
)
_OUT_OF_STEP = 1


def workflows(
    *, check: Annotated[bool, typer.Option("--check", help="Write nothing; say what is out of step")] = False
) -> None:
    """Write the stacks of the catalogue into the workflows of GitHub Actions.

    Exits with 1 if `--check` finds a workflow that is out of step, and with 2 if none has a list.
    """
    require_checkout("infra workflows")
    stale = [(file, text) for file, text in in_step(DIRECTORY, stack_lists()) if text != file.read_text()]
    for file, text in stale:
        if not check:
            write_atomically(file, text.encode())
        typer.echo(f"  {'out of step' if check else 'wrote'}  {file.relative_to(ROOT)}")
    if not stale:
        typer.echo("Each workflow has the stacks of the catalogue.")
    if stale and check:
        raise typer.Exit(_OUT_OF_STEP)


def stack_lists() -> dict[str, Sequence[str]]:
    """`all` stacks of the catalogue, and those that are `deployed` by the roles of workflows.

    Not among `all` is a recovery of which nothing stands by: until a failover creates it, it has no state to
    compare with, and no copy chosen that its database is made from.
    """
    from modules.resilience.recovery.settings import RecoveryTier
    from stacks.account.settings import account_settings
    from stacks.catalogue import catalogue

    entries = catalogue()
    settings = account_settings([entry for entry in entries.values() if entry.networks])
    absent = {
        name
        for name, entry in entries.items()
        if entry.recovery_of
        and (recovery := entries[entry.recovery_of].recovery)
        and recovery.tier is RecoveryTier.BACKUP
    }
    standing = [name for name in entries if name not in absent]
    return {"all": standing, "deployed": list(settings.github.stacks if settings.github else ())}


def in_step(directory: Path, lists: Mapping[str, Sequence[str]]) -> Iterator[tuple[Path, str]]:
    """Each workflow, and what is to be in it. Raises ProblemsError where none has a list of stacks."""
    found = [(file, _written(file.read_text(), lists)) for file in sorted(directory.glob("*.yml"))]
    if not any(_LIST.search(text) for _, text in found):
        raise ProblemsError.one(str(directory), "no workflow has a list of stacks; see docs/github.md")
    yield from found


def _written(text: str, lists: Mapping[str, Sequence[str]]) -> str:
    def listed(found: re.Match[str]) -> str:
        indent = found["indent"]
        lines = "".join(f"{indent}  - {stack}\n" for stack in lists[found["kind"]])
        return f"{indent}{found['head']}\n{lines}"

    return _LIST.sub(listed, text)
