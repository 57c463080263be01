"""`infra prices`: the prices that estimates use, checked against AWS's price list or taken from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from modules.errors import Problem, ProblemsError, refusal
from operations import project
from operations.console import AsJson, interruptible, say, table
from operations.cost.price_list import Offer, Rate, read
from operations.cost.prices import FILE, Figure, Price, PriceFile, Prices, Product, write
from operations.progress import Progress

_DIFFERENT = 1
_AT_ONCE = 4
# Figures of ours have as many digits as AWS's; what differs by less is a rounding.
_PRECISION = 1e-9


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A price that AWS's list has otherwise; `rate` is None where the list has none or several."""

    price: Price
    rate: Rate | None
    why: str


def prices_command(
    *,
    check: Annotated[bool, typer.Option("--check", help="Compare with AWS's price list")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Write what AWS's price list has")] = False,
    region: Annotated[str | None, typer.Option(help="One region only  [default: all]")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the prices that estimates use, each with its source and date.

    --check compares them with AWS's price list, which needs no credentials; --refresh writes its figures into
    operations/cost/prices.json. A price that the list lacks or has twice stays as it is, and is named.

    Exits with 0 when nothing differs or everything that differs was written, with 1 when --check finds a
    difference, with 2 when the price list cannot be read; then nothing is written.
    """
    if refresh:
        project.require_checkout("infra prices --refresh")
    console = Console(stderr=True)
    with interruptible(console, "Stopped; no price was changed."):
        ours = Prices(FILE)
        regions = _regions(ours, region)
        if not check and not refresh:
            _show(ours, regions, as_json=as_json)
            return
        found = compared(ours, regions, Progress(console))
        if refresh:
            written(FILE, ours, found)
        _tell(found, refresh=refresh, as_json=as_json)
    if check and not refresh and any(one.rate for one in found):
        raise typer.Exit(_DIFFERENT)


def _regions(ours: Prices, region: str | None) -> list[str]:
    known = list(ours.content.regions)
    if region is not None and region not in known:
        why = refusal(got=repr(region), allowed=", ".join(known), fix="name one, or add it to prices.json")
        raise ProblemsError.one("--region", why)
    return [region] if region else known


def compared(ours: Prices, regions: list[str], progress: Progress) -> list[Difference]:
    """Every difference from AWS's list. Raises ProblemsError with all files that cannot be read."""
    asked = [(offer, region) for region in regions for offer in _offers(ours, region)]
    with progress.step(f"Reading {len(asked)} files of AWS's price list") as step:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            answers = list(pool.map(lambda one: _read(ours, *one), asked))
        problems = [problem for answer in answers if isinstance(answer, list) for problem in answer]
        if problems:
            raise ProblemsError(_told(problems))
        step.done = f"Read {len(asked)} files of AWS's price list"
    return [
        difference
        for (offer, region), answer in zip(asked, answers, strict=True)
        if isinstance(answer, Offer)
        for difference in _differences(ours, offer, region, answer)
    ]


def _told(problems: list[Problem]) -> list[Problem]:
    """Files that cannot be read for one reason, such as that there is no network, as one problem."""
    by_reason: dict[str, list[str]] = {}
    for one in problems:
        by_reason.setdefault(one.what, []).append(one.where)
    return [
        Problem(where=files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more", what=why)
        for why, files in by_reason.items()
    ]


def _offers(ours: Prices, region: str) -> list[str]:
    return sorted({product.offer for product in _products(ours, region).values() if product.offer})


def _products(ours: Prices, region: str) -> dict[str, Product]:
    """The products that a region's list can have: all that it has a figure of, and those with a region."""
    figures = ours.content.regions.get(region, {})
    return {
        key: product
        for key, product in ours.content.products.items()
        if product.offer and (key in figures or (region in ours.regions and _regional(product)))
    }


def _regional(product: Product) -> bool:
    return "{" in (product.usage_type or "")


def _read(ours: Prices, offer: str, region: str) -> Offer | list[Problem]:
    wanted = {key: one for key, one in _products(ours, region).items() if one.offer == offer}
    try:
        return read(offer, region, wanted)
    except ProblemsError as error:
        return list(error.problems)


def _differences(ours: Prices, offer: str, region: str, answer: Offer) -> Iterator[Difference]:
    for key, product in _products(ours, region).items():
        if product.offer != offer:
            continue
        price, rates = ours.price(key, region), answer.rates.get(key, ())
        if len({rate.usd for rate in rates}) > 1:
            yield Difference(price=price, rate=None, why=f"the list has it {len(rates)} times")
        elif not rates and price.figure:
            yield Difference(price=price, rate=None, why="the list has it no more")
        elif rates and not price.figure:
            yield Difference(price=price, rate=rates[0], why=f"unknown here, {rates[0].usd:.10g} in the list")
        elif rates and price.figure and abs(rates[0].usd - price.usd) > _PRECISION * price.usd:
            why = f"{price.usd:.10g} here, {rates[0].usd:.10g} in the list"
            yield Difference(price=price, rate=rates[0], why=why)


def written(file: Path, ours: Prices, found: list[Difference]) -> PriceFile:
    """Write the figures of the list into the file, whole or not at all."""
    regions = {name: dict(figures) for name, figures in ours.content.regions.items()}
    for one in found:
        if one.rate:
            regions[one.price.region][one.price.key] = Figure(
                usd=one.rate.usd, date=one.rate.published, source=one.rate.source, sku=one.rate.sku
            )
    content = ours.content.model_copy(update={"regions": regions})
    write(file, content)
    return content


def _tell(found: list[Difference], *, refresh: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([_as_dict(one) for one in found], indent=2))
        return
    console = Console()
    for one in found:
        say(console, f"{one.price.region} {one.price.key}: {one.why}")
    number = sum(1 for one in found if one.rate)
    if refresh:
        say(console, f"Wrote {number} prices; look at the diff before you commit it.")
    elif not number:
        say(console, "Every price that AWS's list has is as it is here.")


def _as_dict(one: Difference) -> dict[str, object]:
    return {
        "region": one.price.region,
        "key": one.price.key,
        "here": one.price.figure and one.price.usd,
        "listed": one.rate and one.rate.usd,
        "sku": one.rate and one.rate.sku,
        "why": one.why,
    }


def _show(ours: Prices, regions: list[str], *, as_json: bool) -> None:
    found = [ours.price(key, region) for region in regions for key in sorted(ours.content.regions[region])]
    if as_json:
        typer.echo(json.dumps([{"region": one.region, **price_as_dict(one)} for one in found], indent=2))
        return
    sources = dict.fromkeys(one.figure.source for one in found if one.figure)
    numbers = {source: f"[{number}]" for number, source in enumerate(sources, 1)}
    console = Console()
    for region in regions:
        console.print(_table(region, [one for one in found if one.region == region], numbers))
    say(console, "\nSources; --json has SKUs too:")
    for source, number in numbers.items():
        say(console, f"{number} {source}")


def _table(region: str, prices: list[Price], numbers: Mapping[str, str]) -> Table:
    """The prices of a region; sources are long, so they stand below by their numbers."""
    shown = table(title=f"\n{region}")
    shown.add_column("what", overflow="fold")
    shown.add_column("USD", justify="right", no_wrap=True)
    for name in ("unit", "date", "source"):
        shown.add_column(name, no_wrap=True)
    for one in prices:
        assert one.figure  # noqa: S101 - only keys with a figure are shown
        usd = f"{one.usd:.10f}".rstrip("0").rstrip(".")
        number = Text(numbers[one.figure.source])
        shown.add_row(one.product.what, usd, one.product.unit, str(one.figure.date), number)
    return shown


def price_as_dict(price: Price) -> dict[str, object]:
    """A price for programs."""
    figure = price.figure
    return {
        "key": price.key,
        "what": price.product.what,
        "unit": price.product.unit,
        "usd": figure and figure.usd,
        "date": figure and str(figure.date),
        "sku": figure and figure.sku,
        "source": figure and figure.source,
    }
