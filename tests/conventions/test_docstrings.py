"""Every public module, class, function, method and property of the library says what it is for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

WHERE = re.compile(r"backend/|modules/|stacks/|packages/[^/]+/src/")
# What Python's import system calls; importlib's documentation says what each is for.
DOCUMENTED_ELSEWHERE = {"create_module", "exec_module", "find_spec", "get_code"}
_Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def undocumented(source: str) -> Iterator[str]:
    """Public definitions without a docstring, as `line: name`."""
    tree = ast.parse(source)
    if tree.body and not ast.get_docstring(tree):
        yield "1: module"
    yield from _undocumented(tree, "")


def _undocumented(parent: ast.Module | ast.ClassDef, prefix: str) -> Iterator[str]:
    for node in parent.body:
        if not isinstance(node, _Definition) or node.name.startswith("_"):
            continue
        if prefix and node.name in DOCUMENTED_ELSEWHERE:
            continue
        if not ast.get_docstring(node):
            yield f"{node.lineno}: {prefix}{node.name}"
        if isinstance(node, ast.ClassDef):
            yield from _undocumented(node, f"{prefix}{node.name}.")


def test_everything_public_is_documented(python: dict[str, str]) -> None:
    checked = {name: text for name, text in python.items() if WHERE.match(name)}
    found = [f"{name}:{place}" for name, text in checked.items() for place in undocumented(text)]
    assert not found, "say in one line what each is for: " + ", ".join(found)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1", ["1: module"]),
        ('"""M."""\ndef f(): ...', ["2: f"]),
        ('"""M."""\nclass C:\n    """C."""\n    @property\n    def p(self): ...', ["5: C.p"]),
        ('"""M."""\nclass C: ...', ["2: C"]),
        ('"""M."""\ndef find_spec(): ...', ["2: find_spec"]),
        ('"""M."""\nclass C:\n    """C."""\n    def find_spec(self): ...', []),
        ('"""M."""\ndef _f(): ...\nclass C:\n    """C."""\n    def __init__(self): ...', []),
        ("", []),
    ],
)
def test_what_is_undocumented_is_found(source: str, expected: list[str]) -> None:
    assert list(undocumented(source)) == expected
