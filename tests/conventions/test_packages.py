"""Each package in packages/ stands alone: nothing reaches into it, and it imports nothing of the project."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

import pytest

from operations.versions import Versions, locked, normalised

ROOT = Path(__file__).parents[2]
SOURCE = re.compile(r"(?P<folder>packages/[^/]+/)src/(?P<name>\w+)/__init__\.py")
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(?:\[[\w,-]+\])?(?P<versions>[<>=].*)")
PROJECT = {"backend", "main", "modules", "operations", "stacks", "tests"}


def packages(texts: Mapping[str, str]) -> dict[str, str]:
    """Folder of each package by the name that it is imported by."""
    return {found["name"]: found["folder"] for found in map(SOURCE.fullmatch, texts) if found}


def exported(source: str) -> Set[str]:
    """What `__all__` of a package lists."""
    for node in ast.parse(source).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                return frozenset(ast.literal_eval(value))
    return frozenset()


def reaches(source: str, package: str, public: Set[str]) -> Iterator[str]:
    """What a file uses of a package that the package does not export, as `line: name`."""
    tree = ast.parse(source)
    names = {own for _, module, own in _imports(tree) if module == package}
    used = [(line, module) for line, module, _ in _imports(tree)]
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in names:
                used.append((node.lineno, f"{package}.{attribute}"))
            case ast.Constant(value=str(text)) if re.fullmatch(r"\w+(\.\w+)+", text):
                used.append((node.lineno, text))
    allowed = {f"{package}.{name}" for name in public}
    for line, name in used:
        if name.startswith(f"{package}.") and name not in allowed and not name.endswith("__"):
            yield f"{line}: {name}"


def _imports(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Line, what is imported, and the name that it is given."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    yield node.lineno, alias.name, alias.asname or alias.name
            case ast.ImportFrom(module=str(module), names=aliases, level=0):
                for alias in aliases:
                    yield node.lineno, f"{module}.{alias.name}", alias.asname or alias.name


def test_nothing_outside_a_package_reaches_into_it(python: dict[str, str]) -> None:
    found = packages(python)
    assert found, "no package found"
    reached = [
        f"{file}:{place}"
        for name, folder in found.items()
        for file, text in python.items()
        # Most files don't name it.
        if not file.startswith(folder) and name in text
        for place in reaches(text, name, exported(python[f"{folder}src/{name}/__init__.py"]))
    ]
    assert not reached, "use what the package exports, or let it export this: " + ", ".join(reached)


def test_a_package_imports_nothing_of_the_project_or_of_another(python: dict[str, str]) -> None:
    found = packages(python)
    used = [
        f"{file}: {module}"
        for name, folder in found.items()
        for file, text in python.items()
        if file.startswith(folder)
        for _, imported, _ in _imports(ast.parse(text))
        if (module := imported.partition(".")[0]) in PROJECT | found.keys() - {name}
    ]
    assert not used, "a package must stand alone: " + ", ".join(used)


def test_each_package_has_what_makes_it_one(texts: dict[str, str]) -> None:
    for name, folder in packages(texts).items():
        for file in ("pyproject.toml", "README.md", f"src/{name}/py.typed"):
            assert folder + file in texts
        assert exported(texts[f"{folder}src/{name}/__init__.py"]), f"{name} exports nothing"


def test_the_lock_installs_what_each_package_needs(texts: dict[str, str]) -> None:
    """They are installed without their dependencies."""
    versions = {package.name: package.version for package in locked(ROOT)}
    for folder in packages(texts).values():
        for words in tomllib.loads(texts[f"{folder}pyproject.toml"])["project"].get("dependencies", []):
            needed = REQUIREMENT.fullmatch(words)
            assert needed, f"{folder} needs {words}, of no certain version"
            version = versions.get(normalised(needed["name"]), "0")
            assert version in Versions(needed["versions"]), f"{folder}: {words}; the lock has {version}"


# Each check can fail.


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import kit.part", ["1: kit.part"]),
        ("from kit.part import thing", ["1: kit.part.thing"]),
        ("from kit import part", ["1: kit.part"]),
        ("import kit\nkit.part.thing()", ["2: kit.part"]),
        ("import kit as k\nk.part", ["2: kit.part"]),
        ("import_module('kit.part')", ["1: kit.part"]),
        ("def later():\n    import kit.part as p", ["2: kit.part"]),
    ],
)
def test_what_reaches_into_a_package_is_found(source: str, expected: list[str]) -> None:
    assert list(reaches(source, "kit", {"public"})) == expected


@pytest.mark.parametrize(
    "source",
    [
        "import kit\nkit.public()\nkit.__file__",
        "from kit import public",
        "import kitchen.part",
        "from . import kit",
        "'see kit.part'",
        "part = 1\nkit.part",
    ],
)
def test_what_a_package_exports_passes(source: str) -> None:
    assert not list(reaches(source, "kit", {"public"}))


def test_what_all_lists_is_exported() -> None:
    assert exported('__all__ = ["a", "b"]') == {"a", "b"}
    assert exported("a = 1") == frozenset()
