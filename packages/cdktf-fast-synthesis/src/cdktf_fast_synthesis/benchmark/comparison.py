"""What the runs say together: medians, ratios, and whether they meet the goals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from ..errors import SynthesisError
from .runs import Run

# Resources of the smaller application.
FEW = 600
# What a further resource may take of CPU, and what the processes may at any number.
MILLISECONDS_PER_RESOURCE, PYTHON_MB, NODE_MB = 1.0, 85, 200
CPU, WALL, PYTHON_PEAK, NODE_PEAK = "CPU, s", "wall, s", "Python peak, MB", "Node peak, MB"
Pairs = Sequence[tuple[Run, Run]]  # of stock and fast, each measured one after the other


class Goals(NamedTuple):
    """The shares of stock's CPU and wall time that are allowed; None: any."""

    cpu: float
    wall: float | None = None


OF_A_PROGRAM, OF_FEW = Goals(cpu=0.12, wall=0.10), Goals(cpu=0.045)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Several measurements of one thing."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of some values."""
        return cls(median=median(values), least=min(values), most=max(values))


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measured thing, of each kind of run: medians, and the spread of the ratio of pairs."""

    stock: float
    fast: float
    ratio: Spread
    floor: float | None = None

    @classmethod
    def of(cls, pairs: Pairs, quantity: Callable[[Run], float], floor: Sequence[Run] = ()) -> Measure:
        """One quantity of some pairs, and of runs of floor.py."""
        return cls(
            stock=median(quantity(stock) for stock, _ in pairs),
            fast=median(quantity(fast) for _, fast in pairs),
            ratio=Spread.of([quantity(fast) / quantity(stock) for stock, fast in pairs]),
            floor=median(map(quantity, floor)) if floor else None,
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One program, with stock cdktf and fast."""

    resources: int
    stacks: int
    files: int  # written, equal in all runs
    measures: Mapping[str, Measure]
    opened: Mapping[str, tuple[int, int]]  # files of the provider, stock and fast
    messages: Mapping[str, tuple[int, int]]
    goals: Goals

    @classmethod
    def of(cls, pairs: Pairs, goals: Goals = OF_A_PROGRAM, floor: Sequence[Run] = ()) -> Comparison:
        """Compare runs, counted in the first pair; SynthesisError if they did not all write the same."""
        stock, fast = pairs[0]
        _require_equal(stock, [run for pair in pairs for run in pair])
        kinds = sorted({*stock.messages, *fast.messages})
        timed = pairs[1:]
        return cls(
            resources=stock.resources,
            stacks=stock.stacks,
            files=len(stock.digests),
            measures={
                CPU: Measure.of(timed, lambda run: run.cpu, floor),
                WALL: Measure.of(timed, lambda run: run.wall, floor),
                PYTHON_PEAK: Measure.of(timed, lambda run: run.python_mb, floor),
                NODE_PEAK: Measure.of(timed, lambda run: run.node_mb, floor),
            },
            opened={
                "Python": (stock.python_files, fast.python_files),
                "Node": (stock.node_files, fast.node_files),
            },
            messages={kind: (stock.messages.get(kind, 0), fast.messages.get(kind, 0)) for kind in kinds},
            goals=goals,
        )

    @property
    def missed(self) -> list[str]:
        """Each goal that was not met, as a sentence."""
        shares = {CPU: self.goals.cpu, WALL: self.goals.wall}
        sentences = [
            f"{quantity.partition(',')[0]}: {ratio:.3f} of stock, the goal is {allowed:g} or less"
            for quantity, allowed in shares.items()
            if allowed is not None and (ratio := self.measures[quantity].ratio.median) > allowed
        ]
        peaks = {PYTHON_PEAK: PYTHON_MB, NODE_PEAK: NODE_MB}
        sentences += [
            f"{quantity.partition(' ')[0]}: {peak:.0f} MB at its peak, the goal is less than {allowed}"
            for quantity, allowed in peaks.items()
            if (peak := self.measures[quantity].fast) >= allowed
        ]
        return [f"{self.resources} resources, {sentence}" for sentence in sentences]


def _require_equal(stock: Run, others: Sequence[Run]) -> None:
    names = sorted({name for run in (stock, *others) for name in run.digests})
    different = [
        name for name in names if any(run.digests.get(name) != stock.digests.get(name) for run in others)
    ]
    if different:
        what = "two runs wrote it differently; run with FAST_SYNTHESIS=0 until that is understood"
        raise SynthesisError(f"{name}: {what}" for name in different)
