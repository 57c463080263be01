"""What a remote run in Terraform Cloud is sent: a stack's JSON and its provider lock, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modules.files import write_atomically
from stacks.output import DOCUMENT
from stacks.provider_lock import NAME as LOCK

# Saved plans and an errored.tfstate hold what the state holds (Terraform, ".terraformignore").
_RULES = f"""\
# Terraform Cloud is sent these files alone.
*
!/{DOCUMENT}
!/{LOCK}
!/assets/
"""


def write(directory: Path, terraform: Mapping[str, Any]) -> None:
    """Write the file that Terraform reads before an upload, where the stack's state is in Terraform Cloud."""
    file = directory / ".terraformignore"
    if "cloud" in terraform:
        write_atomically(file, _RULES.encode())
    else:
        file.unlink(missing_ok=True)
