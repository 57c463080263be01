"""The source of the AWS provider: a mirror on this machine's disk, else the registry.

The provider is a large program. Terraform links to a mirror instead of copying it, and keeps what comes from
the registry in one cache for all stacks, so that initializing another directory takes a second and no space.
"""

from __future__ import annotations

import fcntl
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from modules.errors import ProblemsError, refusal
from modules.files import write_atomically

PROVIDER = "registry.terraform.io/hashicorp/aws"
_REGISTRY = "registry.tfrc"
_DEPTH = 5
_SKIPPED = {"proc", "sys", "dev", "run", "node_modules", "site-packages", "dist-packages"}


@cache
def provider_environment() -> dict[str, str]:
    """The variables that Terraform needs to find providers: none where a CLI configuration exists already."""
    named = os.environ.get("TF_CLI_CONFIG_FILE", "")
    if (Path(named) if named else Path.home() / ".terraformrc").is_file():
        return {}
    mirror = find_mirror()
    if mirror:
        return {"TF_CLI_CONFIG_FILE": str(_written("mirror.tfrc", mirror_configuration(mirror)))}
    plugins = cache_directory() / "plugins"
    try:
        plugins.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(error) from None
    return {"TF_CLI_CONFIG_FILE": str(_written(_REGISTRY, registry_configuration(plugins)))}


@contextmanager
def filling_the_cache() -> Iterator[None]:
    """Lock the plugin cache during `terraform init`: Terraform does not support two that fill it at once."""
    if Path(provider_environment().get("TF_CLI_CONFIG_FILE", "")).name != _REGISTRY:
        yield
        return
    with (cache_directory() / "init.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def mirror_configuration(mirror: Path) -> str:
    """A CLI configuration (Terraform: "CLI Configuration File") whose AWS provider is in a directory."""
    return f"""\
provider_installation {{
  filesystem_mirror {{
    path    = "{mirror.as_posix()}"
    include = ["{PROVIDER}"]
  }}
  direct {{
    exclude = ["{PROVIDER}"]
  }}
}}
disable_checkpoint = true
"""


def registry_configuration(plugins: Path) -> str:
    """A CLI configuration that downloads each provider from the registry once."""
    return f"""\
plugin_cache_dir = "{plugins.as_posix()}"
# Otherwise a directory without a lock file downloads the provider again.
plugin_cache_may_break_dependency_lock_file = true
disable_checkpoint = true
"""


def find_mirror() -> Path | None:
    """Find a provider mirror for this platform on this disk; searches only if the last one found is gone."""
    cache = cache_directory() / "provider-mirror"
    last = Path(cache.read_text().strip()) if cache.is_file() else None
    if last and serves(last):
        return last
    for directory in _directories():
        if serves(directory):
            _written(cache.name, f"{directory}\n")
            return directory
    return None


def serves(mirror: Path) -> bool:
    """Whether a mirror holds the provider for this platform, unpacked (VERSION/OS_ARCH) or packed (.zip)."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    suffix = f"{platform.system()}_{machine}".lower()
    provider = mirror / PROVIDER
    return any(provider.glob(f"*/{suffix}")) or any(provider.glob(f"*_{suffix}.zip"))


def _directories() -> Iterator[Path]:
    # The directories that Terraform itself looks into ("Implied Local Mirror Directories") come first.
    home, shared = Path.home(), ("/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins")
    yield from (home / ".terraform.d/plugins", home / ".local/share/terraform/plugins", *map(Path, shared))
    yield from shallow_directories(Path("/"), _DEPTH)


def shallow_directories(root: Path, depth: int) -> Iterator[Path]:
    """The directories of one file system to a depth, nearest first; none hidden, linked or generated."""
    device = root.stat().st_dev
    level = [str(root)]
    for _ in range(depth):
        below: list[str] = []
        for directory in level:
            yield Path(directory)
            below += _subdirectories(directory, device)
        level = below


def _subdirectories(directory: str, device: int) -> Iterator[str]:
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                hidden = entry.name.startswith(".") or entry.name in _SKIPPED
                if not hidden and entry.is_dir(follow_symlinks=False) and entry.stat().st_dev == device:
                    yield entry.path
    except OSError:
        return  # not readable, or deleted meanwhile


def cache_directory() -> Path:
    """The directory of this project in the user's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "infrastructure"


def _written(name: str, content: str) -> Path:
    """A file of the cache directory, replaced only when it differs: another run may be reading it."""
    file = cache_directory() / name
    try:
        if not file.is_file() or file.read_text() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(file, content.encode())
    except OSError as error:
        raise _unwritable(error) from None
    return file


def _unwritable(error: OSError) -> ProblemsError:
    why = refusal(
        got=f"{error.filename}: {error.strerror}",
        allowed="a cache directory that can be written",
        fix="set XDG_CACHE_HOME to one, or TF_CLI_CONFIG_FILE to your configuration of Terraform",
    )
    return ProblemsError.one("cache", why)
