"""The fork cdktn writes what cdktf writes, for every stack; the two values that differ are named here."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

import cdktf_fast_synthesis
from operations.versions import needed
from stacks.preflight import ENVIRONMENTS
from tests.running import MAIN, PROJECT

CDKTF, CDKTN = ENVIRONMENTS
SOURCES = {CDKTF: "aws", CDKTN: "hashicorp/aws"}
HERE = cdktf_fast_synthesis.toolkit()
OTHER = CDKTN if HERE == CDKTF else CDKTF
PYTHON = PROJECT / ENVIRONMENTS[OTHER] / "bin/python"
SETUP = "make cdktn" if OTHER == CDKTN else "make setup INFRA_TOOLKIT=cdktf"
DOCUMENTS = "stacks/*/cdk.tf.json"


def with_values_of(toolkit: str, text: str) -> dict[str, Any]:
    """The JSON of a stack, or a manifest, of the other toolkit with what this one writes otherwise."""
    document: dict[str, Any] = json.loads(text)
    # Terraform reads the first as the second: a source without a namespace is in `hashicorp`.
    versions = {name: needed(PROJECT, name).pins[name] for name in SOURCES}
    metadata = document["//"]["metadata"] if "//" in document else document
    assert metadata["version"] in versions.values()
    metadata["version"] = versions[toolkit]
    if "terraform" in document:
        provider = document["terraform"]["required_providers"]["aws"]
        assert provider["source"] in SOURCES.values()
        provider["source"] = SOURCES[toolkit]
    return document


@pytest.mark.skipif(not PYTHON.is_file(), reason=f"{OTHER} is not installed; {SETUP} installs it")
def test_every_stack_is_the_same_with_the_other_toolkit(output: Path, tmp_path: Path) -> None:
    ran = subprocess.run(
        [PYTHON, MAIN],
        env={**os.environ, "CDKTF_OUTDIR": str(tmp_path), "INFRA_TOOLKIT": OTHER},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    documents = [path.relative_to(output) for path in output.glob(DOCUMENTS)]
    assert documents
    assert {path.relative_to(tmp_path) for path in tmp_path.glob(DOCUMENTS)} == {*documents}
    for name in (*documents, Path("manifest.json")):
        expected = with_values_of(OTHER, (output / name).read_text())
        assert json.loads((tmp_path / name).read_text()) == expected, name
    locks = [path.relative_to(output) for path in output.glob("stacks/*/.terraform.lock.hcl")]
    assert locks
    assert all((tmp_path / lock).read_bytes() == (output / lock).read_bytes() for lock in locks)
