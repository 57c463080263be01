"""Output paths of synthesis: `cdktf.out/stacks/<stack>/cdk.tf.json`. Pure."""

from __future__ import annotations

import os
from pathlib import Path

DOCUMENT = "cdk.tf.json"


def output_directory() -> Path:
    """The directory of CDKTF_OUTDIR, which the CDKTF CLI sets, else `cdktf.out` in the project.

    For an installed wheel it is `cdktf.out` in the working directory.
    """
    project = Path(__file__).parents[1]
    directory = project if (project / "cdktf.json").exists() else Path.cwd()
    return Path(os.environ.get("CDKTF_OUTDIR") or directory / "cdktf.out").resolve()


def stack_directory(stack: str) -> Path:
    """The directory of one stack, for `terraform -chdir`."""
    return output_directory() / "stacks" / stack
