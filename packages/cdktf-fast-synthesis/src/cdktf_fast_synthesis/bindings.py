"""Python side: submodules of `cdktf_cdktf_provider_*`, imported when first used.

The `__init__.py` that older jsii generates for a provider ends in one `from . import …` for each of its
submodules (2,212 for AWS: 8 s, 500 MB, and 3.7 s more to tear them down). Here everything before those lines
runs as it stands, and the submodules become attributes that import themselves (PEP 562). jsii is told where
each submodule's types live, so that an object first met on the JavaScript side finds its Python class.

A package that looks different in any way, or a jsii that can't be told, gets the stock import. So does what
newer jsii generates (aws/jsii#5110), as for cdktn: it imports its submodules when they are used.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from functools import cache, partial
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from pkgutil import extend_path
from types import CodeType, ModuleType
from typing import Any

from . import bytecode, computed, members, roots, toolkits
from .stripping import EXTEND_PATH, VERSION
from .type_checks import check_faster

PROVIDERS = tuple(toolkits.PROVIDERS.values())
GENERATED = (*toolkits.TOOLKITS, "constructs")
# What jsii imports and most syntheses never ask: 50 ms, as typeguard imports unittest.mock and that asyncio.
ON_FIRST_USE = ("typeguard", "dateutil.parser")
_PARTS = frozenset(("bindings", "bytecode", "computed", "type_checks"))


@cache
def _version(name: str) -> str:
    """The version of a distribution with one package, of its own name; what `importlib.metadata` says of it.

    The name of its folder says so, and where it doesn't, `importlib.metadata`, which takes 8 ms to import.
    """
    spec = PathFinder.find_spec(name)
    site = Path(spec.origin).parents[1] if spec and spec.origin else None
    folders = list(site.glob(f"{name}-*.dist-info")) if site else []
    if len(folders) == 1:
        return folders[0].name.removesuffix(".dist-info").partition("-")[2]
    return str(import_module("importlib.metadata").version(name))


def _extend_path(path: list[str], name: str) -> list[str]:
    """The folders of a package; pkgutil's, but that a submodule of a package in one folder has no other."""
    folders = getattr(sys.modules.get(name.rpartition(".")[0]), "__path__", ())
    return path if len(folders) == 1 and len(path) == 1 else extend_path(path, name)


def import_on_demand(parts: frozenset[str] = _PARTS) -> None:
    """Put the finder of generated bindings first, once; it does what its own four parts name."""
    parts &= _PARTS
    if parts and not any(isinstance(finder, BindingsFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, BindingsFinder(parts))


class BindingsFinder(MetaPathFinder):
    """Finds what jsii generated and swaps the loader; leaves everything else to the finders after it."""

    def __init__(self, parts: frozenset[str] = _PARTS) -> None:
        self._parts = parts

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        root, _, submodule = fullname.partition(".")
        is_lazy = "bindings" in self._parts
        is_provider = root.startswith(PROVIDERS)
        if not (is_provider or root in GENERATED or (is_lazy and fullname in ON_FIRST_USE)):
            return None
        spec = _submodule(fullname, path) if is_lazy and is_provider and path else None
        spec = spec or PathFinder.find_spec(fullname, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            # Otherwise a zip file, a namespace, code without its source: stock import.
            file = spec.loader.path
            if fullname in ON_FIRST_USE:
                spec.loader = LoaderOnFirstUse(fullname, file)
            elif is_provider and not submodule and is_lazy:
                spec.loader = ProviderLoader(fullname, file, self._parts)
            else:
                spec.loader = GeneratedLoader(fullname, file, self._parts)
        return spec


def _submodule(fullname: str, folders: Sequence[str]) -> ModuleSpec | None:
    """A submodule of a provider, if it is where jsii writes it: a folder in the first folder."""
    file = os.path.join(folders[0], fullname.rpartition(".")[2], "__init__.py")  # noqa: PTH118  a hundred times
    return spec_from_file_location(fullname, file) if os.path.isfile(file) else None  # noqa: PTH113


class LoaderOnFirstUse(SourceFileLoader):
    """Loads a module when its first attribute is asked for; importlib's LazyLoader, at its second import."""

    def exec_module(self, module: ModuleType) -> None:
        def __getattr__(name: str) -> Any:  # noqa: N807  PEP 562
            vars(module).pop("__getattr__", None)
            super(LoaderOnFirstUse, self).exec_module(module)
            return getattr(module, name)

        vars(module)["__getattr__"] = __getattr__


class GeneratedLoader(SourceFileLoader):
    """Loads a generated module as Python does, but for its type hints: those are computed when asked for."""

    def __init__(self, fullname: str, path: str, parts: frozenset[str] = _PARTS) -> None:
        super().__init__(fullname, path)
        self._parts = parts
        self._computed: Mapping[str, str] = {}

    def get_code(self, fullname: str) -> CodeType | None:
        kept = bytecode.compiled(Path(self.path)) if "bytecode" in self._parts else None
        if kept is None:
            return super().get_code(fullname)
        self._computed = kept.computed
        return kept.code

    def exec_module(self, module: ModuleType) -> None:
        vars(module).update(members.SHARED)
        vars(module).update({VERSION: _version, EXTEND_PATH: _extend_path})
        super().exec_module(module)
        _resolve_lazy_imports(vars(module))
        if self._computed:
            define = computed.define_later if "computed" in self._parts else computed.define_now
            define(module, self._computed, partial(bytecode.code_of_computed, Path(self.path)))
        if "type_checks" in self._parts:
            check_faster(vars(module))


def _resolve_lazy_imports(namespace: dict[str, Any]) -> None:
    """Replace what newer jsii puts in a package's place until it is used, where that is imported already.

    Each module has one of its own, so that no two modules would have the text of a type in common.
    """
    kind = namespace.get("_LazyImport")
    if isinstance(kind, type) and kind.__module__ == namespace["__name__"]:
        for name, value in namespace.items():
            if type(value) is kind and (imported := sys.modules.get(getattr(value, "_module_name", ""))):
                namespace[name] = imported


class ProviderLoader(GeneratedLoader):
    """Loads a provider's root package without its submodules."""

    def get_code(self, fullname: str) -> CodeType | None:
        source, kept = Path(self.path), None
        if "bytecode" in self._parts:
            kept = bytecode.kept(source, "root", roots.compiled, roots.read)
        code, self.submodules = kept or roots.read(memoryview(roots.compiled(source)))
        if not self.submodules or not _jsii_can_import_on_demand():
            self.submodules = ()
            return SourceFileLoader.get_code(self, fullname)
        return code

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        if self.submodules:
            # publication.publish() put another module in the place of the one that was executed.
            published, assembly = sys.modules[module.__name__], vars(module).get("__jsii_assembly__")
            if assembly is None:
                for name in self.submodules:
                    import_module(f"{module.__name__}.{name}")
            else:
                _import_when_used(published, self.submodules, str(assembly.name))


def _import_when_used(package: ModuleType, submodules: Sequence[str], assembly: str) -> None:
    known = frozenset(submodules)

    def __getattr__(name: str) -> ModuleType:  # noqa: N807  PEP 562
        if name in known:
            return import_module(f"{package.__name__}.{name}")
        raise AttributeError(f"module {package.__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:  # noqa: N807  PEP 562
        return sorted({*vars(package), *known})

    vars(package).update(__getattr__=__getattr__, __dir__=__dir__)
    _reference_map()._submodule_fqn_map.update(  # noqa: SLF001
        (f"{assembly}.{_camel_case(name)}", f"{package.__name__}.{name}") for name in submodules
    )


def _jsii_can_import_on_demand() -> bool:
    # Both are private: jsii's own generated code uses them for the same purpose since aws/jsii#5110.
    return hasattr(_reference_map(), "_submodule_fqn_map") and hasattr(
        _reference_map(), "_assembly_to_module"
    )


def _reference_map() -> Any:
    return import_module("jsii._reference_map")


def _camel_case(name: str) -> str:
    """The submodule's name in JavaScript: sqs_queue → sqsQueue."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
