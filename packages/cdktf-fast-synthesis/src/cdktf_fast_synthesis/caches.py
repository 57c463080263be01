"""What a fast synthesis reads and never writes: compiled code, and jsii's index of a provider's types.

jsii writes the index in a worker thread on the first run, if that run lasts long enough; a fast one doesn't,
and so would parse the whole assembly (130 MB of JSON for AWS: 1.8 s and 1 GB) each time. Once in setup:
`build_runtime_index("cdktf_cdktf_provider_aws")`.
"""

from __future__ import annotations

import os
import sys
import time
from importlib import import_module
from importlib.util import cache_from_source, find_spec
from pathlib import Path

from . import bindings, node, toolkits

_ARCHIVE = ".jsii.tgz"
_MANIFEST = ".jsii.runtime.v1.json"  # written last


def has_bytecode(provider: str) -> bool:
    """Whether Python finds compiled code of a provider package and of cdktf.

    Judged by the first and the last module that a compilation writes. A provider of cdktn needs none of its
    modules compiled: it imports only those that are used.
    """
    modules = sorted(module for folder in _folders(provider) for module in folder.glob("*/__init__.py"))
    library = [folder / "__init__.py" for folder in _folders(toolkits.CDKTF)]
    imported = modules if toolkits.toolkit() == toolkits.CDKTF else []
    samples = [*imported[:1], *imported[-1:], *library]
    return bool(modules) and all(Path(cache_from_source(str(module))).is_file() for module in samples)


def has_runtime_index(provider: str) -> bool:
    """Whether jsii's package cache is in use and holds the index of an installed provider package."""
    if os.environ.get("JSII_RUNTIME_PACKAGE_CACHE", "enabled").lower() != "enabled":
        return False
    return any(
        next(package_cache().glob(f"{scope}{name}/{version}/*/{_MANIFEST}"), None) is not None
        for name, version in _assemblies(provider)
        for scope in ("", "@*/")
    )


def build_runtime_index(provider: str, *, seconds: float = 120) -> bool:
    """Load a provider's assembly and wait until jsii has written its index; whether it has in time.

    In a process that has not started jsii's kernel yet, since only the kernel that jsii itself starts has
    the worker at hand.
    """
    node.choose()
    bindings.import_on_demand()
    import_module(f"{toolkits.package(provider)}._jsii")
    end = time.monotonic() + seconds
    while not (found := has_runtime_index(provider)) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def package_cache() -> Path:
    """Locate the directory in which jsii keeps the packages it has extracted."""
    if chosen := os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT"):
        return Path(chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "com.amazonaws.jsii" / "package-cache"
    return Path.home() / ".cache" / "aws" / "jsii" / "package-cache"


def _assemblies(provider: str) -> list[tuple[str, str]]:
    """Name without scope and version of what a provider's `_jsii` carries: provider-aws@21.22.1.jsii.tgz."""
    archives = [
        archive.name for folder in _folders(provider) for archive in folder.glob(f"_jsii/*@*{_ARCHIVE}")
    ]
    parts = [archive.removesuffix(_ARCHIVE).rpartition("@") for archive in archives]
    return [(name, version) for name, _, version in parts]


def _folders(package: str) -> list[Path]:
    spec = find_spec(toolkits.package(package))
    return [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
