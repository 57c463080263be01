"""The table of costs of a product's specification, part by part, beside the estimate of its stacks."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

from operations.cost.lines import Line
from operations.project import ROOT

DIRECTORY = ROOT / "docs/specification"
REST = "not in the table"
_LOAD_BALANCER = "load-balancer"
_NETWORK = ("network", "endpoints")
# Service of a line -> the words that specifications have for it.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "Fargate": ("Fargate",),
    "RDS": ("RDS",),
    "Aurora": ("RDS",),
    "ElastiCache": ("Redis",),
    "Load balancing": ("ALB",),
    "CloudFront": ("CloudFront+S3", "CDN"),
    "S3": ("CloudFront+S3", "storage and transfer"),
    "Data transfer": ("CloudFront+S3", "storage and transfer"),
    "Route 53": ("Route 53", "zone"),
    "CodePipeline": ("pipeline",),
    "CodeBuild": ("pipeline",),
}
# A table: "NAT 97/97/32 · …", in USD a month for the environments that its heading names.
_HEADING = re.compile(r"^## Costs .*\(USD a month, (?P<names>[\w /]+)\)\n(?P<parts>.+)$", re.MULTILINE)
_FIGURES = r"[\d,]+(?:\.\d+)?(?:/[\d,]+(?:\.\d+)?)*"
_ENTRY = re.compile(rf"(?P<part>[A-Z][^.]*) (?P<figures>{_FIGURES})(?: each)?(?:\. |$)")
# Or a sentence for each environment: "(USD a month): … Dev: Fargate 15, RDS 15, … Prod: …".
_SENTENCES = re.compile(
    r"^- Costs [^\n]*\(USD a month\):[^\n]*?Dev: (?P<dev>.+?)\. Prod: (?P<prod>.+?)\.$", re.MULTILINE
)
_FIGURE = re.compile(r"(?P<part>[A-Za-z][A-Za-z ]*?) (?P<from>[\d.]+)(?:–(?P<to>[\d.]+))?(?:, |$)")


def part_of(line: Line, words: Container[str]) -> str:
    """The part of a specification's table to which a line belongs, by the words that the table has."""
    candidates = _WORDS.get(line.service, ())
    if line.service == "VPC":
        # What leads out of private subnets; the addresses of load balancers and tasks are theirs.
        way_out = not line.module or line.module.startswith(_NETWORK)
        candidates = ("NAT",) if way_out else ("ALB",) if line.module == _LOAD_BALANCER else ("Fargate",)
    return next((word for word in candidates if word in words), REST)


def by_part(lines: Iterable[Line], words: Container[str]) -> dict[str, tuple[Line, ...]]:
    """Lines by the part to which they belong."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(part_of(line, words), []).append(line)
    return {part: tuple(found) for part, found in groups.items()}


def table_of(product: str) -> Mapping[str, Mapping[str, tuple[float, float]]]:
    """What the specification says by environment and part, from and to USD a month; empty without a table."""
    file = DIRECTORY / f"{product}.md"
    text = file.read_text() if file.is_file() else ""
    if found := _HEADING.search(text):
        return _of_entries(found["names"].split(" / "), found["parts"])
    if found := _SENTENCES.search(text):
        return {name: _of_figures(found[name]) for name in ("prod", "dev")}
    return {}


def _of_entries(names: list[str], parts: str) -> dict[str, dict[str, tuple[float, float]]]:
    tables: dict[str, dict[str, tuple[float, float]]] = {name: {} for name in names}
    for entry in filter(None, (_ENTRY.match(part) for part in parts.split(" · "))):
        figures = entry["figures"].replace(",", "").split("/")
        # One figure is that of each environment.
        for name, figure in zip(names, figures * (len(names) // len(figures)), strict=True):
            tables[name][entry["part"]] = (float(figure), float(figure))
    return tables


def _of_figures(text: str) -> dict[str, tuple[float, float]]:
    return {
        one["part"]: (float(one["from"]), float(one["to"] or one["from"])) for one in _FIGURE.finditer(text)
    }
