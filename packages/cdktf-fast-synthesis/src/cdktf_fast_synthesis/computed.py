"""Classes of computed blocks, defined when the first of their objects is met.

Two of five classes of a generated module stand for what a program reads of a resource: `…OutputReference`
for a block, `…List` for several. jsii's kernel makes their objects, and hardly any is ever read, yet they
take two fifths of a module's time and memory. Here they are taken out of its compiled code and kept behind
it, and are defined, all of the module at once, when jsii or the program asks for one of them.

A module whose other classes name one of these in their code stays whole.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from inspect import signature
from types import CodeType, ModuleType
from typing import Any

_BASES = ("ComplexObject", "ComplexList", "ComplexMap")
_STUB = "_typecheckingstub__"
_IMPORT = "_try_import_type_module"


def take_out(tree: ast.Module) -> tuple[ast.Module, dict[str, str]]:
    """Take them and their type checks out of a module; their names there, each with jsii's name of it."""
    classes = {each.name: each for each in tree.body if isinstance(each, ast.ClassDef)}
    names = {name: fqn for name, each in classes.items() if (fqn := _jsii_type(each))}
    others = [each for each in tree.body if not (isinstance(each, ast.ClassDef) and each.name in names)]
    named = _names([each for each in others if not _is_stub(each)])
    if not names or named & names.keys():
        return ast.Module([], []), {}
    theirs = _names([classes[name] for name in names]) - named
    taken: list[ast.stmt] = [
        each
        for each in tree.body
        if (isinstance(each, ast.ClassDef) and each.name in names)
        or (isinstance(each, ast.FunctionDef) and _is_stub(each) and each.name in theirs)
    ]
    tree.body = [each for each in tree.body if each not in taken]
    return ast.Module(taken, []), names


def _jsii_type(node: ast.ClassDef) -> str | None:
    """The name that jsii knows a class of a computed block by; None for another class."""
    is_computed = len(node.bases) == 1 and any(ast.unparse(node.bases[0]).endswith(f".{b}") for b in _BASES)
    types = [each.value for each in node.keywords if each.arg == "jsii_type"]
    if is_computed and not node.decorator_list and types and isinstance(types[0], ast.Constant):
        return str(types[0].value)
    return None


def _is_stub(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith(_STUB)


def _names(nodes: list[Any]) -> set[str]:
    """The names that code uses when it runs; those in annotations are text."""
    return {each.id for node in nodes for each in _without_annotations(node) if isinstance(each, ast.Name)}


def _without_annotations(node: ast.AST) -> list[ast.AST]:
    found, left = [], [node]
    while left:
        each = left.pop()
        found.append(each)
        for field, value in ast.iter_fields(each):
            if field not in ("annotation", "returns"):
                values = value if isinstance(value, list) else [value]
                left += [one for one in values if isinstance(one, ast.AST)]
    return found


class _Later:
    """The classes of one module that are not defined yet."""

    def __init__(self, module: ModuleType, names: Mapping[str, str], load: Callable[[], CodeType]) -> None:
        self._module, self._names, self._load = module, names, load
        # publication.publish() put another module in the place of the one that was executed.
        self._public = sys.modules[module.__name__]
        for each in (module, self._public):
            vars(each).update(__getattr__=self.get, __dir__=self.names)
        _later.update(dict.fromkeys(names.values(), self))

    def get(self, name: str) -> Any:
        """Give an attribute that the module lacks (PEP 562)."""
        if name in self._names:
            self.define()
            return vars(self._module)[name]
        raise AttributeError(f"module {self._module.__name__!r} has no attribute {name!r}")

    def names(self) -> list[str]:
        """All names of the module (PEP 562)."""
        return sorted({*vars(self._public), *self._names})

    def define(self) -> None:
        """Define all of them, once."""
        namespace = vars(self._module)
        if any(_later.pop(fqn, None) for fqn in self._names.values()):
            exec(self._load(), namespace)  # noqa: S102  generated code, like the module's own
            vars(self._public).update((name, namespace[name]) for name in self._names)


_later: dict[str, _Later] = {}  # by jsii's name of a class


def define_later(module: ModuleType, names: Mapping[str, str], load: Callable[[], CodeType]) -> None:
    """Give a module that was executed these classes when one is asked for; with an unknown jsii, at once."""
    later = _Later(module, names, load)
    if not _jsii_asks():
        later.define()


def define_now(module: ModuleType, names: Mapping[str, str], load: Callable[[], CodeType]) -> None:
    """Give it them at once."""
    _Later(module, names, load).define()


def _jsii_asks() -> bool:
    """Whether jsii asks here for a class that it doesn't know."""
    references: Any = import_module("jsii._reference_map")
    stock = getattr(references, _IMPORT, None)
    if stock is None or [*signature(stock).parameters] != ["class_fqn"]:
        return False
    if stock.__module__ != __name__:

        def try_import(class_fqn: str) -> bool:
            is_imported, later = bool(stock(class_fqn)), _later.get(class_fqn)
            if later is not None:
                later.define()
            return is_imported or later is not None

        setattr(references, _IMPORT, try_import)
    return True
