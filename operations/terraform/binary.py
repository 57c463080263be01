"""The Terraform on PATH and its version."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache

from modules.errors import ProblemsError, refusal

# Ephemeral values and write-only arguments (Terraform documentation, "Ephemeral values in resources").
NEEDED = (1, 11)
_FIX = "install it from https://developer.hashicorp.com/terraform/install and put it on PATH"


def terraform_binary() -> str:
    """Find a Terraform on PATH that is new enough. Raises ProblemsError if there is none."""
    found = shutil.which("terraform")
    if not found:
        why = refusal(got="no such program on PATH", allowed=f"Terraform {_text(NEEDED)} or newer", fix=_FIX)
        raise ProblemsError.one("terraform", why)
    version = version_of(found)
    if version < NEEDED:
        why = refusal(got=f"{_text(version)} at {found}", allowed=f"{_text(NEEDED)} or newer", fix=_FIX)
        raise ProblemsError.one("terraform", why)
    return found


@cache
def version_of(binary: str) -> tuple[int, ...]:
    """The version of a Terraform, such as (1, 11, 4). Raises ProblemsError if it prints none."""
    try:
        answer = subprocess.run([binary, "version", "-json"], capture_output=True, text=True, check=True)
        version = str(json.loads(answer.stdout)["terraform_version"])
    except (OSError, subprocess.CalledProcessError, ValueError, KeyError) as error:
        raise ProblemsError.one(
            "terraform", f"{binary} does not tell its version ({error}); {_FIX}"
        ) from None
    return tuple(int(number) for number in re.findall(r"\d+", version.partition("-")[0]))


def _text(version: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in version)
