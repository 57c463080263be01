"""Tables of settings for READMEs, from the classes: field, type, default, and its comment."""

from __future__ import annotations

import ast
import inspect
import io
import re
import sys
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass

from pydantic.fields import FieldInfo

from modules.values import MOST, Text

BEGIN, END = "<!-- settings -->", "<!-- end of settings -->"
_HEAD = "| setting | type | default | |\n| --- | --- | --- | --- |"


def with_tables(text: str, classes: list[type]) -> str:
    """A README with the tables of `classes` between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    tables = "\n\n".join(_table(cls) for cls in classes)
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


def settings_classes(names: dict[str, object]) -> list[type]:
    """The settings classes among public names."""
    return [
        value
        for value in names.values()
        if isinstance(value, type) and is_dataclass(value) and _is_settings(value)
    ]


def _is_settings(cls: type) -> bool:
    return is_dataclass(cls) and hasattr(cls, "__pydantic_fields__")


def _table(cls: type) -> str:
    rows = "\n".join(
        f"| `{name}` | `{kind}` | {default} | {text} |" for name, kind, default, text in _rows(cls)
    )
    return f"### {cls.__name__}\n\n{inspect.getdoc(cls)}\n\n{_HEAD}\n{rows}"


def _rows(cls: type) -> Iterator[tuple[str, str, str, str]]:
    found: dict[str, tuple[str, str, str, str]] = {}
    for base in reversed(cls.__mro__):
        if _is_settings(base):
            found |= {row[0]: row for row in _own_rows(base)}
    required = [row for row in found.values() if row[2] == "required"]
    yield from required
    yield from (row for row in found.values() if row not in required)


def _own_rows(cls: type) -> Iterator[tuple[str, str, str, str]]:
    source = inspect.cleandoc(inspect.getsource(cls))
    comments = _comments(source)
    (definition,) = ast.parse(source).body
    assert isinstance(definition, ast.ClassDef)
    for node in definition.body:
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        kind, bounds = _plain(node.annotation, vars(sys.modules[cls.__module__]))
        if kind.startswith("ClassVar"):
            continue
        default = f"`{_escaped(_default(node.value))}`" if node.value else "required"
        last = node.end_lineno or node.lineno
        bounds = bounds or (node.value and _bounds(node.value)) or ""
        text = " ".join(filter(None, [bounds, _above(comments, node.lineno), comments.get(last, (0, ""))[1]]))
        yield node.target.id, _escaped(kind), default, _escaped(text)


class _Plain(ast.NodeTransformer):
    """Replaces `Annotated[int, Field(ge=1, le=9)]` by `int`, and keeps the bounds for people.

    What a type of `names` allows, such as `Region`, is kept too.
    """

    def __init__(self, names: Mapping[str, object]) -> None:
        self.bounds: list[str] = []
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        for one in getattr(self._names.get(node.id), "__metadata__", ()):
            if isinstance(one, Text):
                self.bounds.append(f"{one.allowed[0].upper()}{one.allowed[1:]}.")
            if isinstance(one, FieldInfo):
                limits = {
                    key: getattr(bound, key)
                    for bound in one.metadata
                    for key in ("ge", "le")
                    if hasattr(bound, key)
                }
                self.bounds.append(_between(limits.get("ge"), limits.get("le")))
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[kind, *rest])):
                self.bounds += [text for one in rest if (text := _bounds(one))]
                return kind
        return node


def _plain(annotation: ast.expr, names: Mapping[str, object]) -> tuple[str, str]:
    """A type without its annotations, and its bounds: `int`, `1 to 9.`."""
    plain = _Plain(names)
    kind = ast.unparse(plain.visit(annotation))
    return re.sub(r"\b_(?=[A-Z])", "", kind), " ".join(dict.fromkeys(plain.bounds))


def _between(least: int | None, most: int | None) -> str:
    # Of the integers of AWS's APIs nobody reaches the end.
    figures = [None if one in {None, MOST} else f"{one:,}" for one in (least, most)]
    return _bounds_of(*figures) or ""


def _bounds(metadata: ast.expr) -> str | None:
    match metadata:
        case ast.Call(func=ast.Name(id="Field"), keywords=keywords):
            found = {one.arg: _figure(one.value) for one in keywords}
            return _bounds_of(found.get("ge"), found.get("le") if found.get("le") != "MOST" else None)
    return None


def _bounds_of(least: str | None, most: str | None) -> str | None:
    match least, most:
        case str(), str():
            return f"{least} to {most}."
        case str(), None:
            return f"{least} or more."
        case None, str():
            return f"At most {most}."
    return None


def _figure(value: ast.expr) -> str:
    is_number = isinstance(value, ast.Constant) and isinstance(value.value, int)
    return f"{ast.literal_eval(value):,}" if is_number else ast.unparse(value)


def _default(value: ast.expr) -> str:
    match value:
        case ast.Call(func=ast.Name(id="field" | "Field"), keywords=[ast.keyword(arg=kind, value=given), *_]):
            if kind == "default":
                return ast.unparse(given)
            # What the factory makes.
            return ast.unparse(given.body) if isinstance(given, ast.Lambda) else f"{ast.unparse(given)}()"
    return ast.unparse(value)


def _above(comments: dict[int, tuple[int, str]], line: int) -> str:
    lines = []
    while (found := comments.get(line - 1)) and found[0] == 0:
        line -= 1
        lines.append(found[1])
    return " ".join(reversed(lines))


def _comments(source: str) -> dict[int, tuple[int, str]]:
    """Line → whether code stands before the comment (1) or not (0), and its text."""
    found = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            behind = int(bool(token.line[: token.start[1]].strip()))
            text = token.string.lstrip("# ").partition("# noqa")[0].strip()
            if not text.startswith("noqa"):
                found[token.start[0]] = (behind, text)
    return found


def _escaped(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
