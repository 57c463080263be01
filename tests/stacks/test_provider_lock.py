"""One committed lock of the AWS provider: beside each stack, and Terraform takes it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.provider import PROVEN, admits
from operations.terraform import Terraform
from operations.terraform.providers import find_mirror
from stacks.provider_lock import COMMITTED, NAME, locked_version, write

LOCK = COMMITTED.read_text()
NEWER = {"required_providers": {"aws": {"version": ">= 6.4.0, < 7.0.0"}}}
ANY = {"required_providers": {"aws": {"version": PROVEN.constraint()}}}


def test_every_stack_has_the_committed_lock(output: Path, stacks: dict[str, Any]) -> None:
    version = locked_version(LOCK)
    assert version
    for name, stack in stacks.items():
        needed = stack["terraform"]["required_providers"]["aws"]["version"]
        file = output / "stacks" / name / NAME
        assert file.is_file() == admits(needed, version), name
        assert not file.is_file() or file.read_text() == LOCK
    assert (output / "stacks/state-backend" / NAME).is_file()


def test_it_has_hashes_for_the_registry_and_for_a_mirror() -> None:
    assert len(re.findall(r'"zh:[0-9a-f]{64}"', LOCK)) > 4
    assert re.search(r'"h1:[A-Za-z0-9+/]{43}="', LOCK)


def test_a_stack_that_needs_a_newer_provider_has_none(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(LOCK)
    write(tmp_path, NEWER)
    assert not (tmp_path / NAME).exists()
    own = LOCK.replace(f'"{locked_version(LOCK)}"', '"6.25.0"')
    (tmp_path / NAME).write_text(own)
    write(tmp_path, NEWER)
    assert (tmp_path / NAME).read_text() == own


def test_a_lock_that_is_no_text_is_replaced(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"\xff\xfe")
    write(tmp_path, ANY)
    assert (tmp_path / NAME).read_text() == LOCK


def test_what_init_added_stays_and_another_version_goes(tmp_path: Path) -> None:
    added = LOCK.replace("hashes = [", 'hashes = [\n    "h1:of another platform=",')
    (tmp_path / NAME).write_text(added)
    write(tmp_path, ANY)
    assert (tmp_path / NAME).read_text() == added
    (tmp_path / NAME).write_text(LOCK.replace(f'"{locked_version(LOCK)}"', '"6.25.0"'))
    write(tmp_path, ANY)
    assert (tmp_path / NAME).read_text() == LOCK


@pytest.mark.parametrize(
    ("needed", "allowed"),
    [
        ("", True),
        (">= 5.100.0, < 7.0.0", True),
        (">= 6.4.0, < 7.0.0", False),
        ("~> 5.100", True),
        ("~> 5.99.0", False),
        ("~> 6.0", False),
        ("= 5.100.0", True),
        ("5.100", True),
        ("!= 5.100.0", False),
        ("> 5.100.0", False),
        ("<= 5.99.9", False),
    ],
)
def test_constraints_are_read_as_terraform_reads_them(needed: str, *, allowed: bool) -> None:
    assert admits(needed, "5.100.0") is allowed


@pytest.mark.terraform
@pytest.mark.skipif(find_mirror() is None, reason="the lock is tried with a mirror of the provider")
def test_terraform_takes_the_locked_provider_and_refuses_another(output: Path, tmp_path: Path) -> None:
    shipped = output / "stacks/state-backend"
    shutil.copytree(shipped, tmp_path / "stack", ignore=shutil.ignore_patterns(".terraform"))
    terraform = Terraform(tmp_path / "stack")
    terraform.init(backend=False)
    chosen = (tmp_path / "stack" / NAME).read_text()
    assert locked_version(chosen) == locked_version(LOCK)
    assert set(re.findall(r'"h1:[^"]+"', LOCK)) <= set(re.findall(r'"h1:[^"]+"', chosen))

    wrong = re.sub(r'"(h1|zh):[^"]+",\n', "", LOCK).replace("hashes = [", f'hashes = [\n"h1:{"A" * 43}=",')
    (tmp_path / "stack" / NAME).write_text(wrong)
    shutil.rmtree(tmp_path / "stack/.terraform")
    with pytest.raises(ProblemsError, match="checksums"):
        terraform.init(backend=False)


def test_the_constraint_that_is_committed_is_the_stacks_own() -> None:
    assert f'"{PROVEN.constraint()}"' in LOCK


def test_what_is_proven_is_what_every_stack_takes(stacks: dict[str, Any]) -> None:
    taken = {stack["terraform"]["required_providers"]["aws"]["version"] for stack in stacks.values()}
    assert taken == {PROVEN.constraint()}


def test_the_lock_that_a_sandbox_names_takes_the_place_of_the_committed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = tmp_path / "sandbox" / NAME
    sandbox.parent.mkdir()
    sandbox.write_text(LOCK.replace(f'"{locked_version(LOCK)}"', '"5.100.7"'))
    monkeypatch.setenv("INFRA_PROVIDER_LOCK", str(sandbox))
    write(tmp_path, ANY)
    assert (tmp_path / NAME).read_text() == sandbox.read_text()
