"""The project: where its files are, and its main.py, run in a process of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from modules.errors import ProblemsError
from operations.terraform import process

ROOT = Path(__file__).parents[1]
MAIN = ROOT / "main.py"


def synthesize(main: Path | None = None, **environment: str) -> None:
    """Run main.py, by default this project's, with these environment variables besides those that are set.

    Raises ProblemsError with what it wrote to standard error.
    """
    program = main or MAIN
    finished = process.run(
        [sys.executable, str(program)],
        directory=program.parent,
        environment={**os.environ, **environment},
    )
    if finished.code != 0:
        raise ProblemsError.one("python main.py", finished.errors.strip() or "failed without a message")
