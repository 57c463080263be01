"""The whole measurement: every program in turn, then what it shows, as text or JSON."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from .comparison import CPU, FEW, MILLISECONDS_PER_RESOURCE, OF_A_PROGRAM, OF_FEW, Comparison
from .runs import Run, run_program
from .table import table

SYNTHETIC, FLOOR = (Path(__file__).with_name(name) for name in ("synthetic.py", "floor.py"))
_APPLICATION, _MORE = "an application", "an application of more"
_KINDS = {"stock": True, "fast": False}
_Measure = Callable[..., Run]
_Step = tuple[str, Callable[[], Run]]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was measured of each program, by name, and the CPU that each further resource takes."""

    comparisons: Mapping[str, Comparison]
    milliseconds_per_resource: float | None

    @property
    def missed(self) -> list[str]:
        """Each goal that was not met, as a sentence."""
        slope = self.milliseconds_per_resource
        missed = [sentence for each in self.comparisons.values() for sentence in each.missed]
        if slope is not None and slope > MILLISECONDS_PER_RESOURCE:
            goal = f"the goal is {MILLISECONDS_PER_RESOURCE:g}"
            missed.append(f"each further resource: {slope:.2f} ms of CPU, {goal}")
        return missed

    def as_text(self) -> str:
        """Write a table for each program."""
        slope = self.milliseconds_per_resource
        parts = [
            table(name, each, with_counts=number == 0)
            for number, (name, each) in enumerate(self.comparisons.items())
        ]
        if slope is not None:
            goal = f"the goal is {MILLISECONDS_PER_RESOURCE:g} or less"
            parts.append(f"each further resource, fast: {slope:.2f} ms of CPU; {goal}")
        return "\n\n".join(parts)

    def as_json(self) -> str:
        """Write the same as JSON."""
        tables = {name: asdict(each) for name, each in self.comparisons.items()}
        slope = {"milliseconds_per_resource": self.milliseconds_per_resource}
        return json.dumps({**tables, **slope, "missed": self.missed}, indent=2)


def compare_with_stock(
    programs: Mapping[str, Path],
    *,
    pairs: int = 5,
    resources: int = 3000,
    announce: Callable[[str], object] = lambda _step: None,
) -> Report:
    """Run each program with stock cdktf and fast, so many times each; and applications of several sizes.

    A program calls install() and synthesizes into CDKTF_OUTDIR. `resources` is the size of the larger
    application; none is run if it is no more than FEW. Raises SynthesisError if a program fails, or writes
    something else than with stock cdktf.
    """
    measures: dict[str, _Measure] = {name: partial(run_program, path) for name, path in programs.items()}
    once: list[_Step] = []
    if resources > FEW:
        measures[_APPLICATION] = partial(run_program, SYNTHETIC, str(FEW))
        once = [(_MORE, partial(run_program, SYNTHETIC, str(resources)))]
    with TemporaryDirectory(prefix="benchmark-") as directory:
        written = {name: Path(directory) / str(number) for number, name in enumerate(measures)}
        # In turn, so that what else the machine does falls on all alike; first those that count and warm up.
        counting = [
            step
            for name, measure in measures.items()
            for step in _pair(name, measure, counting=True, keep=written[name])
        ]
        timed = [
            step
            for name, measure in measures.items()
            for step in (*_pair(name, measure), _floor(name, written[name]))
        ]
        found = _carried_out([*counting, *[*timed, *once] * pairs], announce)
    comparisons = {
        name: Comparison.of(
            list(zip(*(found[f"{name}, {kind}"] for kind in _KINDS), strict=True)),
            OF_FEW if name == _APPLICATION else OF_A_PROGRAM,
            found[f"{name}, floor"],
        )
        for name in measures
    }
    few = comparisons.get(_APPLICATION)
    return Report(
        comparisons=comparisons, milliseconds_per_resource=_slope(few, found[_MORE]) if few else None
    )


def _pair(name: str, measure: _Measure, *, counting: bool = False, keep: Path | None = None) -> list[_Step]:
    """With stock cdktf, then fast."""
    return [
        (f"{name}, {kind}", partial(measure, stock=stock, counting=counting, keep=None if stock else keep))
        for kind, stock in _KINDS.items()
    ]


def _floor(name: str, written: Path) -> _Step:
    return f"{name}, floor", partial(run_program, FLOOR, str(written))


def _carried_out(plan: Sequence[_Step], announce: Callable[[str], object]) -> Mapping[str, list[Run]]:
    found = defaultdict[str, list[Run]](list)
    for number, (name, carry_out) in enumerate(plan, 1):
        announce(f"{number}/{len(plan)} {name}")
        found[name].append(carry_out())
    return found


def _slope(few: Comparison, many: Sequence[Run]) -> float:
    """CPU of each further resource, in milliseconds: between the medians of two sizes."""
    seconds = median(each.cpu for each in many) - few.measures[CPU].fast
    return 1000 * seconds / (many[0].resources - few.resources)
