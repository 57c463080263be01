"""The project: where its files are, and its main.py, run in a process of its own."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from modules.errors import ProblemsError, refusal
from operations.terraform import process
from stacks.output import output_directory

ROOT = Path(__file__).parents[1]
MAIN = ROOT / "main.py"
# A wheel has main.py too, but neither cdktf.json nor the tests.
IS_CHECKOUT = (ROOT / "cdktf.json").is_file()
# What runs leave behind is here.
WORKING_DIRECTORY = ROOT if IS_CHECKOUT else Path.cwd()


def require_checkout(command: str) -> None:
    """Refuse a command that changes the project's files where the project is installed as a wheel."""
    if not IS_CHECKOUT:
        why = refusal(
            got=f"an installed wheel, in {ROOT}",
            allowed="a checkout of the project",
            fix="clone its repository, run `make setup` there, and run the command there",
        )
        raise ProblemsError.one(command, why)


def synthesize(main: Path | None = None, **environment: str) -> None:
    """Run main.py, by default this project's, with these environment variables besides those that are set.

    Raises ProblemsError with what it wrote to standard error.
    """
    program = main or MAIN
    # This process reads what that one writes; the working directory of the two differs.
    output = {} if main else {"CDKTF_OUTDIR": str(output_directory())}
    finished = process.run(
        [sys.executable, str(program)],
        directory=program.parent,
        environment={**os.environ, **output, **environment},
    )
    if finished.code != 0:
        raise ProblemsError.one("python main.py", finished.errors.strip() or "failed without a message")


def warnings(stack: str) -> list[str]:
    """What the last synthesis warned of: a stack's annotations, which the CDKTF command line prints."""
    manifest = json.loads((output_directory() / "manifest.json").read_text())
    return [str(one["message"]) for one in manifest["stacks"][stack].get("annotations", ())]
