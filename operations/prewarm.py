"""`infra prewarm`: builds, once, the caches that every later command reads. Run by `make setup`."""

from __future__ import annotations

import compileall
import os
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

import cdktf_fast_synthesis
from modules.errors import ProblemsError
from operations import project

BINDINGS = "cdktf_cdktf_provider_aws"
LIBRARIES = ("cdktf", "constructs", "jsii")


def prewarm() -> None:
    """Build what every synthesis reads: byte code, jsii's index of the bindings, python-hcl2's grammar."""
    steps: list[tuple[str, Callable[[], bool], Callable[[], None]]] = [
        ("byte code of the bindings", has_byte_code, _compile),
        ("jsii's index of the bindings", has_runtime_index, _build_runtime_index),
        ("python-hcl2's grammar", lambda: False, _build_grammar),
        ("byte code of what the stacks use", lambda: False, _synthesize),
    ]
    console = Console(stderr=True)
    for name, is_there, build in steps:
        if not is_there():
            with console.status(f"Building {name}, once"):
                build()
        console.print(f"[green]✓[/] {name}")


def has_byte_code() -> bool:
    """Whether Python finds compiled code beside the bindings, or below PYTHONPYCACHEPREFIX.

    Raises ProblemsError if they are not installed.
    """
    _folder(BINDINGS)
    return cdktf_fast_synthesis.has_bytecode(BINDINGS)


def has_runtime_index() -> bool:
    """Whether jsii's package cache is in use and holds the index of the bindings."""
    return cdktf_fast_synthesis.has_runtime_index(BINDINGS)


def _folder(package: str) -> Path:
    spec = find_spec(cdktf_fast_synthesis.package(package))
    if spec is None or spec.origin is None:
        raise ProblemsError.one(package, "is not installed; run `make setup`")
    return Path(spec.origin).parent


def _compile() -> None:
    # Those of cdktn import only what is used, and the last step compiles that.
    bindings = (BINDINGS,) if cdktf_fast_synthesis.toolkit() == "cdktf" else ()
    for package in (*bindings, *LIBRARIES):
        compileall.compile_dir(_folder(package), quiet=2, workers=0)


def _build_runtime_index() -> None:
    if os.environ.get("JSII_RUNTIME_PACKAGE_CACHE", "enabled").lower() != "enabled":
        raise ProblemsError.one(
            "JSII_RUNTIME_PACKAGE_CACHE", "switches jsii's package cache off; unset it and run this again"
        )
    if not cdktf_fast_synthesis.build_runtime_index(BINDINGS):
        where = str(cdktf_fast_synthesis.package_cache())
        raise ProblemsError.one(where, "jsii wrote no index there within two minutes; is the disk full?")


def _build_grammar() -> None:
    import hcl2

    hcl2.loads("built = true\n")


def _synthesize() -> None:
    """Synthesize once, for what that compiles. An error of the stacks is left to whoever runs main.py."""
    with TemporaryDirectory() as output, suppress(ProblemsError):
        project.synthesize(CDKTF_OUTDIR=output, PYTHONDONTWRITEBYTECODE="")
