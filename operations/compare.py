"""`infra compare`: the synthesized stacks against those of a git revision, byte for byte."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from modules.errors import ProblemsError, refusal
from operations import project
from operations.console import AsJson, interruptible
from operations.differences import Difference, differences
from operations.progress import Progress
from operations.terraform import process
from stacks.output import DOCUMENT

_DIFFERENT = 1
# What a hook of git sets about the repository that it runs in.
_GIT_VARIABLES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")


def compare(
    revision: Annotated[str, typer.Argument(help="A commit, branch or tag of this repository")],
    *,
    as_json: AsJson = False,
) -> None:
    """Compare the synthesized stacks with those of a git revision, byte for byte.

    Synthesizes the revision in a temporary worktree, and the working tree with its uncommitted changes; both
    leave cdktf.out as it is. Exits with 0 when all stacks are identical, with 1 when one differs, with 2
    when either cannot be synthesized.
    """
    console = Console(stderr=True)
    with interruptible(console, "Stopped; the temporary worktree is removed."):
        commit, found = _compared(revision, Progress(console))
    different = [name for name, difference in found.items() if difference]
    if as_json:
        typer.echo(_to_json(commit, found))
    else:
        for line in _lines(found):
            typer.echo(line)
        some = f"{len(different)} of {len(found)} stacks differ from"
        name = revision if commit.startswith(revision) else f"{revision} ({commit[:8]})"
        typer.echo(f"{some if different else 'All stacks are identical to'} those of {name}.")
    if different:
        raise typer.Exit(_DIFFERENT)


def _compared(revision: str, progress: Progress) -> tuple[str, dict[str, Difference | None]]:
    """The commit of a revision, and the difference of each stack."""
    commit, before, after = synthesized_before_and_after(revision, progress)
    return commit, differences(before, after)


def synthesized_before_and_after(
    revision: str, progress: Progress
) -> tuple[str, dict[str, bytes], dict[str, bytes]]:
    """The commit of a revision, and the JSON of every stack there and in the working tree.

    Raises ProblemsError for a revision that there is not, or that cannot be synthesized.
    """
    repository = project.MAIN.parent
    commit = _commit(repository, revision)
    with TemporaryDirectory(prefix="compare-") as scratch:
        directory = Path(scratch)
        with (
            _worktree(repository, commit, directory / "worktree") as checkout,
            progress.step(f"Synthesizing {revision}") as step,
        ):
            before = _synthesized(checkout, directory / "before", where=f"main.py at {revision}")
            step.done = f"Synthesized {revision}"
        with progress.step("Synthesizing the working tree") as step:
            after = _synthesized(repository, directory / "after", where="main.py of the working tree")
            step.done = "Synthesized the working tree"
    return commit, before, after


def _synthesized(directory: Path, output: Path, *, where: str) -> dict[str, bytes]:
    """The JSON of every stack that a directory's main.py writes. Raises ProblemsError, naming `where`."""
    main = directory / project.MAIN.name
    if not main.is_file():
        raise ProblemsError.one(where, "does not exist; name a revision that has one")
    # Its own modules and packages before those that are installed, which are this checkout's.
    paths = [directory, *sorted(directory.glob("packages/*/src")), os.environ.get("PYTHONPATH")]
    search_path = os.pathsep.join(str(path) for path in paths if path)
    try:
        project.synthesize(main, CDKTF_OUTDIR=str(output), INFRA_STACKS="", PYTHONPATH=search_path)
    except ProblemsError as error:
        lines = error.problems[0].what.splitlines()
        said = lines[-1] if any(line.startswith("Traceback ") for line in lines) else "\n".join(lines)
        fix = "run main.py there to see more; a revision may need the packages of its own requirements.lock"
        raise ProblemsError.one(where, f"does not synthesize: {said}; {fix}") from None
    written = {file.parent.name: file.read_bytes() for file in output.glob(f"stacks/*/{DOCUMENT}")}
    if not written:
        raise ProblemsError.one(where, "wrote no stack below CDKTF_OUTDIR; compare with a revision that does")
    return written


@contextmanager
def _worktree(repository: Path, commit: str, directory: Path) -> Iterator[Path]:
    """Check a commit out into a temporary worktree; the directory in it that the project is in."""
    prefix = _git(repository, "rev-parse", "--show-prefix").output.strip()
    try:
        added = _git(repository, "worktree", "add", "--quiet", "--detach", str(directory), commit)
        if added.code != 0:
            raise ProblemsError.one("git worktree add", added.errors.strip())
        checkout = directory / prefix
        installed = repository / "node_modules"
        if installed.exists() and checkout.is_dir() and not (checkout / installed.name).exists():
            (checkout / installed.name).symlink_to(installed)
        yield checkout
    finally:
        _git(repository, "worktree", "remove", "--force", str(directory))


def _commit(repository: Path, revision: str) -> str:
    """The hash of a revision. Raises ProblemsError where there is no repository or no such revision."""
    inside = _git(repository, "rev-parse", "--is-inside-work-tree")
    if inside.code != 0:
        fix = "run it in a checkout that was made by git clone or git worktree add"
        why = refusal(got=inside.errors.strip(), allowed="a git repository", fix=fix)
        raise ProblemsError.one("git", why)
    found = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.code != 0:
        fix = "name one that `git log --oneline --all` lists, or git fetch it first"
        why = refusal(got=repr(revision), allowed="a commit, branch or tag of this repository", fix=fix)
        raise ProblemsError.one("revision", why)
    return found.output.strip()


def _git(directory: Path, *arguments: str) -> process.Finished:
    """Run git, with messages in English. Raises ProblemsError where it is not installed."""
    inherited = {name: value for name, value in os.environ.items() if name not in _GIT_VARIABLES}
    try:
        return process.run(["git", *arguments], directory=directory, environment={**inherited, "LC_ALL": "C"})
    except FileNotFoundError:
        why = refusal(got="no such program on PATH", allowed="git", fix="install it")
        raise ProblemsError.one("git", why) from None


def _lines(found: Mapping[str, Difference | None]) -> Iterator[str]:
    """The differences for people."""
    for stack, difference in found.items():
        if difference is None:
            yield f"{stack}: identical"
            continue
        yield f"{stack}: {_counts(difference)}"
        # Of a whole stack the number says it all; --json names them.
        if difference.status != "changed":
            continue
        yield from (f"  + {address}" for address in difference.added)
        yield from (f"  - {address}" for address in difference.removed)
        for address, arguments in difference.changed.items():
            yield f"  ~ {address}" + (f": {', '.join(arguments)}" if arguments else "")


def _counts(difference: Difference) -> str:
    if difference.status != "changed":
        addresses = len(difference.added) + len(difference.removed)
        return f"{difference.status}, the whole stack: {addresses} addresses"
    numbers = {
        "added": len(difference.added),
        "removed": len(difference.removed),
        "changed": len(difference.changed),
    }
    shown = ", ".join(f"{number} {what}" for what, number in numbers.items() if number)
    return shown or "the same content in another order or format"


def _to_json(commit: str, found: Mapping[str, Difference | None]) -> str:
    """The differences for programs."""
    stacks = {
        name: asdict(difference) if difference else {"status": "identical"}
        for name, difference in found.items()
    }
    return json.dumps({"revision": commit, "identical": not any(found.values()), "stacks": stacks}, indent=2)
