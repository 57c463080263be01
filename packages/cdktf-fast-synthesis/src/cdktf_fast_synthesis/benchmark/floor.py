"""What nothing that uses cdktf can go below: its core, given finished JSON, writes it: `floor.py DIRECTORY`.

DIRECTORY holds the output of a synthesis. Each stack is made of one call for each section of its JSON: no
typed resource, no attribute, no check.
"""

# ruff: noqa: E402  install() comes before what it speeds up

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import cdktf_fast_synthesis

cdktf_fast_synthesis.install(guard=False)

from cdktf import App, TerraformStack


def synthesize(documents: Path) -> None:
    """Write the stacks below a directory again, to CDKTF_OUTDIR."""
    app = App(outdir=os.environ["CDKTF_OUTDIR"])
    for file in sorted(documents.glob("stacks/*/cdk.tf.json")):
        stack = TerraformStack(app, file.parent.name)
        for section, content in json.loads(file.read_bytes()).items():
            if section != "//":
                stack.add_override(section, content)
    app.synth()


if __name__ == "__main__":
    synthesize(Path(sys.argv[1]))
    cdktf_fast_synthesis.end(0)
