"""Tables of settings for READMEs, from the classes: field, type, default, and its comment."""

from __future__ import annotations

import ast
import inspect
import io
import tokenize
from collections.abc import Iterator
from dataclasses import is_dataclass

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
    return f"### {cls.__name__}\n\n{_summary(cls)}\n\n{_HEAD}\n{rows}"


def _summary(cls: type) -> str:
    return " ".join((inspect.getdoc(cls) or "").split("\n\n")[0].split())


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
        kind = ast.unparse(node.annotation)
        if kind.startswith("ClassVar"):
            continue
        default = f"`{_escaped(_default(node.value))}`" if node.value else "required"
        last = node.end_lineno or node.lineno
        text = " ".join(filter(None, [_above(comments, node.lineno), comments.get(last, (0, ""))[1]]))
        yield node.target.id, _escaped(kind), default, _escaped(text)


def _default(value: ast.expr) -> str:
    match value:
        case ast.Call(
            func=ast.Name(id="field"), keywords=[ast.keyword(arg="default_factory", value=factory)]
        ):
            return f"{ast.unparse(factory)}()"
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
