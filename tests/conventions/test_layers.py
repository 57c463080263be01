"""A pure module imports neither CDKTF nor the bindings, nor a module of the project that does.

Pure are every `settings.py`, every `*_plan.py`, the names below, and what says "Pure." in its docstring.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

import pytest

IMPURE = {"cdktf", "cdktf_cdktf_provider_aws", "constructs", "jsii"}
PURE_NAMES = {"errors.py", "naming.py", "settings.py", "tagging.py", "services.py"}
PACKAGES = ("backend/", "modules/", "stacks/")


def is_pure(name: str, source: str) -> bool:
    """Whether a module is bound to be pure, by its name or by its own word."""
    if not name.startswith(PACKAGES):
        return False
    file = PurePosixPath(name)
    said = re.search(r"\bPure\.", ast.get_docstring(ast.parse(source)) or "")
    return file.name in PURE_NAMES or file.match("*_plan.py") or bool(said)


def impure_imports(name: str, sources: Mapping[str, str]) -> Iterator[str]:
    """The ways from a module to what is not pure, as `modules/a.py → modules/b.py → cdktf`.

    In the module itself every import counts; of what it imports, only what importing runs.
    """
    own_packages = _files(name.removesuffix(".py").replace("/", "."), sources)
    ways = {file: file if file == name else f"{name} → {file}" for file in own_packages}
    pending = list(ways)
    while pending:
        file = pending.pop(0)
        package = PurePosixPath(file).parent.parts
        for module in _imports(sources[file], package=package, in_functions=file == name):
            if module.partition(".")[0] in IMPURE:
                yield f"{ways[file]} → {module}"
            for found in _files(module, sources):
                if found not in ways:
                    ways[found] = f"{ways[file]} → {found}"
                    pending.append(found)


def _files(module: str, sources: Mapping[str, str]) -> list[str]:
    """The project's files that importing a module runs: itself and the packages it is in."""
    parts = module.split(".")
    stems = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
    candidates = (file for stem in stems for file in (f"{stem}.py", f"{stem}/__init__.py"))
    return [file for file in candidates if file in sources]


def _imports(source: str, *, package: Sequence[str], in_functions: bool) -> Iterator[str]:
    pending: list[ast.AST] = [ast.parse(source)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            pending += node.orelse
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not in_functions:
            continue
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, package)
            yield from (f"{module}.{alias.name}" for alias in node.names)
        else:
            pending += ast.iter_child_nodes(node)


def _absolute(node: ast.ImportFrom, package: Sequence[str]) -> str:
    """The module that `from … import` names; `..settings` is seen from the package of the file."""
    if not node.level:
        return node.module or ""
    around = package[: len(package) - node.level + 1]
    return ".".join((*around, *filter(None, [node.module])))


def test_pure_modules_stay_pure(python: dict[str, str]) -> None:
    pure = [name for name, text in python.items() if is_pure(name, text)]
    assert {"modules/errors.py", "modules/naming.py", "modules/settings.py"} <= {*pure}
    found = [way for name in pure for way in impure_imports(name, python)]
    assert not found, "these must not need CDKTF: " + "; ".join(found)


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("modules/networking/settings.py", "", True),
        ("modules/networking/subnet_plan.py", "", True),
        ("modules/errors.py", "", True),
        ("stacks/environment.py", '"""What an environment has. Pure."""', True),
        ("stacks/catalogue.py", '"""Every stack. Pure until one is built."""', False),
        ("modules/networking/network.py", '"""A network."""', False),
        ("operations/settings.py", '"""Pure."""', False),
    ],
)
def test_which_modules_are_pure(name: str, source: str, *, expected: bool) -> None:
    assert is_pure(name, source) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from cdktf import App", ["modules/a.py → cdktf.App"]),
        ("import jsii", ["modules/a.py → jsii"]),
        (
            "def make():\n    import cdktf_cdktf_provider_aws.vpc",
            ["modules/a.py → cdktf_cdktf_provider_aws.vpc"],
        ),
        ("from modules.b import x", ["modules/a.py → modules/b.py → constructs.Construct"]),
        ("from modules import b", ["modules/a.py → modules/b.py → constructs.Construct"]),
        ("from .b import x", ["modules/a.py → modules/b.py → constructs.Construct"]),
        ("from . import b", ["modules/a.py → modules/b.py → constructs.Construct"]),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from cdktf import App", []),
        ("import json\nfrom modules import c", []),
        ("import kit.d", ["modules/a.py → kit/__init__.py → jsii"]),
    ],
)
def test_an_impure_import_is_found(source: str, expected: list[str]) -> None:
    others = {
        "modules/b.py": "from constructs import Construct",
        "modules/c.py": "import modules.a\ndef make():\n    import jsii",
        "kit/__init__.py": "import jsii",
        "kit/d.py": "",
    }
    assert list(impure_imports("modules/a.py", {"modules/a.py": source, **others})) == expected


def test_an_impure_package_around_a_module_is_found() -> None:
    sources = {"kit/__init__.py": "from kit.b import c", "kit/a.py": "", "kit/b.py": "import cdktf"}
    assert list(impure_imports("kit/a.py", sources)) == ["kit/a.py → kit/__init__.py → kit/b.py → cdktf"]
