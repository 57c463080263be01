"""`python main.py`, as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

MAIN = Path(__file__).parents[1] / "main.py"


def run_main(output: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Synthesize into a directory; whether it succeeds is for the caller to say."""
    return subprocess.run(
        [sys.executable, str(MAIN)],
        env={**os.environ, "CDKTF_OUTDIR": str(output), **environment},
        check=False,
        capture_output=True,
        text=True,
    )
