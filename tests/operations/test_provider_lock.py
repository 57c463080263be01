"""`infra lock`: hashes from a mirror, and a sentence where there is none."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from modules.errors import ProblemsError
from modules.provider import ProviderVersions
from operations import project, provider_lock
from operations.terraform.providers import PROVIDER, find_mirror, provider_environment
from stacks.provider_lock import COMMITTED, NAME, locked_version

VERSION = locked_version(COMMITTED.read_text())


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The lock of a project of its own."""
    monkeypatch.setattr(project, "ROOT", tmp_path)
    provider_environment()  # found before anything is changed
    (tmp_path / NAME).write_bytes(COMMITTED.read_bytes())
    return tmp_path / NAME


@pytest.mark.terraform
@pytest.mark.skipif(find_mirror() is None, reason="a mirror of the provider is needed")
def test_a_lock_is_written_from_a_mirror(file: Path) -> None:
    [platform] = {one.name for one in (find_mirror() or Path()).glob(f"*/*/aws/{VERSION}/*_*")}
    provider_lock.lock(platform=[platform], mirror=find_mirror())
    written = file.read_text()
    assert locked_version(written) == VERSION
    assert written.partition("provider ")[0] == COMMITTED.read_text().partition("provider ")[0]
    hashes = re.findall(r'"h1:[^"]+"', written)
    assert hashes
    assert set(hashes) <= set(re.findall(r'"h1:[^"]+"', COMMITTED.read_text()))


@pytest.mark.terraform
def test_every_platform_is_locked_by_default(file: Path, tmp_path: Path) -> None:
    """From packages that hold a text: Terraform reads their hashes, and starts none of them."""
    mirror = tmp_path / "mirror" / PROVIDER
    mirror.mkdir(parents=True)
    for platform in provider_lock.PLATFORMS:
        with ZipFile(mirror / f"terraform-provider-aws_6.25.0_{platform}.zip", "w") as package:
            package.writestr("terraform-provider-aws_v6.25.0_x5", platform)
    provider_lock.lock(version="6.25.0", mirror=tmp_path / "mirror")
    written = file.read_text()
    assert locked_version(written) == "6.25.0"
    assert len(set(re.findall(r'"h1:[^"]+"', written))) == len(provider_lock.PLATFORMS) > 3
    assert f'"{ProviderVersions().constraint()}"' in written, "what is proven has no such version"


@pytest.mark.terraform
def test_without_a_source_the_lock_stays(file: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProblemsError, match="terraform providers in lock-"):
        provider_lock.lock(mirror=tmp_path / "empty", platform=["linux_amd64"])
    assert file.read_bytes() == COMMITTED.read_bytes()


@pytest.mark.parametrize("version", ["4.0.0", "7.0.0", "x"])
def test_a_version_that_no_stack_allows_is_refused(file: Path, version: str) -> None:
    with pytest.raises(
        ProblemsError, match=re.escape(f"--version: got '{version}'; allowed: >= 5.100.0, < 7")
    ):
        provider_lock.lock(version=version)
    assert file.read_bytes() == COMMITTED.read_bytes()
