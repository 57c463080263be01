"""The state that Terraform could not write to its backend, in the directory of its stack."""

from __future__ import annotations

import shlex
from datetime import datetime
from pathlib import Path

from modules.errors import Problem

# Terraform writes it where an apply ran, and never deletes it ("Failed to persist state to backend").
NAME = "errored.tfstate"


def unpushed(directory: Path) -> list[Problem]:
    """What comes before anything else that changes a stack; nothing if no such state is in its directory.

    Whether it was pushed since, the file does not say: whoever pushes it deletes it.
    """
    file = directory / NAME
    if not file.exists():
        return []
    stack, at = directory.name, datetime.fromtimestamp(file.stat().st_mtime).astimezone()
    what = (
        f"its newest state is only in {NAME}, of {at:%Y-%m-%d %H:%M}, and its lock may be held. Once its "
        f"backend answers, and before any other command: infra state unlock {stack}; then "
        f"terraform -chdir={shlex.quote(str(directory))} state push {NAME} && rm {shlex.quote(str(file))}. "
        "If it was pushed already, delete it"
    )
    return [Problem(where=f"state of {stack}", what=what)]
