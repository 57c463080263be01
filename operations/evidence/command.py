"""`infra evidence`: a table for an auditor, from the synthesized JSON."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from itertools import groupby
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from modules.errors import ProblemsError, refusal
from operations import project
from operations.console import AsJson, interruptible, say, table
from operations.evidence.table import Row, rows
from operations.stacks import KnownStack
from operations.synthesized.stack import SynthesizedStack, read
from stacks.catalogue import catalogue

# In Markdown; JSON and CSV have every address.
_SHOWN = 3
_CONTROL = 16  # columns at a terminal
_COLUMNS = ("framework", "control", "title", "status", "addresses", "failing", "reason", "test")


def evidence(
    stack: KnownStack,
    *,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, a line a control")] = False,
) -> None:
    """Show which controls a stack meets, by which resources, and which test holds each; else why not.

    The controls are those of the CIS AWS Foundations Benchmark, and of what the stack's tag Compliance names.
    It reads the JSON that is deployed, and that of the account's stacks; AWS is not asked. Prints Markdown,
    at a terminal tables; --json and --csv have every address.

    Exits with 0, and with 2 for wrong input.
    """
    if as_json and as_csv:
        why = refusal(got="both", allowed="one of them", fix="leave one out")
        raise ProblemsError.one("--json and --csv", why)
    console = Console(stderr=True)
    waiting = console.status(f"Synthesizing {stack}") if sys.stderr.isatty() else nullcontext()
    with interruptible(console, "Stopped; nothing was changed."), waiting:
        found = rows(*_stacks(stack))
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in found], indent=2))
    elif as_csv:
        _print_csv(found)
    elif sys.stdout.isatty():
        print_tables(Console(), stack, found)
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
        listed = list(group)
        counted = Counter(row.status.value for row in listed)
        yield ""
        yield f"## {framework}"
        yield ""
        yield f"{', '.join(f'{status}: {count}' for status, count in counted.items())}."
        yield ""
        yield "| control | | status | by | test |"
        yield "| --- | --- | --- | --- | --- |"
        for row in listed:
            test = f"`{row.test.rpartition('::')[2]}`" if row.test else ""
            yield f"| {row.control} | {row.title} | {row.status} | {_by(row)} | {test} |"


def print_tables(console: Console, stack: str, found: Sequence[Row]) -> None:
    """Print a table for each framework that fits a terminal: of addresses the first, and how many more."""
    say(console, f"Evidence of {stack}; every address: --json or --csv")
    for framework, group in groupby(found, lambda row: row.framework):
        shown = table(title=f"\n{framework}")
        shown.add_column("control", overflow="fold", max_width=_CONTROL)
        shown.add_column("", overflow="fold", ratio=1)
        shown.add_column("status", no_wrap=True)
        shown.add_column("by, or why not", overflow="fold", ratio=1)
        shown.expand = True
        for row in group:
            by = "; ".join(part for part in (_first(row.failing or row.addresses), row.reason) if part)
            shown.add_row(row.control, row.title, row.status.value, Text(by))
        console.print(shown)


def _first(addresses: Sequence[str]) -> str:
    more = f" and {len(addresses) - 1} more" if len(addresses) > 1 else ""
    return f"{addresses[0]}{more}" if addresses else ""


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
