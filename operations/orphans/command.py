"""`infra orphans`: reads AWS and the state, compares them, and writes import blocks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

import backend
from backend.aws_errors import aws_errors
from backend.records import attributes
from backend.states import StateStore
from modules.errors import ProblemsError, refusal
from operations import aws
from operations.console import AsJson, interruptible
from operations.orphans.blocks import MARK, import_blocks
from operations.orphans.known import Known
from operations.orphans.matching import Adoption, in_no_state, match
from operations.orphans.report import Report
from operations.orphans.tagged import described, tagged
from operations.orphans.untagged import NOT_LOOKED_FOR, untagged
from operations.progress import Progress
from operations.stack_lock import holders
from operations.stacks import KnownStack, initialize, terraform_in
from operations.synthesized import SynthesizedStack, synthesized
from stacks.output import stack_directory


def orphans(
    stack: KnownStack,
    *,
    write: Annotated[
        Path | None,
        typer.Option(
            help="The file for the import blocks, `….tf` in the directory of the stack", metavar="FILE.tf"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List resources that have a stack's tags and are in no state, as a killed apply leaves them.

    For what has an address in the code, it prints the import blocks that adopt it. Reads only: nothing is
    changed or deleted. Exits with 0 whatever it finds, with 2 when AWS or the state cannot be read.
    """
    _check_file(write)
    console = Console(stderr=as_json)
    with interruptible(console, "Stopped; nothing was changed."):
        found = _Search(stack, Progress(console)).run()
    if write:
        _write(write, found.adoptions)
    if as_json:
        print(json.dumps(found.document(), indent=2))
    else:
        found.show(console, write)


class _Search:
    """One search for what one stack left behind."""

    def __init__(self, stack: str, progress: Progress) -> None:
        self._stack, self._progress = stack, progress

    def run(self) -> Report:
        """Read the code, the state and AWS, and compare them."""
        with self._progress.step(f"Synthesizing {self._stack}") as step:
            code = synthesized(self._stack)
            step.done = f"Synthesized {self._stack}"
        with self._progress.step("Reading the state") as step:
            state, applying = self._state(), holders(self._stack)
            step.done = f"Read the state: {len(state)} resources"
        with aws_errors("AWS"):
            return self._compared(code, state, applying)

    def _compared(self, code: SynthesizedStack, state: dict[str, Any], applying: list[str]) -> Report:
        clients = self._clients
        account = clients("sts", code.region).get_caller_identity()["Account"]
        known = Known(code, state, account=account)
        with self._progress.step("Asking AWS what carries the stack's tags") as step:
            everything = tagged(code, clients)
            step.done = f"AWS lists {len(everything)} with the stack's tags"
        with self._progress.step("Asking AWS about what is in no state") as step:
            there, gone = described(in_no_state(everything, state), code, clients)
            matched = match(there, known)
            adoptions = (*matched.adoptions, *untagged(known, clients))
            step.done = f"Matched {len(adoptions)} to the code"
        absent = {one.type for one in known.absent}
        return Report(
            stack=self._stack,
            adoptions=tuple(sorted(adoptions, key=lambda one: one.address)),
            left=matched.left,
            others=matched.others,
            gone=tuple(one.arn for one in gone),
            not_looked_for={kind: why for kind, why in NOT_LOOKED_FOR.items() if kind in absent},
            applying=tuple(applying),
        )

    def _state(self) -> dict[str, Any]:
        """The attributes of the state's resources, by address."""
        states = backend.load()
        if isinstance(states, backend.S3States):
            content = StateStore(states.of(self._stack)).content(self._stack)
        else:
            # Only Terraform reads the states of Terraform Cloud and of a local disk.
            terraform = terraform_in(stack_directory(self._stack))
            initialize(terraform)
            content = terraform.pull()
        return attributes(self._stack, content) if content else {}

    @property
    def _clients(self) -> Any:
        return cache(lambda service, region: aws.client(service, region, stack=self._stack))


def _check_file(file: Path | None) -> None:
    """Refuse a file that Terraform would not read, that somebody else wrote, or that has no directory."""
    if file is None:
        return
    got = None
    if file.suffix != ".tf":
        got = file.name
    elif not file.parent.is_dir():
        got = f"no directory {file.parent}"
    elif file.exists() and not file.read_text().startswith(MARK):
        got = f"{file}, which something else wrote"
    if got:
        why = refusal(got=got, allowed="a new file whose name ends with .tf", fix="name another file")
        raise ProblemsError.one("--write", why)


def _write(file: Path, adoptions: Iterable[Adoption]) -> None:
    file.write_text(f"{MARK}\n{import_blocks(adoptions)}")
