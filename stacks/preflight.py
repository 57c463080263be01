"""Checks before synthesis: the toolkit, Node.js, the output language, directories that are written to."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

from cdktf_fast_synthesis import installed_toolkits, package_cache
from modules.errors import ProblemsError, refusal

PROJECT = Path(__file__).parent.parent
# Where `make` installs each toolkit.
ENVIRONMENTS = {"cdktf": ".venv", "cdktn": ".venv-cdktn"}
_FIX = "run `make setup`, which installs the pinned one, or `make doctor` for more"

TOOLKIT = "INFRA_TOOLKIT"
OUTPUT = "CDKTF_OUTDIR"


def chosen_toolkit() -> str | None:
    """The toolkit that INFRA_TOOLKIT names, cdktf or cdktn; None where the one that is installed is meant.

    Raises ProblemsError for one that is not installed beside this Python.
    """
    name, installed = os.environ.get(TOOLKIT), installed_toolkits()
    if installed and (not name or name in installed):
        return name or None
    wanted = name if name in ENVIRONMENTS else "cdktf"
    why = refusal(
        got=f"{name!r}, which is not installed in {sys.prefix}" if name in ENVIRONMENTS else repr(name or ""),
        allowed=" or ".join(installed or ENVIRONMENTS),
        fix=f"run `make INFRA_TOOLKIT={wanted} setup`, then {ENVIRONMENTS[wanted]}/bin/python main.py",
    )
    raise ProblemsError.one(TOOLKIT, why)


def check_language() -> None:
    """Raise ProblemsError when `cdktf synth --hcl` asks for HCL: Terraform refuses what cdktf 0.21 writes."""
    asked = os.environ.get("SYNTH_HCL_OUTPUT", "")
    if asked in ("true", "1"):
        fix = (
            "leave out --hcl: cdktf does not escape the quotes inside of policies and dashboards, and drops"
            " ephemeral blocks; the JSON is Terraform's own language as well, and needs no cdktf"
        )
        raise ProblemsError.one(
            "SYNTH_HCL_OUTPUT", refusal(got=repr(asked), allowed="JSON, so no such variable", fix=fix)
        )


def check_directories() -> None:
    """Raise ProblemsError without a temporary directory, and for a name of the output with spaces around.

    Go without jsii's cache where it can't be written.

    jsii waits for ever for a lock in a cache that it can't write, as in a container with a read-only home.
    Node takes TMPDIR as it is, where Python looks for another directory.
    """
    temporary = os.environ.get("TMPDIR", "")
    if temporary and not is_writable(Path(temporary)):
        why = refusal(
            got=repr(temporary), allowed="a directory that can be written", fix="make it, or unset TMPDIR"
        )
        raise ProblemsError.one("TMPDIR", why)
    output = os.environ.get(OUTPUT, "")
    if output != output.strip():
        why = refusal(got=repr(output), allowed="a directory, without spaces around", fix="remove them")
        raise ProblemsError.one(OUTPUT, why)
    if not can_be_made(package_cache()):
        os.environ["JSII_RUNTIME_PACKAGE_CACHE"] = "disabled"


def is_writable(directory: Path) -> bool:
    """Whether files can be made in a directory: asked of the file system, for root may write everywhere."""
    try:
        with TemporaryFile(dir=directory):
            return True
    except OSError:
        return False


def can_be_made(directory: Path) -> bool:
    """Whether a directory is there, or can be made, and can be written."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return is_writable(directory)


def check_node() -> None:
    """Raise ProblemsError without Node.js, or with a version outside package.json's range."""
    name = os.environ.get("JSII_NODE") or "node"
    program = shutil.which(name)
    allowed = _node_versions()
    if program is None:
        got = f"no program {name}" if name != "node" else "no such program on PATH"
        raise ProblemsError.one("node", refusal(got=got, allowed=allowed, fix=_FIX))
    if Path(program).is_relative_to(PROJECT / "node_modules"):
        return  # the pinned version; running it takes as long as a small stack
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    lowest, highest = (tuple(map(int, bound.split("."))) for bound in re.findall(r"\d+(?:\.\d+)*", allowed))
    version = tuple(map(int, re.findall(r"\d+", answer)))
    if not lowest <= version < highest:
        got = f"{answer.strip() or 'no version'} at {program}"
        raise ProblemsError.one("node", refusal(got=got, allowed=allowed, fix=_FIX))


def _node_versions() -> str:
    """The range of package.json; for an installed wheel, which has none, the range of jsii."""
    package = PROJECT / "package.json"
    return str(json.loads(package.read_text())["engines"]["node"]) if package.exists() else ">=20.9 <99"
