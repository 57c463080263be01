"""Errors of settings: which setting, what it got, what is allowed, how to fix it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One invalid setting: `where` it is, and `what` is wrong with it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class ProblemsError(Exception):
    """All problems of an input, found in one pass; printed without a traceback."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def one(cls, where: str, what: str) -> ProblemsError:
        """An error of a single problem."""
        return cls([Problem(where=where, what=what)])


def raised_by(check: Callable[[], object]) -> Iterator[Problem]:
    """The problems that a check raises as ProblemsError; none if it returns."""
    try:
        check()
    except ProblemsError as error:
        yield from error.problems


def refusal(*, got: object, allowed: str, fix: str) -> str:
    """The sentence of a refusal: what it got, what is allowed, how to fix it."""
    return f"got {got}; allowed: {allowed or 'none'}; {fix}"
