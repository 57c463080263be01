"""The error of this package, in sentences for the person who must fix what is wrong."""

from __future__ import annotations

from collections.abc import Iterable


class SynthesisError(ValueError):
    """Everything wrong with what synthesis was given, found in one pass: a sentence for each problem."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(dict.fromkeys(sentences))
        super().__init__("\n".join(self.sentences))


def refusal(where: str, *, got: object, allowed: str, fix: str) -> str:
    """A sentence: where it stands, what it got, what is allowed, how to fix it."""
    return f"{where}: got {got}; allowed: {allowed}; {fix}"
