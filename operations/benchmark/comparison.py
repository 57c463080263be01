"""What the runs say together: medians, ratios, and whether they meet the goals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from modules.errors import Problem, ProblemsError
from operations.benchmark.runs import Run

CPU_RATIO = 0.12
PYTHON_MB, NODE_MB = 80, 250
MILLISECONDS_PER_RESOURCE = 1.5  # "about one" on a machine of 2024


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
    """One measured thing, of both kinds of run; the ratio is of pairs, each measured one after the other."""

    stock: float
    fast: float
    ratio: Spread


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All that was measured."""

    resources: int
    stacks: int
    files: int  # written, equal in all runs
    measures: Mapping[str, Measure]
    opened: Mapping[str, tuple[int, int]]  # files of the provider, stock and fast
    messages: Mapping[str, tuple[int, int]]
    milliseconds_per_resource: float | None

    def missed(self) -> list[str]:
        """Each goal that was not met, as a sentence."""
        cpu, slope = self.measures["CPU, s"].ratio.median, self.milliseconds_per_resource
        python, node = self.measures["Python peak, MB"].fast, self.measures["Node peak, MB"].fast
        goals = [
            (cpu <= CPU_RATIO, f"CPU: {cpu:.3f} of stock, the goal is {CPU_RATIO} or less"),
            (python < PYTHON_MB, f"Python: {python:.0f} MB at its peak, the goal is less than {PYTHON_MB}"),
            (node < NODE_MB, f"Node: {node:.0f} MB at its peak, the goal is less than {NODE_MB}"),
            (
                slope is None or slope <= MILLISECONDS_PER_RESOURCE,
                f"each further resource: {slope} ms, the goal is about 1",
            ),
        ]
        return [sentence for met, sentence in goals if not met]


def compare(
    counted: tuple[Run, Run], pairs: Sequence[tuple[Run, Run]], milliseconds_per_resource: float | None
) -> Comparison:
    """Compare runs, each pair stock then fast; ProblemsError if they did not all write the same."""
    stock, fast = counted
    _require_equal(stock, [fast, *(run for pair in pairs for run in pair)])
    kinds = sorted({*stock.messages, *fast.messages})
    return Comparison(
        resources=stock.resources,
        stacks=stock.stacks,
        files=len(stock.digests),
        measures={
            "CPU, s": _measure(pairs, lambda run: run.cpu),
            "wall, s": _measure(pairs, lambda run: run.wall),
            "Python peak, MB": _measure(pairs, lambda run: run.python_mb),
            "Node peak, MB": _measure(pairs, lambda run: run.node_mb),
        },
        opened={
            "Python": (stock.python_files, fast.python_files),
            "Node": (stock.node_files, fast.node_files),
        },
        messages={kind: (stock.messages.get(kind, 0), fast.messages.get(kind, 0)) for kind in kinds},
        milliseconds_per_resource=milliseconds_per_resource,
    )


def _measure(pairs: Sequence[tuple[Run, Run]], of: Callable[[Run], float]) -> Measure:
    return Measure(
        stock=median(of(stock) for stock, _ in pairs),
        fast=median(of(fast) for _, fast in pairs),
        ratio=Spread.of([of(fast) / of(stock) for stock, fast in pairs]),
    )


def _require_equal(stock: Run, others: Sequence[Run]) -> None:
    names = sorted({name for run in (stock, *others) for name in run.digests})
    different = [
        name for name in names if any(run.digests.get(name) != stock.digests.get(name) for run in others)
    ]
    if different:
        mend = "two runs wrote it differently; run with FAST_SYNTHESIS=0 until that is understood"
        raise ProblemsError(Problem(where=name, what=mend) for name in different)
