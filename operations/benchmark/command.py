"""The command: check the caches, run everything in turn, print the table."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from modules.errors import Problem, ProblemsError
from operations import prewarm
from operations.benchmark.comparison import compare
from operations.benchmark.runs import Run, run
from operations.benchmark.table import table

MAIN = Path(__file__).parents[2] / "main.py"
SYNTHETIC = Path(__file__).with_name("synthetic.py")
FEW = 500  # resources: enough that each kind has been loaded and its code is warm
SLOPE_RUNS = 3


def benchmark(
    *,
    pairs: Annotated[int, typer.Option(min=1, help="Interleaved runs of each kind.")] = 5,
    resources: Annotated[
        int, typer.Option(help="Size of the application that shows the cost of a further resource; 0: none.")
    ] = 3000,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Fail if a goal is missed.")] = False,
) -> None:
    """Measure `python main.py` against the same with the stock import: counts, CPU, memory, equal output."""
    require_caches()
    both = [("stock", True), ("on demand", False)]
    counting = [(f"counting, {name}", partial(run, MAIN, stock=stock, counting=True)) for name, stock in both]
    measuring = [(f"measuring, {name}", partial(run, MAIN, stock=stock)) for name, stock in both]
    sizes = [FEW, resources] if resources > FEW else []
    scaling = [(f"{size} resources", partial(run, SYNTHETIC, str(size))) for size in sizes]

    runs = _carried_out([*counting, *measuring * pairs, *scaling * SLOPE_RUNS])
    stock, fast, measured, synthetic = runs[0], runs[1], runs[2 : 2 + 2 * pairs], runs[2 + 2 * pairs :]
    compared = compare(
        (stock, fast), list(zip(measured[::2], measured[1::2], strict=True)), _slope(synthetic)
    )

    if as_json:
        typer.echo(json.dumps({**dataclasses.asdict(compared), "missed": compared.missed()}, indent=2))
    else:
        Console().print(table(compared, pairs))
    for sentence in compared.missed():
        typer.secho(f"missed: {sentence}", fg="red", err=True)
    if check and compared.missed():
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


def _carried_out(plan: Sequence[tuple[str, Callable[[], Run]]]) -> list[Run]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    found = []
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(plan))
        for name, carry_out in plan:
            progress.update(task, description=name)
            found.append(carry_out())
            progress.advance(task)
    return found


def _slope(synthetic: Sequence[Run]) -> float | None:
    """CPU of each further resource, in milliseconds: between the medians of two sizes."""
    if not synthetic:
        return None
    few, many = synthetic[::2], synthetic[1::2]
    seconds = median(each.cpu for each in many) - median(each.cpu for each in few)
    return 1000 * seconds / (many[0].resources - few[0].resources)
