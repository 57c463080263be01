"""No list of dicts is handed to a class of the bindings: CDKTF would drop its keys without an error.

`cdktf_fast_synthesis` refuses them while a stack is made; this finds them on branches that no stack takes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

BINDINGS = "cdktf_cdktf_provider_aws"
WHERE = ("modules/", "stacks/", "backend/")


def lists_of_dicts(source: str) -> Iterator[str]:
    """`line: Class.argument` of every list of dicts given to a class or a put_ method of the bindings."""
    tree = ast.parse(source)
    names = set(_imported(tree))
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if not _is_of_bindings(call.func, names):
            continue
        given = [(str(place), value) for place, value in enumerate(call.args)]
        given += [(word.arg or "**", word.value) for word in call.keywords]
        for name, value in given:
            if _has_dicts(value):
                yield f"{call.lineno}: {ast.unparse(call.func)}.{name}"


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(BINDINGS):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.asname or BINDINGS for alias in node.names if alias.name.startswith(BINDINGS))


def _is_of_bindings(function: ast.expr, names: set[str]) -> bool:
    if isinstance(function, ast.Attribute) and function.attr.startswith("put_"):
        return True
    while isinstance(function, ast.Attribute):
        function = function.value
    return isinstance(function, ast.Name) and function.id in names


def _has_dicts(value: ast.expr) -> bool:
    match value:
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return any(_is_dict(item) or _has_dicts(item) for item in items)
        case ast.ListComp(elt=item) | ast.GeneratorExp(elt=item):
            return _is_dict(item) or _has_dicts(item)
        case ast.Call(func=ast.Name(id="list" | "sorted"), args=[only, *_]):
            return _has_dicts(only)
    # What chooses or joins lists; other calls, such as json.dumps([{…}]), make something else of theirs.
    choices = (ast.IfExp, ast.BoolOp, ast.BinOp, ast.Starred, ast.NamedExpr)
    if isinstance(value, choices):
        return any(_has_dicts(part) for part in ast.iter_child_nodes(value) if isinstance(part, ast.expr))
    return False


def _is_dict(item: ast.expr) -> bool:
    match item:
        case ast.Dict() | ast.DictComp() | ast.Call(func=ast.Name(id="dict")):
            return True
        case ast.IfExp(body=one, orelse=other):
            return _is_dict(one) or _is_dict(other)
        case ast.BinOp(op=ast.BitOr(), left=one, right=other):
            return _is_dict(one) or _is_dict(other)
    return False


def test_no_list_of_dicts_is_handed_to_the_bindings(python: dict[str, str]) -> None:
    checked = {name: text for name, text in python.items() if name.startswith(WHERE)}
    assert any(BINDINGS in text for text in checked.values()), "nothing uses the bindings"
    found = [f"{name}:{place}" for name, text in checked.items() for place in lists_of_dicts(text)]
    assert not found, "write the struct class of the field in: " + ", ".join(found)


IMPORT = f"from {BINDINGS}.security_group import SecurityGroup, SecurityGroupIngress as Rule\n"


@pytest.mark.parametrize(
    "call",
    [
        "SecurityGroup(self, 'web', ingress=[{'from_port': 1}])",
        "SecurityGroup(self, 'web', ingress=[{'from_port': port} for port in ports])",
        "SecurityGroup(self, 'web', ingress=[dict(from_port=1)])",
        "SecurityGroup(self, 'web', ingress=[Rule(from_port=1), {'from_port': 2}])",
        "SecurityGroup(self, 'web', ingress=rules if rules else [{'from_port': 1}])",
        "SecurityGroup(self, 'web', ingress=rules or [{'from_port': 1}])",
        "SecurityGroup(self, 'web', ingress=rules + [{'from_port': 1}])",
        "SecurityGroup(self, 'web', ingress=[*[{'from_port': 1}]])",
        "SecurityGroup(self, 'web', ingress=list({'from_port': port} for port in ports))",
        "SecurityGroup(self, 'web', ingress=[{'from_port': 1} if a else {'from_port': 2}])",
        "SecurityGroup(self, 'web', ingress=[common | {'from_port': 1}])",
        "SecurityGroup(self, 'web', ingress=[Rule(nested=[{'from_port': 1}])])",
        "group.put_ingress([{'from_port': 1}])",
        f"import {BINDINGS} as aws\naws.security_group.SecurityGroup(self, 'web', ingress=[{{'a': 1}}])",
        f"from {BINDINGS} import vpc\nvpc.Vpc(self, 'web', ingress=[{{'a': 1}}])",
    ],
)
def test_a_list_of_dicts_is_found(call: str) -> None:
    assert len(list(lists_of_dicts(IMPORT + call))) == 1


@pytest.mark.parametrize(
    "call",
    [
        "SecurityGroup(self, 'web', ingress=[Rule(from_port=1)], tags={'Name': 'web'})",
        "SecurityGroup(self, 'web', description=json.dumps([{'from_port': 1}]))",
        "group.add_override('ingress', [{'from_port': 1}])",
        "rules([{'from_port': 1}])",
    ],
)
def test_other_lists_pass(call: str) -> None:
    assert not list(lists_of_dicts(IMPORT + call))
