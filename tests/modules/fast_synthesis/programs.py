"""Python programs beside a copy of the package, as another project has it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def run(folder: Path, program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    ours = {"FAST_SYNTHESIS", "NODE_OPTIONS", "PYTHONPATH"}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
