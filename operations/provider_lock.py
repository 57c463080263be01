"""`infra lock`: the committed lock of the AWS provider, written anew from its registry or a mirror."""

from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from modules.errors import ProblemsError, refusal
from modules.files import write_atomically
from modules.provider import PROVEN, ProviderVersions, admits
from operations import project
from operations.console import interruptible, say
from operations.terraform import Terraform
from stacks.provider_lock import NAME, locked_version

PLATFORMS = ("linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64")
_HEADER = """\
# The AWS provider of every stack that does not need a newer one. Written by `infra lock`; synthesis puts it
# beside each stack's JSON.

"""


def lock(
    *,
    version: Annotated[
        str | None, typer.Option(help="The version to lock; by default the one that is locked")
    ] = None,
    platform: Annotated[
        list[str] | None, typer.Option(help="Whose hashes are needed; repeatable. By default Linux and macOS")
    ] = None,
    mirror: Annotated[
        Path | None, typer.Option(help="A directory to take the provider from instead of its registry")
    ] = None,
) -> None:
    """Write .terraform.lock.hcl, the AWS provider's lock, anew. Commit it, synthesize, initialize again."""
    project.require_checkout("infra lock")
    file = project.ROOT / NAME
    wanted = version or (locked_version(file.read_text()) if file.is_file() else None)
    allowed = ProviderVersions().constraint()
    if wanted is None or not admits(allowed, wanted):
        got = repr(wanted) if wanted else "no version"
        why = refusal(got=got, allowed=allowed, fix="name one with --version")
        raise ProblemsError.one("--version", why)
    console = Console()
    with (
        interruptible(console, "Stopped; the lock is as it was."),
        TemporaryDirectory(prefix="lock-") as made,
    ):
        needed = {"source": "hashicorp/aws", "version": f"= {wanted}"}
        document = {"terraform": {"required_providers": {"aws": needed}}}
        (Path(made) / "main.tf.json").write_text(json.dumps(document))
        with console.status(f"Reading the hashes of version {wanted}"):
            Terraform(Path(made)).lock_providers(platform or PLATFORMS, mirror=mirror)
        _write(file, (Path(made) / NAME).read_text())
    say(console, f"{NAME} locks version {wanted} for {', '.join(platform or PLATFORMS)}.")


def _write(file: Path, written: str) -> None:
    block = written[written.index("provider ") :]
    proven = PROVEN.constraint()
    constraint = proven if admits(proven, str(locked_version(written))) else ProviderVersions().constraint()
    block = re.sub(r'(constraints\s*=\s*)"[^"]*"', rf'\1"{constraint}"', block)
    write_atomically(file, (_HEADER + block).encode())
