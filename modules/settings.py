"""Typed settings: frozen, keyword-only, without unknown fields, validated when they are created.

`@settings` makes a pydantic dataclass, so `dataclasses.replace` validates again. A rule across fields is a
method that yields problems:

    @settings
    class CacheSettings:
        nodes: PositiveInt = 2
        multi_az: bool = True

        def problems(self) -> Iterator[Problem]:
            if self.multi_az and self.nodes < 2:
                yield Problem(where="multi_az", what=refusal(got="1 node", allowed="2 or more", fix="…"))

Values have the type of their field: `True` is no number, `"10.0.0.0/8"` no network, a network no tuple of
networks. All problems of an object are raised as one `ProblemsError`. Inside `collecting_problems()` an
invalid object does not stop the others, so that one run reports all problems.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast, dataclass_transform

from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from .errors import Problem, ProblemsError, refusal

# pydantic would look for plugins in what is installed, a hundred distributions, and there is none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

_Class = TypeVar("_Class", bound=type)
_collected: ContextVar[list[Problem] | None] = ContextVar("collected", default=None)
# What pydantic calls a number that is too small or too large.
_BOUNDS = {
    "greater_than": ("more than {:,.15g}", "raise it"),
    "greater_than_equal": ("{:,.15g} or more", "raise it"),
    "less_than": ("less than {:,.15g}", "lower it"),
    "less_than_equal": ("{:,.15g} or less", "lower it"),
}
# Characters of a text that was refused.
_LONGEST_SHOWN = 80
_INVALID = "__invalid_settings__"


@dataclass_transform(kw_only_default=True, frozen_default=True)
def settings(cls: _Class) -> _Class:
    """Make a class a settings class: a frozen pydantic dataclass whose `problems` are checked."""
    # Not strict, pydantic takes a network for the tuple of its addresses, where a comma is missing.
    config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    made: Any = dataclass(frozen=True, kw_only=True, config=config)(cls)
    made.__init__ = _validating(made.__init__)
    return cast("_Class", made)


@contextmanager
def collecting_problems() -> Iterator[list[Problem]]:
    """Collect the problems of all settings created inside, and raise them together at the end."""
    problems: list[Problem] = []
    token = _collected.set(problems)
    try:
        yield problems
    except ProblemsError as error:
        problems.extend(error.problems)
    except Exception:
        # Of a setting that was refused, whose own problem is already in the list.
        if not problems:
            raise
    finally:
        _collected.reset(token)
    if problems:
        raise ProblemsError(problems)


def refuse(*problems: Problem) -> None:
    """Raise problems; inside `collecting_problems()` collect them, and go on."""
    collected = _collected.get()
    if collected is None:
        raise ProblemsError(problems)
    collected.extend(problems)


def _validating(init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def validate(self: Any, *args: Any, **fields: Any) -> None:
        problems, collected = [], _collected.get()
        try:
            problems = _problems_of(init, self, args, fields, any_collected=bool(collected))
        except AttributeError:
            # A rule read a field of a part that was refused: that part's problem is collected already.
            if not collected:
                raise
            object.__setattr__(self, _INVALID, True)
        if problems:
            refuse(*problems)
            object.__setattr__(self, _INVALID, True)

    return validate


def _problems_of(
    init: Callable[..., None], self: Any, args: Any, fields: Any, *, any_collected: bool
) -> list[Problem]:
    owner = type(self).__name__
    try:
        init(self, *args, **fields)
    except ValidationError as error:
        return [_explained(type(self), detail) for detail in error.errors(include_url=False)]
    if any_collected and any(hasattr(value, _INVALID) for value in fields.values()):
        object.__setattr__(self, _INVALID, True)
        return []
    rules: Callable[[], Iterator[Problem]] = getattr(self, "problems", lambda: iter(()))
    return [Problem(where=f"{owner}.{found.where}", what=found.what) for found in rules()]


def _explained(kind: type, detail: Any) -> Problem:
    owner = kind.__name__
    parts = detail["loc"][:-2] if detail["loc"][-1] == "[key]" else detail["loc"]
    field = ".".join(map(str, parts))
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] in {"unexpected_keyword_argument", "extra_forbidden"}:
        return Problem(where=f"{owner}.{field}", what=_unknown(field, kind))
    if detail["type"] in {"missing", "missing_argument", "missing_keyword_only_argument"}:
        return Problem(where=f"{owner}.{field}", what="is required and has no safe default; set it")
    if detail["type"] == "value_error":
        return Problem(where=f"{owner}.{field}", what=message)
    if bound := _BOUNDS.get(detail["type"]):
        allowed, fix = bound
        (limit,) = detail["ctx"].values()
        why = refusal(got=detail["input"], allowed=allowed.format(limit), fix=fix)
        return Problem(where=f"{owner}.{field}", what=why)
    why = f"got {_shown(detail['input'])}; {message[0].lower()}{message[1:]}"
    if detail["type"] == "tuple_type":
        why += ": in parentheses, with a comma behind each value"
    return Problem(where=f"{owner}.{field}", what=why)


def _unknown(name: str, kind: Any) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, kind.__dataclass_fields__, n=1)
    fix = f"write {near[0]}, if that is meant" if near else "remove it or correct its name"
    return f"there is no such setting; {fix}"


def _shown(value: object) -> str:
    """A value as Python writes it; a long text by its beginning."""
    if isinstance(value, str) and len(value) > _LONGEST_SHOWN:
        return f"{value[:_LONGEST_SHOWN]!r}… ({len(value):,} characters)"
    return repr(value)
