"""What the runs say together: medians, ratios, and whether they meet the goals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from ..errors import SynthesisError
from .runs import Run

# The share of stock's CPU at as many resources as FEW; each further one may take a millisecond more.
FEW = 600
CPU_RATIO, MILLISECONDS_PER_RESOURCE = 0.12, 1.0
PYTHON_MB, NODE_MB = 80, 250  # at any number
CPU, WALL, PYTHON_PEAK, NODE_PEAK = "CPU, s", "wall, s", "Python peak, MB", "Node peak, MB"
Pairs = Sequence[tuple[Run, Run]]  # of stock and fast, each measured one after the other


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
    """One measured thing, of both kinds of run: their medians, and the spread of the ratio of pairs."""

    stock: float
    fast: float
    ratio: Spread

    @classmethod
    def of(cls, pairs: Pairs, quantity: Callable[[Run], float]) -> Measure:
        """One quantity of some pairs."""
        return cls(
            stock=median(quantity(stock) for stock, _ in pairs),
            fast=median(quantity(fast) for _, fast in pairs),
            ratio=Spread.of([quantity(fast) / quantity(stock) for stock, fast in pairs]),
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

    @classmethod
    def of(cls, pairs: Pairs) -> Comparison:
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
                CPU: Measure.of(timed, lambda run: run.cpu),
                WALL: Measure.of(timed, lambda run: run.wall),
                PYTHON_PEAK: Measure.of(timed, lambda run: run.python_mb),
                NODE_PEAK: Measure.of(timed, lambda run: run.node_mb),
            },
            opened={
                "Python": (stock.python_files, fast.python_files),
                "Node": (stock.node_files, fast.node_files),
            },
            messages={kind: (stock.messages.get(kind, 0), fast.messages.get(kind, 0)) for kind in kinds},
        )

    def cpu_goal(self, few: Comparison | None = None) -> float:
        """The share of stock's CPU that is allowed; `few` is the same of an application of FEW resources."""
        if few is None:
            return CPU_RATIO
        further = MILLISECONDS_PER_RESOURCE / 1000 * max(0, self.resources - few.resources)
        return (CPU_RATIO * few.measures[CPU].stock + further) / self.measures[CPU].stock

    def missed(self, few: Comparison | None = None) -> list[str]:
        """Each goal that was not met, as a sentence."""
        cpu, allowed = self.measures[CPU].ratio.median, self.cpu_goal(few)
        python, node = self.measures[PYTHON_PEAK].fast, self.measures[NODE_PEAK].fast
        goals = [
            (cpu <= allowed, f"CPU: {cpu:.3f} of stock, the goal is {allowed:.3f} or less"),
            (python < PYTHON_MB, f"Python: {python:.0f} MB at its peak, the goal is less than {PYTHON_MB}"),
            (node < NODE_MB, f"Node: {node:.0f} MB at its peak, the goal is less than {NODE_MB}"),
        ]
        return [f"{self.resources} resources, {sentence}" for met, sentence in goals if not met]


def _require_equal(stock: Run, others: Sequence[Run]) -> None:
    names = sorted({name for run in (stock, *others) for name in run.digests})
    different = [
        name for name in names if any(run.digests.get(name) != stock.digests.get(name) for run in others)
    ]
    if different:
        what = "two runs wrote it differently; run with FAST_SYNTHESIS=0 until that is understood"
        raise SynthesisError(f"{name}: {what}" for name in different)
