"""`infra benchmark`: synthesis of all stacks against the stock toolkit, in ratios and exact counts."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

import cdktf_fast_synthesis
from modules.errors import Problem, ProblemsError
from operations import prewarm, project
from operations.console import AsJson


def benchmark(
    *,
    pairs: Annotated[int, typer.Option(min=1, help="Interleaved runs of each kind")] = 5,
    resources: Annotated[
        int, typer.Option(help="Also small applications and one of this many, for the slope; 0: neither")
    ] = 3000,
    as_json: AsJson = False,
    check: Annotated[bool, typer.Option("--check", help="Fail if a goal is missed")] = False,
) -> None:
    """Measure `python main.py` against the same with the stock toolkit: counts, CPU, memory, equal output."""
    require_caches()
    try:
        with Console(stderr=True).status("") as status:
            report = cdktf_fast_synthesis.compare_with_stock(
                {"main.py": project.MAIN}, pairs=pairs, resources=resources, announce=status.update
            )
    except cdktf_fast_synthesis.SynthesisError as error:
        typer.secho(str(error), fg="red", err=True)
        raise typer.Exit(2) from None
    typer.echo(report.as_json() if as_json else report.as_text())
    toolkit = cdktf_fast_synthesis.toolkit()
    if toolkit != "cdktf":
        typer.echo(f"With {toolkit}, whose stock is faster; the goals are those of cdktf.", err=True)
        return
    for sentence in report.missed:
        typer.secho(f"missed: {sentence}", fg="red", err=True)
    if check and report.missed:
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
