"""The committed lock of the AWS provider, put beside each stack's JSON.

Without it, two people who initialize the same stack may plan with different versions of the range that the
stack allows (Terraform documentation, "Dependency Lock File").
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modules.files import write_atomically
from modules.provider import admits

NAME = ".terraform.lock.hcl"
COMMITTED = Path(__file__).parents[1] / NAME
# Names the lock of a sandbox instead, in the terminal that works on it beside the sandbox's own.
IN_ITS_PLACE = "INFRA_PROVIDER_LOCK"
_VERSION = re.compile(r'provider "registry\.terraform\.io/hashicorp/aws" \{\s*version\s*=\s*"([\d.]+)"')
_HASH = re.compile(r'"((?:h1|zh):[^"]+)"')


def locked_version(lock: str) -> str | None:
    """The version of the AWS provider in a lock file."""
    found = _VERSION.search(lock)
    return found[1] if found else None


def write(directory: Path, terraform: Mapping[str, Any]) -> None:
    """Put the committed lock beside a stack's JSON, unless its block `terraform` needs another version.

    A lock that is there stays where `terraform init` added the hash of its platform; one of a version that
    the stack doesn't allow goes, since Terraform would refuse it.
    """
    file, committed = directory / NAME, Path(os.environ.get(IN_ITS_PLACE) or COMMITTED)
    # What is no text is no lock of Terraform's.
    there = file.read_text(errors="replace") if file.is_file() else ""
    lock = committed.read_text() if committed.is_file() else ""
    if _allowed(lock, terraform):
        if locked_version(there) != locked_version(lock) or not _hashes(lock) <= _hashes(there):
            write_atomically(file, lock.encode())
    elif there and not _allowed(there, terraform):
        file.unlink()


def _allowed(lock: str, terraform: Mapping[str, Any]) -> bool:
    version = locked_version(lock)
    constraint = terraform.get("required_providers", {}).get("aws", {}).get("version", "")
    return version is not None and admits(constraint, version)


def _hashes(lock: str) -> set[str]:
    return set(_HASH.findall(lock))
