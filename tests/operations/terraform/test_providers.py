"""Where providers come from: a person's configuration, a mirror on the disk, else the registry."""

from __future__ import annotations

import fcntl
import platform
from collections.abc import Iterator
from pathlib import Path

import pytest

from modules.errors import ProblemsError
from operations.terraform import providers

ARCHITECTURE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
PLATFORM = f"{platform.system()}_{ARCHITECTURE}".lower()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A person without a Terraform configuration, on a machine whose disk is `tmp_path`."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home/cache"))
    monkeypatch.delenv("TF_CLI_CONFIG_FILE", raising=False)
    monkeypatch.setattr(providers, "_directories", lambda: providers.shallow_directories(tmp_path, 4))
    providers.provider_environment.cache_clear()
    yield tmp_path / "home"
    providers.provider_environment.cache_clear()


def mirror(directory: Path, package: str = f"5.100.0/{PLATFORM}/terraform-provider-aws") -> Path:
    """A mirror with one version of the provider."""
    file = directory / providers.PROVIDER / package
    file.parent.mkdir(parents=True)
    file.touch()
    return directory


def configuration() -> str:
    return Path(providers.provider_environment()["TF_CLI_CONFIG_FILE"]).read_text()


def test_a_persons_own_configuration_is_left_alone(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror(tmp_path / "mirror")
    home.mkdir()
    (home / ".terraformrc").touch()
    assert providers.provider_environment() == {}
    (home / ".terraformrc").rename(home / "other.tfrc")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(home / "other.tfrc"))
    providers.provider_environment.cache_clear()
    assert providers.provider_environment() == {}


def test_a_configuration_that_is_not_there_counts_for_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(tmp_path / "absent"))
    assert f'path    = "{mirror(tmp_path / "mirror")}"' in configuration()


@pytest.mark.parametrize(
    "package", [f"5.100.0/{PLATFORM}/x", f"terraform-provider-aws_5.100.0_{PLATFORM}.zip"]
)
def test_a_mirror_is_found(tmp_path: Path, package: str) -> None:
    found = mirror(tmp_path / "some/place", package)
    assert providers.find_mirror() == found


@pytest.mark.parametrize(
    "where", ["a/b/c/d/e", ".hidden", "project/.terraform/providers", "proc", "node_modules"]
)
def test_no_mirror_is_taken_from_where_none_belongs(tmp_path: Path, where: str) -> None:
    mirror(tmp_path / where)
    assert providers.find_mirror() is None


def test_another_platforms_mirror_is_no_mirror(tmp_path: Path) -> None:
    mirror(tmp_path / "mirror", "5.100.0/plan9_mips/terraform-provider-aws")
    assert providers.find_mirror() is None


def test_a_mirror_is_remembered_and_searched_anew_when_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = mirror(tmp_path / "first")
    assert providers.find_mirror() == first
    with monkeypatch.context() as searching:
        searching.setattr(providers, "_directories", lambda: pytest.fail("searched again"))
        assert providers.find_mirror() == first
    first.rename(tmp_path / "second")
    assert providers.find_mirror() == tmp_path / "second"


def test_without_a_mirror_the_registry_fills_one_cache(home: Path) -> None:
    written = configuration()
    assert f'plugin_cache_dir = "{home}/cache/infrastructure/plugins"' in written
    assert (home / "cache/infrastructure/plugins").is_dir()
    assert "disable_checkpoint = true" in written


def test_two_never_fill_the_registrys_cache_at_once(home: Path) -> None:
    lock = home / "cache/infrastructure/init.lock"
    with providers.filling_the_cache(), lock.open("w") as second, pytest.raises(BlockingIOError):
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with lock.open("w") as second:
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_many_read_a_mirror_at_once(home: Path, tmp_path: Path) -> None:
    mirror(tmp_path / "mirror")
    with providers.filling_the_cache():
        assert not (home / "cache/infrastructure/init.lock").exists()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no directory that nobody can write to")
@pytest.mark.parametrize("mirror", [None, Path("/mirror")])
def test_a_cache_that_can_not_be_written_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, mirror: Path | None
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/none")
    monkeypatch.setattr(providers, "find_mirror", lambda: mirror)
    with pytest.raises(ProblemsError, match=r"cache: got /proc/none.*; set XDG_CACHE_HOME to one"):
        providers.provider_environment()
