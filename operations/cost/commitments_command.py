"""`infra commitments`: a report of what commitments would save. It buys nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from modules.errors import Problem, ProblemsError, refusal
from operations.console import AsJson, interruptible, say, table
from operations.cost.command import Stacks, documents_of, named
from operations.cost.commitments import KINDS, MONTHS, Commitment, commitments
from operations.cost.estimate import estimate

_KINDS = ", ".join(kind.name for kind in KINDS)


def commitments_command(
    stacks: Stacks = None,
    *,
    discount: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND=PERCENT",
            help=f"What AWS's page says for the term that you choose; KIND is one of {_KINDS}",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what Savings Plans and reserved nodes would save for stacks together. Nothing is bought.

    Commitments are of an account, so name the stacks that share one. What always runs is what is left when
    every service is scaled in to its least; a paused stack does not run. Discounts are AWS's, by region, term
    and payment; one that is not given is unknown, and the page that has it is named.

    Exits with 0, and with 2 for wrong input.
    """
    discounts = _discounts(discount or [])
    names = named(stacks or [])
    console = Console(stderr=True)
    with interruptible(console, "Stopped; nothing was changed."):
        documents = documents_of(names, console)
        found = commitments([estimate(name, documents[name]) for name in names], discounts)
    if as_json:
        typer.echo(json.dumps([_as_dict(one) for one in found], indent=2))
    else:
        _print(Console(), names, found)


def _discounts(given: Sequence[str]) -> dict[str, float]:
    problems = list(_discount_problems(given))
    if problems:
        raise ProblemsError(problems)
    return {kind: float(percent) for kind, _, percent in (one.partition("=") for one in given)}


def _discount_problems(given: Sequence[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for one in given:
        kind, _, percent = one.partition("=")
        if kind in seen:
            why = refusal(got=f"{kind} twice", allowed="one discount of a kind", fix="leave one out")
            yield Problem(where="--discount", what=why)
        seen.add(kind)
        known = kind in {kind.name for kind in KINDS}
        if not (known and percent.replace(".", "", 1).isdigit() and 0 < float(percent) < 100):
            allowed = f"KIND=PERCENT with one of {_KINDS} and a figure between 0 and 100"
            yield Problem(
                where="--discount", what=refusal(got=repr(one), allowed=allowed, fix="such as compute=20")
            )


def _as_dict(one: Commitment) -> dict[str, object]:
    return {
        "kind": one.kind.name,
        "title": one.kind.title,
        "region": one.region,
        "always": round(one.always, 2),
        "expected": round(one.expected, 2),
        "lacks": one.lacks,
        "discount": one.discount,
        "coverages": [asdict(coverage) for coverage in one.coverages],
        "break_even_percent": one.break_even_percent,
        "break_even_months": one.break_even_months,
        "page": one.kind.page,
    }


def _print(console: Console, names: Sequence[str], found: Sequence[Commitment]) -> None:
    if not found:
        say(console, f"{', '.join(names)}: nothing that a commitment covers.")
        return
    shown = table(title=f"USD a month, {', '.join(names)}")
    for name in ("commitment", "region"):
        shown.add_column(name, overflow="fold")
    for name in ("always", "expected", "covered", "costs", "saves"):
        shown.add_column(name, justify="right")
    for one in found:
        least = "at least " if one.lacks else ""
        cells = (one.kind.title, one.region, f"{least}{one.always:.2f}", f"{least}{one.expected:.2f}")
        if not one.coverages:
            shown.add_row(*cells, "", "unknown", "unknown")
        for place, coverage in enumerate(one.coverages):
            first = cells if place == 0 else ("", "", "", "")
            parts = (f"{coverage.percent} %", f"{coverage.costs:.2f}", f"{coverage.saves:.2f}")
            shown.add_row(*first, *parts)
    console.print(shown)
    for one in found:
        say(console, _sentence(one))


def _sentence(one: Commitment) -> str:
    what = f"{one.kind.title}, {one.region}"
    if one.lacks:
        what = f"{what} ({one.lacks}: infra prices --refresh)"
    if one.discount is None:
        add = f"add --discount {one.kind.name}=PERCENT"
        return f"{what}: its discount is unknown; read it on {one.kind.page}, then {add}"
    runs = f"more than {one.break_even_percent:g} % of what it covers runs"
    return f"{what}: pays while {runs}, or after {one.break_even_months:.1f} of {MONTHS} months"
