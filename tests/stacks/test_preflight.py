"""Synthesis that cannot be what was asked for ends in a sentence, not in a traceback of jsii's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import run_main


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
    run = run_main(tmp_path / "output", JSII_NODE=str(program))
    assert run.returncode == 2
    assert run.stderr.startswith(message)
    assert "allowed: >=20.9 <23" in run.stderr
    assert "make setup" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize("asked", ["true", "1"])
def test_hcl_that_terraform_would_refuse_is_not_written(asked: str, tmp_path: Path) -> None:
    run = run_main(tmp_path / "output", SYNTH_HCL_OUTPUT=asked)
    assert run.returncode == 2
    assert run.stderr.startswith(f"SYNTH_HCL_OUTPUT: got '{asked}'; allowed: JSON")
    assert run.stderr.count("\n") == 1
    assert not (tmp_path / "output").exists()
