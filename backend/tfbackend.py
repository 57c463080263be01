"""Parsing of `*.s3.tfbackend` files, the partial configuration of `terraform init -backend-config`. Pure."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from backend.parse_cache import ParseCache
from backend.s3_settings import S3Settings
from modules.assumed_role import AssumedRole
from modules.errors import Problem, ProblemsError, refusal

_KEYS = tuple(field.name for field in fields(S3Settings))
_ROLE_KEYS = tuple(field.name for field in fields(AssumedRole))
_FROM_STACK = "comes from the stack's name, so that no two stacks share a state; remove it"
_CREDENTIALS = "credentials never stand in a file; remove it, Terraform takes them from your environment"
_IDENTITY = "the file names no profile; remove it and set AWS_PROFILE"
_ROLE = 'is no longer read by Terraform; write assume_role = { role_arn = "…" }'
_FORBIDDEN = {
    **dict.fromkeys(("key", "workspace_key_prefix"), _FROM_STACK),
    **dict.fromkeys(("access_key", "secret_key", "token", "sse_customer_key"), _CREDENTIALS),
    **dict.fromkeys(("profile", "assume_role_with_web_identity"), _IDENTITY),
    **dict.fromkeys(("role_arn", "session_name", "external_id"), _ROLE),
}


@cache
def read(path: Path) -> S3Settings:
    """The settings in a file, cached. Raises ProblemsError with the file and every invalid key."""
    label = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemsError.one(label, f"cannot be read: {error}; correct the file") from None
    cached = ParseCache(path, text, reader=Path(__file__))
    known = cached.load()
    values, problems = _values(label, text) if known is None else (known, [])
    refused = {problem.where for problem in problems}
    try:
        made = S3Settings(**{**values, **_role(values)})
    except ProblemsError as error:
        found = [_relabelled(label, problem) for problem in error.problems]
        # A key that was refused already is not reported as missing.
        problems += [problem for problem in found if problem.where not in refused]
    if problems:
        raise ProblemsError(problems)
    if known is None:
        cached.store(values)
    return made


def _values(label: str, text: str) -> tuple[dict[str, Any], list[Problem]]:
    attributes, problems = _attributes(label, text)
    values: dict[str, Any] = {}
    for key, raw in attributes.items():
        where = f"{label}: {key}"
        if key in _FORBIDDEN:
            problems.append(Problem(where=where, what=_FORBIDDEN[key]))
        elif key not in _KEYS:
            why = refusal(got="an unknown key", allowed=", ".join(_KEYS), fix="remove it or correct its name")
            problems.append(Problem(where=where, what=why))
        elif isinstance(raw, bool):
            values[key] = raw
        elif key == "assume_role":
            role, refused = _object(where, raw)
            values[key] = role
            problems += refused
        elif (literal := _literal(raw)) is not None:
            values[key] = literal
        else:
            why = refusal(got=repr(raw), allowed='"text", true or false', fix="write the value itself")
            problems.append(Problem(where=where, what=why))
    return values, problems


def _object(where: str, raw: object) -> tuple[dict[str, str], list[Problem]]:
    """The entries of `assume_role = { … }`, and what is wrong with them."""
    entries = (
        {name: one for name, one in raw.items() if not name.startswith("__")} if isinstance(raw, dict) else {}
    )
    if not entries:
        fix = 'write { role_arn = "…" }'
        return {}, [Problem(where=where, what=refusal(got=repr(raw), allowed="an object", fix=fix))]
    literals = {name: _literal(one) for name, one in entries.items()}
    problems = []
    for name, one in literals.items():
        if name not in _ROLE_KEYS:
            why = refusal(
                got="an unknown key", allowed=", ".join(_ROLE_KEYS), fix="remove it or correct its name"
            )
            problems.append(Problem(where=f"{where}.{name}", what=why))
        elif one is None:
            why = refusal(got=repr(entries[name]), allowed='"text"', fix="write the value itself")
            problems.append(Problem(where=f"{where}.{name}", what=why))
    return {name: one for name, one in literals.items() if name in _ROLE_KEYS and one is not None}, problems


def _role(values: dict[str, Any]) -> dict[str, Any]:
    return {"assume_role": AssumedRole(**values["assume_role"])} if values.get("assume_role") else {}


def _attributes(label: str, text: str) -> tuple[dict[str, Any], list[Problem]]:
    # The import takes a tenth of a second, which only an uncached file needs.
    import hcl2
    from lark.exceptions import LarkError

    try:
        tree = hcl2.parses_to_tree(text)
        parsed = hcl2.serialize(hcl2.transform(tree))
    except LarkError as error:
        line = getattr(error, "line", None)
        where = f"{label}, line {line}" if line else label
        what = 'is not `name = "value"` as Terraform reads it; correct the line'
        raise ProblemsError.one(where, what) from None
    (body,) = tree.find_data("body")
    names = [str(child.children[0].children[0]) for child in body.children if child.data == "attribute"]
    twice = [
        Problem(where=f"{label}: {name}", what="is set more than once; keep one of them")
        for name, count in Counter(names).items()
        if count > 1
    ]
    return {name: value for name, value in parsed.items() if not name.startswith("__")}, twice


def _literal(raw: object) -> str | None:
    """A quoted string without its quotes; None for an expression, a template or another type."""
    if not isinstance(raw, str) or not raw.startswith('"') or "${" in raw or "%{" in raw:
        return None
    try:
        text = json.loads(raw)
    except ValueError:
        return None
    return str(text)


def _relabelled(label: str, problem: Problem) -> Problem:
    where = problem.where.replace("S3Settings.", f"{label}: ")
    return Problem(where=where.replace("AssumedRole.", f"{label}: assume_role."), what=problem.what)
