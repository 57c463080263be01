"""What a development environment costs by its JSON alone, against the table of its specification.

Only what runs all month whatever the traffic: NAT gateways with their addresses, interface endpoints,
instances of databases, nodes of caches. The prices have a date and sources: `prices.json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from modules.networking.endpoint_costs import HOURS
from operations.doctor.account.target import Target
from operations.doctor.findings import Finding, ok, warning
from operations.project import ROOT

_PRICES = Path(__file__).with_name("prices.json")
_SPECIFICATIONS = ROOT / "docs/specification"
_DEVELOPMENT = "dev"
# A table of the specification: "NAT 97/97/32 · …", in USD a month for prod / staging / dev.
_HEADING = re.compile(r"^## Costs .*\(USD a month, prod / staging / dev\)\n(.+)$", re.MULTILINE)
_ENTRY = re.compile(r"(NAT|RDS|Redis) [\d,]+/[\d,]+/([\d,]+)")
# Or a sentence of its own for dev: "Dev: Fargate 15, RDS 15, … Prod: …".
_SENTENCE = re.compile(r"\(USD a month\).*? Dev: (.+?)\. Prod:")
_FIGURE = re.compile(r"(NAT|RDS|Redis) (\d+)")
_FIXES = {
    "NAT": "fewer zones for interface endpoints (endpoints= in its settings), or none: NAT reaches AWS too",
    "RDS": "a smaller instance_class=, multi_az=False, no replicas",
    "Redis": "a smaller node_type=, fewer nodes=",
}


def findings(target: Target, *, table: Mapping[str, float] | None = None) -> Iterator[Finding]:
    """A finding for each part that costs more than its table; other environments are not looked at."""
    if target.environment != _DEVELOPMENT:
        yield ok("only development environments are compared")
        return
    allowed = table if table is not None else budget(target.stack.rpartition("-")[0])
    prices = price_table()["regions"].get(target.region)
    if not allowed or prices is None:
        what = f"prices of {target.region}" if allowed else "table of costs in its specification"
        yield ok(f"not compared: there is no {what}")
        return
    found = {part: list(lines) for part, lines in _parts(target, prices).items()}
    within = []
    for part, lines in found.items():
        cost = sum(amount for _, amount in lines)
        most = allowed.get(part)
        shown = ", ".join(f"{what} {amount:.0f}" for what, amount in lines)
        if most is not None and cost > most:
            what = f"{part} costs {cost:.0f} USD a month ({shown}), its table says {most:g}"
            yield warning(what, f"{_FIXES[part]}; or change the table and say why")
        elif most is not None:
            within.append(f"{part} {cost:.0f} of {most:g}")
    if within:
        yield ok(f"{', '.join(within)} USD a month; prices of {price_table()['date']}")


def budget(product: str) -> dict[str, float]:
    """The costs of a product's dev environment by its specification, in USD a month; empty without."""
    file = _SPECIFICATIONS / f"{product}.md"
    text = file.read_text() if file.is_file() else ""
    for heading, entry in ((_HEADING, _ENTRY), (_SENTENCE, _FIGURE)):
        if found := heading.search(text):
            return {part: float(dev.replace(",", "")) for part, dev in entry.findall(found[1])}
    return {}


def _parts(target: Target, prices: Mapping[str, Any]) -> dict[str, Iterator[tuple[str, float]]]:
    return {
        "NAT": egress(target, prices),
        "RDS": databases(target, prices),
        "Redis": caches(target, prices),
    }


def egress(target: Target, prices: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """The ways out of private subnets: what the table calls NAT, and the endpoints that replace it."""
    gateways = len(target.resources("aws_nat_gateway"))
    if gateways:
        hourly = prices["nat_gateway_hour"] + prices["address_hour"]
        yield f"{gateways} NAT gateways with addresses", gateways * hourly * HOURS
    endpoints = [
        len(one.get("subnet_ids", ()))
        for one in target.resources("aws_vpc_endpoint").values()
        if one.get("vpc_endpoint_type") == "Interface"
    ]
    if endpoints:
        what = f"{len(endpoints)} interface endpoints in {max(endpoints)} zones"
        yield what, sum(endpoints) * prices["endpoint_zone_hour"] * HOURS


def databases(target: Target, prices: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """The instances of RDS."""
    for one in target.resources("aws_db_instance").values():
        name = one.get("instance_class", "")
        if name in prices["database_hour"]:
            copies = 2 if one.get("multi_az") else 1
            yield f"{copies} × {name}", copies * prices["database_hour"][name] * HOURS


def caches(target: Target, prices: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """The nodes of ElastiCache."""
    for one in target.resources("aws_elasticache_replication_group").values():
        name = one.get("node_type", "")
        if name in prices["cache_node_hour"]:
            shards, replicas = one.get("num_node_groups", 1), one.get("replicas_per_node_group")
            nodes = one.get("num_cache_clusters", 1) if replicas is None else shards * (replicas + 1)
            yield f"{nodes} × {name}", nodes * prices["cache_node_hour"][name] * HOURS


@cache
def price_table() -> dict[str, Any]:
    """The prices by region, with their date and sources."""
    content: dict[str, Any] = json.loads(_PRICES.read_text())
    return content
