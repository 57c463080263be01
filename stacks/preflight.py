"""Whether Node, on which the constructs run, is there and new enough: asked before jsii fails obscurely."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from modules.errors import ProblemsError, refusal

PROJECT = Path(__file__).parent.parent
_MEND = "run `make setup`, which installs the pinned one, or `make doctor` for more"


def check_node() -> None:
    """Raise ProblemsError when there is no Node, or one that package.json's range leaves out."""
    name = os.environ.get("JSII_NODE") or "node"
    program = shutil.which(name)
    allowed = str(json.loads((PROJECT / "package.json").read_text())["engines"]["node"])
    if program is None:
        got = f"no program {name}" if name != "node" else "no such program on PATH"
        raise ProblemsError.one("node", refusal(got=got, allowed=allowed, mend=_MEND))
    if Path(program).is_relative_to(PROJECT / "node_modules"):
        return  # the pinned one; asking it costs as much as a small stack
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    lowest, highest = (tuple(map(int, bound.split("."))) for bound in re.findall(r"\d+(?:\.\d+)*", allowed))
    version = tuple(map(int, re.findall(r"\d+", answer)))
    if not lowest <= version < highest:
        got = f"{answer.strip() or 'no version'} at {program}"
        raise ProblemsError.one("node", refusal(got=got, allowed=allowed, mend=_MEND))
