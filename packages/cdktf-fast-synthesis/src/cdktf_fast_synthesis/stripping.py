"""Generated code without what a synthesis never needs; what it does and what it refuses stays the same.

- Docstrings: they are read in the source. `python -OO` would take with them each check of an argument.
- The check of an optional argument that was not given: most arguments of most calls, and None is always one
  of their types.
- The imports of `importlib.metadata.version`, with which each module asks which typeguard is installed, and
  of `pkgutil.extend_path`, with which each looks for other folders of its own: bindings.py provides both,
  under the names that they had.
- Members that many classes have alike: members.py makes each once.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from . import members

VERSION, EXTEND_PATH = "_metadata_package_version", "extend_path"
# By name in a module, the module that has it.
_PROVIDED = {VERSION: "importlib.metadata", EXTEND_PATH: "pkgutil"}

_OPTIONAL = "typing.Optional["
_STUB = "_typecheckingstub__"


def strip(tree: ast.Module) -> ast.Module:
    """Strip a module, in place."""
    stubs = {
        each.name: _optional_names(each.args)
        for each in tree.body
        if isinstance(each, ast.FunctionDef) and each.name.startswith(_STUB)
    }
    tree.body = [each for each in tree.body if not _is_provided(each)]
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node, clean=False):
            node.body[0] = ast.copy_location(ast.Pass(), node.body[0])
        elif isinstance(node, ast.If):
            _check_only_given(node.body, stubs)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            members.share(node)
    return tree


def _optional_names(arguments: ast.arguments) -> frozenset[str]:
    every = [*arguments.args, *arguments.kwonlyargs]
    return frozenset(
        each.arg for each in every if each.annotation and ast.unparse(each.annotation).startswith(_OPTIONAL)
    )


def _is_provided(node: ast.stmt) -> bool:
    """Whether it imports one of the names that bindings.py provides, and nothing else."""
    if not isinstance(node, ast.ImportFrom) or len(node.names) != 1:
        return False
    name = node.names[0].asname or node.names[0].name
    return name in _PROVIDED and node.module == _PROVIDED[name]


def _check_only_given(body: list[ast.stmt], stubs: Mapping[str, frozenset[str]]) -> None:
    """`check_type(…, value=name, …)` → `if name is not None: check_type(…)`, for each that may be None."""
    optional: frozenset[str] = frozenset()
    for number, node in enumerate(body):
        match node:
            case ast.Assign(
                targets=[ast.Name(id="type_hints")], value=ast.Call(args=[ast.Name(id=stub)])
            ) if stub in stubs:
                optional = stubs[stub]
            case ast.Expr(
                value=ast.Call(
                    func=ast.Name(id="check_type"),
                    keywords=[
                        ast.keyword(arg="argname"),
                        ast.keyword(arg="value", value=ast.Name(id=name) as value),
                        ast.keyword(
                            arg="expected_type",
                            value=ast.Subscript(
                                value=ast.Name(id="type_hints"), slice=ast.Constant(value=key)
                            ),
                        ),
                    ],
                )
            ) if name == key and name in optional:
                given = ast.Compare(left=value, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)])
                body[number] = ast.fix_missing_locations(
                    ast.copy_location(ast.If(test=given, body=[node], orelse=[]), node)
                )
