"""`python main.py` and `infra`, as a person runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).parents[1]
MAIN = PROJECT / "main.py"
# `infra`, of the Python that runs the tests; and the same on a project whose main.py is the first argument.
# Of a test's own project no bytecode is kept: it tells two files of one second and length not apart.
INFRA = ("-m", "operations.cli")
INFRA_ON = (
    "-c",
    "import os, sys; from pathlib import Path; from operations import cli, project; "
    "os.environ['PYTHONDONTWRITEBYTECODE'] = '1'; project.MAIN = Path(sys.argv.pop(1)); cli.main()",
)


def run_main(output: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Synthesize into a directory; whether it succeeds is for the caller to say."""
    return subprocess.run(
        [sys.executable, str(MAIN), *arguments],
        env={**os.environ, "CDKTF_OUTDIR": str(output), **environment},
        check=False,
        capture_output=True,
        text=True,
    )


def run_infra(*words: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `infra` in an environment, to its end."""
    return subprocess.run(
        [sys.executable, *INFRA, *words],
        cwd=PROJECT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
