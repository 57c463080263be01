"""The prices of AWS: of each the unit, the region, where it was found and when.

`prices.json` has two parts. `products` says what a price is of: AWS's offer, and the usage type that its bill
and its price list have, `{prefix}` standing for the region's. `regions` has the figures. A region that lacks
one has none: no price is taken from another region.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from modules.errors import Problem, ProblemsError, refusal

HOURS = 730  # of a month, as AWS's calculator counts
FILE = Path(__file__).with_name("prices.json")
# Of what AWS bills without a region: zones of Route 53, dashboards, CloudFront in Europe.
GLOBAL = "global"
# What a region's usage types begin with, by AWS's price list: N. Virginia's with nothing, or USE1- in newer
# services.
PREFIXES = {
    "us-east-1": ("", "USE1-"),
    "eu-west-1": ("EU-",),
    "eu-west-2": ("EUW2-",),
    "eu-central-1": ("EUC1-",),
    GLOBAL: ("",),
}
Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Product(_Strict):
    """What a price is of; `offer` and `usage_type` as AWS's price list has them, if it has."""

    what: Text
    unit: Text
    offer: Text | None = None
    usage_type: Text | None = None
    # Other columns of the price list that tell products of one usage type apart, such as the engine.
    columns: dict[Text, Text] = {}


class Figure(_Strict):
    """USD for one unit, of the first tier that costs something; when it was published, or read on a page."""

    usd: Annotated[float, Field(gt=0)]
    date: date
    source: Text
    sku: Annotated[str, Field(pattern=r"^[A-Z0-9]{16}$")] | None = None


class PriceFile(_Strict):
    """The whole of prices.json."""

    currency: Annotated[str, Field(pattern="^USD$")]
    products: dict[Text, Product]
    regions: dict[Text, dict[Text, Figure]]


@dataclass(frozen=True, kw_only=True)
class Price:
    """A product's price in a region; `figure` is None where the file has none."""

    key: str
    product: Product
    region: str
    figure: Figure | None

    @property
    def usd(self) -> float:
        """USD for one unit, 0 where it is unknown."""
        return self.figure.usd if self.figure else 0.0


class Prices:
    """The prices of a file. Raises ProblemsError for a file that is wrong, with all that is wrong in it."""

    def __init__(self, file: Path = FILE) -> None:
        self.file = file
        self.content = _read(file)

    def price(self, key: str, region: str) -> Price:
        """The price of a product there. A product that the file doesn't know is one without a price."""
        product = self.content.products.get(key) or Product(what=key, unit="?")
        figure = self.content.regions.get(region, {}).get(key)
        return Price(key=key, product=product, region=region, figure=figure)

    @property
    def regions(self) -> list[str]:
        """The regions that have any price."""
        return [name for name in self.content.regions if name != GLOBAL]

    @property
    def dates(self) -> tuple[date, date]:
        """The dates of the oldest and of the newest figure."""
        found = [one.date for figures in self.content.regions.values() for one in figures.values()]
        return min(found), max(found)


@cache
def prices() -> Prices:
    """The prices of this project."""
    return Prices()


def usage_types(product: Product, region: str) -> tuple[str, ...]:
    """The names that a product's usage has in a region's price list."""
    text = product.usage_type or ""
    prefixes = PREFIXES.get(region, ())
    return tuple(dict.fromkeys(text.format(prefix=prefix, region=region) for prefix in prefixes))


def write(file: Path, content: PriceFile) -> None:
    """Write a price file, a line a product and a line a figure, so that a refresh is read in a diff."""
    from modules.files import write_atomically

    known = content.model_dump(mode="json", exclude_defaults=True)
    lines = [f' "currency": {json.dumps(known["currency"])},', ' "products": {']
    lines += _lines(known["products"], indent=2)
    lines += [" },", ' "regions": {']
    names = list(known["regions"])
    for name in names:
        lines += [f"  {json.dumps(name)}: {{", *_lines(known["regions"][name], indent=3)]
        lines.append("  }" if name == names[-1] else "  },")
    write_atomically(file, "\n".join(["{", *lines, " }", "}", ""]).encode())


def _lines(values: dict[str, Any], *, indent: int) -> list[str]:
    written = [
        f"{' ' * indent}{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in sorted(values.items())
    ]
    return [f"{line}," for line in written[:-1]] + written[-1:]


def _read(file: Path) -> PriceFile:
    try:
        content = PriceFile.model_validate_json(file.read_bytes())
    except OSError as error:
        raise ProblemsError.one(str(file), f"cannot be read: {error.strerror}") from None
    except ValidationError as error:
        raise ProblemsError(_of_validation(file, error)) from None
    if problems := list(_problems(file, content)):
        raise ProblemsError(problems)
    return content


def _of_validation(file: Path, error: ValidationError) -> list[Problem]:
    return [
        Problem(where=f"{file.name}: {'.'.join(map(str, one['loc'])) or 'JSON'}", what=one["msg"])
        for one in error.errors()
    ]


def _problems(file: Path, content: PriceFile) -> Iterator[Problem]:
    for region, figures in content.regions.items():
        if region not in PREFIXES:
            why = refusal(got=region, allowed=", ".join(PREFIXES), fix="add the prefix of its usage types")
            yield Problem(where=f"{file.name}: regions", what=why)
        for key in figures:
            if key not in content.products:
                why = refusal(got=key, allowed="a key of products", fix="add what it is a price of")
                yield Problem(where=f"{file.name}: {region}", what=why)
    for key, product in content.products.items():
        if (product.offer is None) != (product.usage_type is None):
            why = refusal(got="one of both", allowed="offer and usage_type, or neither", fix="add the other")
            yield Problem(where=f"{file.name}: products.{key}", what=why)
