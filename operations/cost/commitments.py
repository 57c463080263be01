"""What a commitment to a year of usage would save: Savings Plans and reserved nodes. Pure.

What is covered, by AWS: Compute Savings Plans cover Fargate and Lambda, not Fargate Spot (Savings Plans user
guide, "Compute Savings Plans"); Database Savings Plans cover Aurora Serverless v2, and no instances of the t
families, for which there are reserved DB instances and reserved nodes (Savings Plans user guide, "Database
Savings Plans"; Amazon RDS user guide, "Reserved DB instances"; ElastiCache user guide, "Reserved nodes").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from operations.cost.lines import Estimate, Line, together

COVERAGES = (50, 75, 100)  # percent of what always runs
MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A commitment that AWS sells: how the keys of what it covers begin, and the page of its discounts."""

    name: str
    title: str
    covers: tuple[str, ...]
    page: str


KINDS = (
    Kind(
        name="compute",
        title="Compute Savings Plan",
        covers=("fargate-vcpu-", "fargate-gib-", "function-gb-second"),
        page="https://aws.amazon.com/savingsplans/compute-pricing/",
    ),
    Kind(
        name="databases",
        title="Reserved DB instances",
        covers=("rds-postgres-db.",),
        page="https://aws.amazon.com/rds/postgresql/pricing/",
    ),
    Kind(
        name="serverless",
        title="Database Savings Plan",
        covers=("aurora-unit",),
        page="https://aws.amazon.com/savingsplans/database-pricing/",
    ),
    Kind(
        name="caches",
        title="Reserved cache nodes",
        covers=("cache-redis-cache.", "cache-valkey-cache."),
        page="https://aws.amazon.com/elasticache/pricing/",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """A commitment to a part of what always runs: USD a month that it costs, used or not, and saves."""

    percent: int
    costs: float
    saves: float


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """What a kind of commitment would do in a region for some stacks.

    `always` and `expected` are USD a month on demand: what runs even when everything is scaled in, and what
    is expected to. `discount` is in percent; None: unknown, and so is all that follows from it. `lacks`: how
    many of the prices of what it covers are unknown, so that both are at least what they say.
    """

    kind: Kind
    region: str
    always: float
    expected: float
    discount: float | None
    lacks: str = ""

    @property
    def coverages(self) -> tuple[Coverage, ...]:
        """What each coverage costs and saves in a month."""
        if self.discount is None:
            return ()
        saved = self.discount / 100
        bases = [(percent, self.always * percent / 100) for percent in COVERAGES]
        return tuple(
            Coverage(percent=percent, costs=base * (1 - saved), saves=base * saved) for percent, base in bases
        )

    @property
    def break_even_percent(self) -> float | None:
        """The part of what it covers that must run for it to cost less than none."""
        return None if self.discount is None else 100 - self.discount

    @property
    def break_even_months(self) -> float | None:
        """The months of a year after which it has paid, even if all is stopped then."""
        return None if self.discount is None else MONTHS * (1 - self.discount / 100)


def commitments(estimates: Iterable[Estimate], discounts: Mapping[str, float]) -> list[Commitment]:
    """The commitments that estimates together allow, by kind and region; `discounts` in percent, by kind."""
    lines = [line for one in estimates for line in one.lines]
    return [one for kind in KINDS for one in _of_kind(kind, lines, discounts.get(kind.name))]


def _of_kind(kind: Kind, lines: Iterable[Line], discount: float | None) -> Iterator[Commitment]:
    covered = [line for line in lines if line.price.key.startswith(kind.covers)]
    for region in sorted({line.price.region for line in covered}):
        found = together([line for line in covered if line.price.region == region])
        if found.usd.expected or found.unknown:
            yield Commitment(
                kind=kind,
                region=region,
                always=found.usd.least,
                expected=found.usd.expected,
                discount=discount,
                lacks=found.lacks,
            )
