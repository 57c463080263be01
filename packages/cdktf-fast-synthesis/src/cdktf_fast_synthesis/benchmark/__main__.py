"""The command line: `python -m cdktf_fast_synthesis.benchmark [PROGRAM…]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..caches import has_bytecode, has_runtime_index
from ..errors import SynthesisError
from .comparison import FEW
from .report import compare_with_stock


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if a goal is missed and `--check` asks for it, 2 if something is wrong."""
    asked = _parser().parse_args(arguments)
    try:
        _require_caches(asked.provider)
        report = compare_with_stock(
            {str(program): program for program in asked.programs},
            pairs=asked.pairs,
            resources=asked.resources,
            announce=lambda step: print(step, file=sys.stderr),  # noqa: T201  a command
        )
    except SynthesisError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{report.as_json() if asked.json else report.as_text()}\n")
    sys.stderr.writelines(f"missed: {sentence}\n" for sentence in report.missed)
    return 1 if asked.check and report.missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cdktf_fast_synthesis.benchmark",
        description="Measure synthesis against stock cdktf: counts, CPU, memory, equal output.",
    )
    program = "a program that calls install() and synthesizes into CDKTF_OUTDIR"
    parser.add_argument("programs", nargs="*", type=Path, metavar="PROGRAM", help=program)
    parser.add_argument("--pairs", type=_at_least_one, default=5, help="runs of each kind, in turn")
    parser.add_argument(
        "--resources",
        type=int,
        default=3000,
        help=f"also applications of {FEW} and of this many, for what each further one takes; 0: neither",
    )
    parser.add_argument("--provider", default="cdktf_cdktf_provider_aws", help="whose caches must be there")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--check", action="store_true", help="fail if a goal is missed")
    return parser


def _at_least_one(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError(f"got {text}; allowed: 1 or more")
    return number


def _require_caches(provider: str) -> None:
    """Refuse to measure without them: each run would do again what they keep."""
    if missing := list(_missing_caches(provider)):
        raise SynthesisError(missing)


def _missing_caches(provider: str) -> Iterator[str]:
    if not has_runtime_index(provider):
        build = f'cdktf_fast_synthesis.build_runtime_index("{provider}")'
        yield f"jsii's index of {provider}: absent; write it with `import cdktf_fast_synthesis; {build}`"
    if not has_bytecode(provider):
        yield f"compiled code of {provider}: absent; compile it with `python -m compileall` on its folder"


if __name__ == "__main__":
    sys.exit(main())
