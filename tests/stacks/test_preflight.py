"""Synthesis that cannot be what was asked for ends in a sentence, not in a traceback of jsii's."""

from __future__ import annotations

from pathlib import Path

import pytest

from modules.errors import ProblemsError
from stacks import preflight
from tests.running import run_main


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (None, "node: got no program"),
        ("echo v16.20.2", "node: got v16.20.2 at "),
        ("echo v26.1.0", "node: got v26.1.0 at "),
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
    assert "allowed: >=20.9 <25" in run.stderr
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


@pytest.mark.parametrize(
    ("name", "got", "environment"),
    [
        ("cdktf", "'cdktf', which is not installed in ", ".venv/"),
        ("cdktn", "'cdktn', which is not installed in ", ".venv-cdktn/"),
        ("pulumi", "'pulumi'; ", ".venv/"),
    ],
)
def test_a_toolkit_that_is_not_installed_is_named_with_how_to_get_it(
    name: str, got: str, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "installed_toolkits", lambda: ["cdktn" if name == "cdktf" else "cdktf"])
    monkeypatch.setenv("INFRA_TOOLKIT", name)
    with pytest.raises(ProblemsError) as refused:
        preflight.chosen_toolkit()
    assert str(refused.value).startswith(f"INFRA_TOOLKIT: got {got}")
    assert f"setup`, then {environment}bin/python main.py" in str(refused.value)


@pytest.mark.parametrize(("name", "chosen"), [("cdktn", "cdktn"), ("", None), (None, None)])
def test_a_toolkit_that_is_installed_is_taken(
    name: str | None, chosen: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "installed_toolkits", lambda: ["cdktf", "cdktn"])
    monkeypatch.delenv("INFRA_TOOLKIT", raising=False)
    if name is not None:
        monkeypatch.setenv("INFRA_TOOLKIT", name)
    assert preflight.chosen_toolkit() == chosen


def test_main_says_it_in_a_sentence(tmp_path: Path) -> None:
    run = run_main(tmp_path, INFRA_TOOLKIT="pulumi")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("INFRA_TOOLKIT: got 'pulumi'; allowed: cdkt")
    assert run.stderr.count("\n") == 1


def test_without_any_toolkit_one_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "installed_toolkits", list)
    monkeypatch.delenv("INFRA_TOOLKIT", raising=False)
    with pytest.raises(ProblemsError, match="allowed: cdktf or cdktn; run `make INFRA_TOOLKIT=cdktf setup`"):
        preflight.chosen_toolkit()
