"""The versions that the project needs stand in one place each; their ranges mean what npm and pip mean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from modules.errors import ProblemsError
from operations.terraform.binary import NEEDED
from operations.versions import Versions, locked, needed
from tests.running import PROJECT


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (">=20.9 <23", ["20.9", "20.9.0", "v22.23.3", "22.99.0"], ["20.8.9", "18.20.0", "23.0.0", "24.1.0"]),
        (">=3.11,<3.14", ["3.11", "3.11.0", "3.13.9"], ["3.10.14", "3.14.0", "4.0"]),
        (">=1.11.0", ["1.11", "1.11.0", "1.11.4", "1.15.5", "2.0.0"], ["1.10.9", "0.15.0"]),
        ("0.21.0", ["0.21.0"], ["0.21.1", "0.20.12", "0.2.10"]),
    ],
)
def test_a_range_holds_its_versions(text: str, inside: list[str], outside: list[str]) -> None:
    versions = Versions(text)
    assert [version for version in inside if version not in versions] == []
    assert [version for version in outside if version in versions] == []


def test_everything_is_read_from_the_project() -> None:
    found = needed(PROJECT)
    assert "3.11.7" in found.python
    assert "22.23.3" in found.node
    assert "0.21.0" in found.cdktf_cli
    assert found.pins["cdktf-cdktf-provider-aws"] == "21.22.1"
    assert found.pins["moto"], "an extra's pin, its own extras aside"


def test_terraform_is_needed_in_one_version_only() -> None:
    """What the doctor, the commands and the JSON of every stack ask for is the same."""
    terraform = needed(PROJECT).terraform
    assert ".".join(map(str, NEEDED)) in terraform
    assert f"{NEEDED[0]}.{NEEDED[1] - 1}.99" not in terraform
    # Read, not imported: a pure test needs no CDKTF.
    [in_stacks] = re.findall(
        r'^TERRAFORM_VERSIONS = "(.*)"$', (PROJECT / "stacks/base.py").read_text(), re.MULTILINE
    )
    assert in_stacks.replace(" ", "") == terraform.text.replace(" ", "")


def test_the_lock_is_read_with_its_markers(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text(
        "Foo.Bar==1.0 \\\n    --hash=sha256:0\nwin==2 ; sys_platform == 'win32' \\\n    --hash=sha256:1\n"
    )
    found = {package.name: (package.version, package.everywhere) for package in locked(tmp_path)}
    assert found == {"foo-bar": ("1.0", True), "win": ("2", False)}


@pytest.mark.parametrize(
    ("text", "got"),
    [
        (None, "No such file or directory"),
        ("{", "no JSON (Expecting property name"),
        ("[]", "no targetVersions.terraform"),
        ("{}", "no targetVersions.terraform"),
        ('{"targetVersions": {"terraform": 1}}', "1 at targetVersions.terraform"),
    ],
)
def test_a_cdktf_json_that_does_not_say_it_is_named(text: str | None, got: str, tmp_path: Path) -> None:
    for name in ("pyproject.toml", "package.json"):
        (tmp_path / name).write_text((PROJECT / name).read_text())
    if text is not None:
        (tmp_path / "cdktf.json").write_text(text)
    with pytest.raises(ProblemsError) as refused:
        needed(tmp_path)
    assert str(refused.value).startswith(f"cdktf.json: got {got}")
    assert "allowed: JSON with targetVersions.terraform" in str(refused.value)
