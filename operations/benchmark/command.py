"""The command: check the caches, run everything in turn, print the tables."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from modules.errors import Problem, ProblemsError
from operations import prewarm
from operations.benchmark.comparison import CPU, CPU_RATIO, FEW, MILLISECONDS_PER_RESOURCE, Comparison
from operations.benchmark.runs import Run, run
from operations.benchmark.table import table

MAIN = Path(__file__).parents[2] / "main.py"
SYNTHETIC = Path(__file__).with_name("synthetic.py")
APPLICATION, MORE = "an application", "an application of more"
KINDS = {"stock": True, "on demand": False}
Measure = Callable[..., Run]
Step = tuple[str, Callable[[], Run]]


def benchmark(
    *,
    pairs: Annotated[int, typer.Option(min=1, help="Interleaved runs of each kind.")] = 5,
    resources: Annotated[
        int, typer.Option(help=f"Also applications of {FEW} and of this many, for the slope; 0: neither.")
    ] = 3000,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Fail if a goal is missed.")] = False,
) -> None:
    """Measure `python main.py` against the same with the stock import: counts, CPU, memory, equal output."""
    require_caches()
    programs: dict[str, Measure] = {"main.py": partial(run, MAIN)}
    once: list[Step] = []
    if resources > FEW:
        programs[APPLICATION] = partial(run, SYNTHETIC, str(FEW))
        once = [(MORE, partial(run, SYNTHETIC, str(resources)))]
    # In turn, so that what else the machine does falls on all alike; first those that count and warm up.
    counting = [step for name, measure in programs.items() for step in _pair(name, measure, counting=True)]
    timed = [step for name, measure in programs.items() for step in _pair(name, measure)]
    found = _carried_out([*counting, *[*timed, *once] * pairs])

    compared = {
        name: Comparison.of(list(zip(*(found[f"{name}, {kind}"] for kind in KINDS), strict=True)))
        for name in programs
    }
    few = compared.get(APPLICATION)
    slope = _slope(few, found[MORE]) if few else None
    missed = [sentence for each in compared.values() for sentence in each.missed(few)]
    if slope is not None and slope > MILLISECONDS_PER_RESOURCE:
        missed.append(
            f"each further resource: {slope:.2f} ms of CPU, the goal is {MILLISECONDS_PER_RESOURCE:g}"
        )

    if as_json:
        tables = {name: asdict(each) for name, each in compared.items()}
        typer.echo(json.dumps({**tables, "milliseconds_per_resource": slope, "missed": missed}, indent=2))
    else:
        _print(compared, slope)
    for sentence in missed:
        typer.secho(f"missed: {sentence}", fg="red", err=True)
    if check and missed:
        raise typer.Exit(1)


def require_caches() -> None:
    """Refuse to measure without them, when each run would do again what they keep."""
    caches = {
        "jsii's index of the bindings": prewarm.has_runtime_index(),
        "the bindings' byte code": prewarm.has_byte_code(),
    }
    missing = [name for name, is_there in caches.items() if not is_there]
    if missing:
        what = "absent, and its absence would be what is measured; run `infra prewarm`"
        raise ProblemsError(Problem(where=name, what=what) for name in missing)


def _pair(name: str, measure: Measure, *, counting: bool = False) -> list[Step]:
    """The stock import, then on demand."""
    return [
        (f"{name}, {kind}", partial(measure, stock=stock, counting=counting)) for kind, stock in KINDS.items()
    ]


def _carried_out(plan: Sequence[Step]) -> Mapping[str, list[Run]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    found = defaultdict[str, list[Run]](list)
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(plan))
        for name, carry_out in plan:
            progress.update(task, description=name)
            found[name].append(carry_out())
            progress.advance(task)
    return found


def _slope(few: Comparison, many: Sequence[Run]) -> float:
    """CPU of each further resource, in milliseconds: between the medians of two sizes."""
    seconds = median(each.cpu for each in many) - few.measures[CPU].fast
    return 1000 * seconds / (many[0].resources - few.resources)


def _print(compared: dict[str, Comparison], slope: float | None) -> None:
    console = Console()
    for number, (name, each) in enumerate(compared.items()):
        console.print(table(name, each, compared.get(APPLICATION), with_counts=number == 0))
    if slope is not None:
        console.print(f"each further resource on demand: {slope:.2f} ms of CPU")
        further = f"{MILLISECONDS_PER_RESOURCE:g} ms for each further one"
        console.print(f"The goal is {CPU_RATIO} of stock's CPU at {FEW} resources, and {further}.")
