"""Where synthesis writes: `cdktf.out/stacks/<stack>/cdk.tf.json`. Pure."""

from __future__ import annotations

import os
from pathlib import Path

DOCUMENT = "cdk.tf.json"


def output_directory() -> Path:
    """The directory that the CDKTF command line names, else `cdktf.out` in the project.

    An installed wheel is no project: there it is in the working directory.
    """
    project = Path(__file__).parents[1]
    directory = project if (project / "cdktf.json").exists() else Path.cwd()
    return Path(os.environ.get("CDKTF_OUTDIR") or directory / "cdktf.out").resolve()


def stack_directory(stack: str) -> Path:
    """The directory of one stack, where Terraform is run."""
    return output_directory() / "stacks" / stack
