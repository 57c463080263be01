"""What an estimate consists of: parts of resources' costs, and the lines that sum them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass

from operations.cost.prices import Price


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How much of something in a month: what is expected, and the range that its scaling allows."""

    least: float
    expected: float
    most: float

    @classmethod
    def of(cls, value: float) -> Amount:
        """What does not scale."""
        return cls(least=value, expected=value, most=value)

    def times(self, factor: float) -> Amount:
        """So many of it."""
        return Amount(least=self.least * factor, expected=self.expected * factor, most=self.most * factor)

    def plus(self, other: Amount) -> Amount:
        """Both."""
        return Amount(
            least=self.least + other.least,
            expected=self.expected + other.expected,
            most=self.most + other.most,
        )


NOTHING = Amount.of(0)


@dataclass(frozen=True, kw_only=True)
class Item:
    """A part of a resource's costs. `usage`: its amount is an assumption of usage.toml."""

    service: str
    module: str
    price: Price
    amount: Amount
    usage: bool = False


@dataclass(frozen=True, kw_only=True)
class Line(Item):
    """All that a module has of one product in one region; `unknown` where its price is."""

    @property
    def what(self) -> str:
        """What is paid for."""
        return self.price.product.what

    @property
    def unknown(self) -> bool:
        """Whether it has no price, so that no sum contains it."""
        return self.price.figure is None

    @property
    def monthly(self) -> Amount:
        """USD a month."""
        return self.amount.times(self.price.usd)


@dataclass(frozen=True, kw_only=True)
class Total:
    """USD a month of lines together, and how many of their `prices` are unknown, so that it lacks them."""

    usd: Amount
    prices: int
    unknown: int

    @property
    def figure(self) -> str:
        """What is expected, as people read it: the least that it can be where a price is unknown."""
        if self.all_unknown:
            return "unknown"
        return f"{'at least ' if self.unknown else ''}{self.usd.expected:,.2f}"

    @property
    def lacks(self) -> str:
        """How many prices it lacks, as a clause; nothing where it has all."""
        if not self.unknown:
            return ""
        return f"{self.unknown} of {self.prices} prices {'is' if self.unknown == 1 else 'are'} unknown"

    @property
    def all_unknown(self) -> bool:
        """Whether there is nothing to sum."""
        return bool(self.unknown) and self.unknown == self.prices

    def __str__(self) -> str:
        if self.all_unknown:
            return f"unknown: it has no price of {self.prices} that it needs"
        return f"{self.figure} USD a month{self.lacks and f': {self.lacks}'}"


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The costs of a stack in a month, by lines.

    `unpriced` are types of resources that nothing prices, `not_assumed` what may be paid for what is used, of
    which usage.toml assumes nothing.
    """

    stack: str
    region: str
    paused: bool
    lines: tuple[Line, ...]
    unpriced: tuple[str, ...] = ()
    not_assumed: tuple[str, ...] = ()

    @property
    def total(self) -> Amount:
        """USD a month of all lines that have a price."""
        return total(self.lines)

    @property
    def together(self) -> Total:
        """The total as it is told, with what it lacks."""
        return together(self.lines, self.unpriced)

    @property
    def without(self) -> tuple[str, ...]:
        """What the total lacks because its price is unknown."""
        lacking = {f"{line.what} ({line.price.region})" for line in self.lines if line.unknown}
        return (*sorted(lacking), *self.unpriced)

    def by(self, key: Callable[[Line], str]) -> dict[str, tuple[Line, ...]]:
        """The lines in groups, the most expensive first, in each the most expensive first."""
        groups: dict[str, list[Line]] = {}
        for line in self.lines:
            groups.setdefault(key(line), []).append(line)
        ordered = sorted(groups.items(), key=lambda group: (-total(group[1]).expected, group[0]))
        return {
            name: tuple(sorted(lines, key=lambda line: (-line.monthly.expected, line.module, line.what)))
            for name, lines in ordered
        }


def total(lines: Iterable[Line]) -> Amount:
    """USD a month of lines together."""
    found = NOTHING
    for line in lines:
        found = found.plus(line.monthly)
    return found


def lines_of(items: Iterable[Item]) -> tuple[Line, ...]:
    """Items summed by service, module, product and region; nothing of which there is none."""
    found = _sums(
        items, lambda item: (item.service, item.module, item.price.key, item.price.region, item.usage)
    )
    return tuple(line for line in found if line.amount.most)


def not_assumed(items: Iterable[Item]) -> tuple[str, ...]:
    """What is paid for what is used, and is assumed to be nothing."""
    used = _sums((item for item in items if item.usage), lambda item: (item.price.key, item.price.region))
    return tuple(sorted({line.what for line in used if not line.amount.most}))


def summed(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines of several modules summed by product and region, the most expensive first."""
    found = _sums(lines, lambda line: (line.price.key, line.price.region, line.usage))
    return tuple(sorted(found, key=lambda line: (-line.monthly.expected, line.what)))


def _sums(items: Iterable[Item], key: Callable[[Item], Hashable]) -> Iterable[Line]:
    found: dict[Hashable, Line] = {}
    for item in items:
        before = found[key(item)].amount if key(item) in found else NOTHING
        found[key(item)] = Line(
            service=item.service,
            module=item.module,
            price=item.price,
            amount=before.plus(item.amount),
            usage=item.usage,
        )
    return found.values()


def together(lines: Collection[Line], unpriced: Collection[str] = ()) -> Total:
    """USD a month of lines together, and of types of resources that nothing prices.

    A price is that of a product in a region, however many lines it has.
    """
    prices = {(line.price.key, line.price.region) for line in lines}
    unknown = {(line.price.key, line.price.region) for line in lines if line.unknown}
    return Total(usd=total(lines), prices=len(prices) + len(unpriced), unknown=len(unknown) + len(unpriced))
