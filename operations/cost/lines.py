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
class Estimate:
    """The costs of a stack in a month, by lines; `unpriced` are types of resources that nothing prices."""

    stack: str
    region: str
    paused: bool
    lines: tuple[Line, ...]
    unpriced: tuple[str, ...] = ()

    @property
    def total(self) -> Amount:
        """USD a month of all lines that have a price."""
        return total(self.lines)

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


def shown_total(lines: Collection[Line]) -> str:
    """USD a month of lines together, as people read it: unknown where none of them has a price."""
    if lines and all(line.unknown for line in lines):
        return "unknown"
    return f"{total(lines).expected:,.2f}"
