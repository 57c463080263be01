"""Synthesis without a Node it can use ends in a sentence, not in jsii's traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MAIN = Path(__file__).parents[2] / "main.py"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (None, "node: got no program"),
        ("echo v16.20.2", "node: got v16.20.2 at "),
        ("echo v24.1.0", "node: got v24.1.0 at "),
        ("exit 1", "node: got no version at "),
    ],
)
def test_a_node_that_will_not_do_is_named_with_what_would(
    script: str | None, message: str, tmp_path: Path
) -> None:
    program = tmp_path / "old" / "node"
    if script:
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    run = subprocess.run(
        [sys.executable, MAIN],
        env={**os.environ, "JSII_NODE": str(program), "CDKTF_OUTDIR": str(tmp_path / "output")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2
    assert run.stderr.startswith(message)
    assert "allowed: >=20.9 <23" in run.stderr
    assert "make setup" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "output").exists()
