"""AWS's price list: the offer files of its bulk API, read as a stream, since that of EC2 has 400 MB.

AWS Billing user guide, "Reading the service price list file for an AWS service": in the CSV, five rows of
metadata, a row with the names of the columns, then a row for each tier of each price.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from http.client import HTTPException, HTTPResponse
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from modules.errors import ProblemsError, refusal
from operations.cost.prices import GLOBAL, Product, usage_types

# The only host that has it; the variable is for a mirror, and for tests.
HOST = "https://pricing.us-east-1.amazonaws.com"
VARIABLE = "INFRA_PRICE_LIST"
_TIMEOUT = 60  # seconds without a byte
_METADATA_ROWS = 5


@dataclass(frozen=True, kw_only=True)
class Rate:
    """The first tier of a price that is not free."""

    usd: float
    unit: str
    sku: str
    published: date
    source: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What the file of an offer in a region has of the products that were looked for, by their keys."""

    source: str
    rates: Mapping[str, tuple[Rate, ...]] = field(default_factory=dict)


def url(offer: str, region: str) -> str:
    """Where an offer's file of a region is; services without a region have one file."""
    host = os.environ.get(VARIABLE, HOST).rstrip("/")
    place = "" if region == GLOBAL else f"/{region}"
    return f"{host}/offers/v1.0/aws/{offer}/current{place}/index.csv"


def read(offer: str, region: str, wanted: Mapping[str, Product]) -> Offer:
    """Look for products in the current file of an offer. Raises ProblemsError where it cannot be read."""
    source = url(offer, region)
    try:
        with urlopen(source, timeout=_TIMEOUT) as answer:  # noqa: S310 - the address is HOST's or a person's
            rates = _rates(answer, source, region, wanted)
            _require_end(answer)
            return Offer(source=source, rates=rates)
    except HTTPError as error:
        got, fix = f"{error.code} {error.reason}", "check the offer and the region in prices.json"
        raise ProblemsError.one(source, refusal(got=got, allowed="a price list", fix=fix)) from None
    except (URLError, TimeoutError, ConnectionError, HTTPException) as error:
        got = str(getattr(error, "reason", error)) or type(error).__name__
        why = refusal(
            got=got, allowed="an answer", fix="run it again where there is network; nothing changed"
        )
        raise ProblemsError.one(source, why) from None
    except (csv.Error, KeyError, ValueError, UnicodeDecodeError) as error:
        got = f"{type(error).__name__}: {error}"
        why = refusal(got=got, allowed="AWS's price list as CSV", fix="open it in a browser; nothing changed")
        raise ProblemsError.one(source, why) from None


def _require_end(answer: HTTPResponse) -> None:
    # The end of a connection looks like the end of the file.
    if answer.length:
        raise ConnectionError(f"{answer.length} bytes of the file did not come")


def _rates(
    answer: IO[bytes], source: str, region: str, wanted: Mapping[str, Product]
) -> dict[str, tuple[Rate, ...]]:
    rows = csv.reader(io.TextIOWrapper(answer, encoding="utf-8", newline=""))
    metadata = dict(next(rows) for _ in range(_METADATA_ROWS))
    published = date.fromisoformat(metadata["Publication Date"][:10])
    columns = [name.lower() for name in next(rows)]
    if "sku" not in columns or "usagetype" not in columns:
        raise KeyError("no columns SKU and usageType")
    by_usage: dict[str, list[str]] = {}
    for key, product in wanted.items():
        for name in usage_types(product, region):
            by_usage.setdefault(name, []).append(key)
    found: dict[str, dict[str, tuple[float, Rate]]] = {}
    place = columns.index("usagetype")
    for values in rows:
        # Most rows are of other products: they are not taken apart.
        if len(values) <= place or values[place] not in by_usage:
            continue
        row = dict(zip(columns, values, strict=False))
        for key in _matching(row, wanted, by_usage[values[place]]):
            start, rate = float(row["startingrange"] or 0), _rate(row, published, source)
            tiers = found.setdefault(key, {})
            if rate.usd and (rate.sku not in tiers or start < tiers[rate.sku][0]):
                tiers[rate.sku] = (start, rate)
    return {key: tuple(rate for _, rate in tiers.values()) for key, tiers in found.items()}


def _matching(row: Mapping[str, str], wanted: Mapping[str, Product], keys: list[str]) -> Iterator[str]:
    if row.get("termtype") != "OnDemand" or row.get("currency", "USD") != "USD":
        return
    for key in keys:
        columns = wanted[key].columns
        if all(row.get(name.lower()) == value for name, value in columns.items()):
            yield key


def _rate(row: Mapping[str, str], published: date, source: str) -> Rate:
    return Rate(
        usd=float(row["priceperunit"]),
        unit=row["unit"],
        sku=row["sku"],
        published=published,
        source=source,
    )
