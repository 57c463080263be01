"""`infra evidence`: a table for an auditor, from the synthesized JSON."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Annotated

import typer
from rich.console import Console

from modules.errors import ProblemsError, refusal
from operations import project
from operations.console import AsJson, interruptible
from operations.evidence.table import Row, rows
from operations.stacks import KnownStack
from operations.synthesized.stack import SynthesizedStack, read
from stacks.catalogue import catalogue

# In Markdown; JSON and CSV have every address.
_SHOWN = 3
_COLUMNS = ("framework", "control", "title", "status", "addresses", "failing", "reason", "test")


def evidence(
    stack: KnownStack,
    *,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, a line a control")] = False,
) -> None:
    """Show which controls a stack meets, by which resources, and which test holds each; else why not.

    The controls are those of the CIS AWS Foundations Benchmark, and of what the stack's tag Compliance names.
    It reads the JSON that is deployed, and that of the account's stacks; AWS is not asked. Prints Markdown;
    --json and --csv have every address.

    Exits with 0, and with 2 for wrong input.
    """
    if as_json and as_csv:
        why = refusal(got="both", allowed="one of them", fix="leave one out")
        raise ProblemsError.one("--json and --csv", why)
    with interruptible(Console(stderr=True), "Stopped; nothing was changed."):
        found = rows(*_stacks(stack))
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in found], indent=2))
    elif as_csv:
        _print_csv(found)
    else:
        typer.echo("\n".join(markdown(stack, found)))


def _stacks(name: str) -> tuple[SynthesizedStack, list[SynthesizedStack]]:
    """A stack, and those of the account that it is deployed to."""
    entries = catalogue()
    same = [
        one.name
        for one in sorted(entries.values(), key=lambda one: one.name)
        if one.governs and one.account_id == entries[name].account_id
    ]
    project.synthesize(INFRA_STACKS=",".join(dict.fromkeys((name, *same))))
    return read(name), [read(one) for one in same]


def markdown(stack: str, found: Sequence[Row]) -> Iterator[str]:
    """A table for each framework, and how many controls have which status."""
    yield f"# Evidence of {stack}"
    for framework, group in groupby(found, lambda row: row.framework):
        table = list(group)
        counted = Counter(row.status.value for row in table)
        yield ""
        yield f"## {framework}"
        yield ""
        yield f"{', '.join(f'{status}: {count}' for status, count in counted.items())}."
        yield ""
        yield "| control | | status | by | test |"
        yield "| --- | --- | --- | --- | --- |"
        for row in table:
            test = f"`{row.test.rpartition('::')[2]}`" if row.test else ""
            yield f"| {row.control} | {row.title} | {row.status} | {_by(row)} | {test} |"


def _by(row: Row) -> str:
    parts = [f"{_short(row.addresses)}" if row.addresses else ""]
    parts += [f"not: {_short(row.failing)}" if row.failing else "", row.reason]
    return "; ".join(part for part in parts if part)


def _short(addresses: Sequence[str]) -> str:
    shown = ", ".join(f"`{address}`" for address in addresses[:_SHOWN])
    more = len(addresses) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _print_csv(found: Sequence[Row]) -> None:
    writer = csv.DictWriter(sys.stdout, _COLUMNS)
    writer.writeheader()
    for row in found:
        lists = {name: " ".join(getattr(row, name)) for name in ("addresses", "failing")}
        writer.writerow({**asdict(row), **lists})
