"""The toolkit: cdktf, or its fork cdktn under cdktf's names.

A program imports `cdktf` and `cdktf_cdktf_provider_*`. With cdktn, importing these names gives `cdktn` and
`cdktn_provider_*`: the very modules, so that a class is one class under both names.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from .errors import SynthesisError, refusal

CDKTF, CDKTN = "cdktf", "cdktn"
TOOLKITS = (CDKTF, CDKTN)
# By toolkit, what the names of its packages of providers begin with.
PROVIDERS = {CDKTF: "cdktf_cdktf_provider_", CDKTN: "cdktn_provider_"}


def use(name: str | None = None) -> None:
    """Have cdktf's names give the modules of a toolkit from here on; by default of the one that is installed.

    Raises SynthesisError for a toolkit that is unknown or not installed.
    """
    if name is not None and (name not in TOOLKITS or not _is_installed(name)):
        got = f"{name!r}, which is not installed in {sys.prefix}" if name in TOOLKITS else repr(name)
        installed = installed_toolkits()
        fix = "name one that is, or install this one" if name in TOOLKITS else "correct the name"
        raise SynthesisError([refusal("toolkit", got=got, allowed=" or ".join(installed) or "none", fix=fix)])
    aliases = [finder for finder in sys.meta_path if isinstance(finder, _Aliases)]
    if (name or toolkit()) == CDKTN:
        if not aliases:
            sys.meta_path.insert(0, _Aliases())
    else:
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder not in aliases]


def installed_toolkits() -> list[str]:
    """Those of cdktf and cdktn that are installed beside this Python."""
    return [each for each in TOOLKITS if _is_installed(each)]


def toolkit() -> str:
    """The toolkit that cdktf's names give: the one that is used, else the one that is installed."""
    if any(isinstance(finder, _Aliases) for finder in sys.meta_path):
        return CDKTN
    return CDKTN if installed_toolkits() == [CDKTN] else CDKTF


def package(name: str) -> str:
    """The package that one of cdktf's names gives, such as `cdktn_provider_aws`; any other name as it is."""
    return _in_cdktn(name) or name if toolkit() == CDKTN else name


def _is_installed(name: str) -> bool:
    return PathFinder.find_spec(name) is not None


def _in_cdktn(name: str) -> str | None:
    root, dot, rest = name.partition(".")
    if root == CDKTF:
        return f"{CDKTN}{dot}{rest}"
    if root.startswith(PROVIDERS[CDKTF]):
        return f"{PROVIDERS[CDKTN]}{root.removeprefix(PROVIDERS[CDKTF])}{dot}{rest}"
    return None


class _Aliases(MetaPathFinder):
    """Finds cdktf's names in cdktn."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        real = _in_cdktn(fullname)
        return ModuleSpec(fullname, _Alias(real), origin=real) if real else None


class _Alias(Loader):
    """Gives a module that is imported under another name, and leaves it as it is."""

    def __init__(self, real: str) -> None:
        self._real = real
        self._spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:  # noqa: ARG002
        module = import_module(self._real)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec  # importlib has put the alias's there
