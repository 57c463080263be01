"""Synthesis of stacks to `cdktf.out`: first into a temporary directory, then published atomically."""

from __future__ import annotations

import fcntl
import json
import os
import signal
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cdktf import App

import cdktf_fast_synthesis
from backend import BackendSettings
from modules.errors import Problem, ProblemsError, refusal
from modules.files import write_atomically
from modules.offers.document import document_problems
from modules.settings import collecting_problems
from stacks import provider_lock, upload
from stacks.base import TERRAFORM_VERSIONS
from stacks.entry import Entry
from stacks.output import DOCUMENT
from stacks.tokens import token_problems

# What cdktn judges features by: its command line takes it from cdktf.json, `python main.py` from here.
_CONTEXT = {"targetVersions": {"terraform": TERRAFORM_VERSIONS.replace(" ", "")}}

_TOKEN = b"tftoken["


def synthesize(
    entries: Collection[Entry], *, state: BackendSettings, output: Path, known: Collection[str] | None
) -> None:
    """Write the Terraform of `entries` below `output`, as `stacks/<name>/cdk.tf.json` and `manifest.json`.

    The output of other `known` stacks stays in the manifest, also if only some stacks are synthesized; of all
    other stacks, where it is None.
    """
    with TemporaryDirectory(prefix="synthesis-") as staging:
        app = App(outdir=staging, context=_CONTEXT)
        _build(app, entries, state)
        _write_documents(app, staging)
        cdktf_fast_synthesis.check_addresses(app)
        written = _check_documents(Path(staging))
        _publish(Path(staging), output, known)
        _lock_providers(output, written)


def _build(app: App, entries: Collection[Entry], state: BackendSettings) -> None:
    """Build every stack. Raises ProblemsError with those of all."""
    problems: list[Problem] = []
    for entry in entries:
        try:
            with collecting_problems():
                entry.build(app, state)
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)


def _write_documents(app: App, staging: str) -> None:
    """Have cdktf write. Raises ProblemsError when the disk of temporary files is full."""
    try:
        app.synth()
    except RuntimeError as error:
        # What Node's own errors begin with (Node.js, "Common system errors").
        if "ENOSPC" not in str(error):
            raise
        why = refusal(got="no space left", allowed="some MB", fix="free the disk, or set TMPDIR to another")
        raise ProblemsError.one(f"temporary directory {staging}", why) from None


def _check_documents(staging: Path) -> dict[str, Any]:
    """The block `terraform` of each stack.

    Raises ProblemsError with all that regions don't offer, and with tokens that Python changed.
    """
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    for file in sorted(staging.glob(f"stacks/*/{DOCUMENT}")):
        found[file.parent.name], wrong = _checked(file)
        problems += wrong
    if problems:
        raise ProblemsError(problems)
    return found


def _checked(file: Path) -> tuple[Any, list[Problem]]:
    """The block `terraform` of one stack, and what is wrong; all else is freed before the next is read."""
    name = file.parent.name
    has_token = _TOKEN in file.read_bytes().lower()
    document = json.loads(file.read_text())
    problems = [*document_problems(name, document)]
    # Most stacks have none: one search spares the walk.
    if has_token:
        problems += token_problems(name, document)
    return document["terraform"], problems


def _publish(staging: Path, output: Path, known: Collection[str] | None) -> None:
    files = sorted(path for path in staging.glob("stacks/**/*") if path.is_file())
    try:
        with _alone(output):
            manifest = _merged_manifest(staging, output, known)
            with _uninterrupted():
                for file in files:
                    _write(output / file.relative_to(staging), file.read_bytes())
                _write(output / "manifest.json", manifest)
    except OSError as error:
        raise _unwritable(error, output) from None


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, content)


def _lock_providers(output: Path, written: Mapping[str, Any]) -> None:
    try:
        for name, terraform in written.items():
            provider_lock.write(output / "stacks" / name, terraform)
            upload.write(output / "stacks" / name, terraform)
    except OSError as error:
        raise _unwritable(error, output) from None


def _unwritable(error: OSError, output: Path) -> ProblemsError:
    why = refusal(
        got=f"{error.filename or output}: {error.strerror}",
        allowed="a directory that can be written",
        fix="set CDKTF_OUTDIR to one, or free its disk",
    )
    return ProblemsError.one(f"output {output}", why)


def _merged_manifest(staging: Path, output: Path, known: Collection[str] | None) -> bytes:
    written = (staging / "manifest.json").read_bytes()
    earlier = _stacks_of(output / "manifest.json")
    kept = {name: stack for name, stack in earlier.items() if known is None or name in known}
    manifest: dict[str, Any] = json.loads(written)
    if not kept.keys() - manifest["stacks"].keys():
        return written
    stacks = {**kept, **manifest["stacks"]}
    manifest["stacks"] = {name: stacks[name] for name in known or stacks if name in stacks}
    return json.dumps(manifest, indent=2).encode()


def _stacks_of(manifest: Path) -> dict[str, Any]:
    try:
        stacks: dict[str, Any] = dict(json.loads(manifest.read_text())["stacks"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}
    return stacks


@contextmanager
def _alone(output: Path) -> Iterator[None]:
    """Wait for a synthesis that publishes there: it and this one would drop each other from the manifest."""
    with suppress(FileExistsError):
        output.mkdir(parents=True, exist_ok=True)
    directory = os.open(output, os.O_RDONLY)
    try:
        # Not every network file system has locks; one without them is no reason to publish nothing.
        with suppress(OSError):
            fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ignore SIGINT for the few milliseconds in which files are replaced."""
    earlier = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, earlier)
