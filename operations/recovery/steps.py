"""Steps in their order; each looks at what is there first, so that they go on where they stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from modules.errors import Problem, ProblemsError, refusal
from operations.console import confirm, say
from operations.progress import Progress
from operations.progress import Step as Shown
from operations.transient import Patience


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: what it does, whether it is done, and the question before it is."""

    title: str  # "Promote the database"
    done: Callable[[], bool]
    run: Callable[[Shown], object]
    asks: Callable[[], str] | None = None


class Steps:
    """The steps of one command."""

    def __init__(self, progress: Progress, stack: str, again: str) -> None:
        self._progress, self._stack, self._again = progress, stack, again

    def run(self, steps: Iterable[Step], *, yes: bool) -> None:
        """Run what is not done. Raises ProblemsError that says which step failed, and how to go on."""
        for step in steps:
            if step.done():
                say(self._progress.console, f"  already: {step.title}")
                continue
            if step.asks:
                confirm(step.asks(), yes=yes)
            try:
                with self._progress.step(step.title) as shown:
                    step.run(shown)
            except ProblemsError as error:
                what = (
                    f"stopped at: {step.title}. Mend what is named here, then go on from here: {self._again}"
                )
                raise ProblemsError([*error.problems, Problem(where=self._stack, what=what)]) from None

    def show(self, steps: Sequence[Step]) -> list[dict[str, Any]]:
        """What would be done."""
        found = [{"step": one.title, "done": one.done(), "asks": one.asks is not None} for one in steps]
        for one in found:
            state = "already" if one["done"] else "asks first" if one["asks"] else "to do"
            say(self._progress.console, f"  {state:>10}: {one['step']}")
        return found


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Looks again and again at something that takes its time."""

    progress: Progress
    poll: float  # seconds
    minutes: float

    def until(self, done: Callable[[], bool], shown: Shown, what: str) -> None:
        """Raises ProblemsError once it has taken longer than `--wait`."""
        patience = Patience(self.progress.console)
        end = time.monotonic() + 60 * self.minutes
        shown.show(what)
        while not patience.look(done):
            if time.monotonic() > end:
                why = refusal(
                    got="not over when --wait was",
                    allowed=what,
                    fix="look at it, then go on with a longer --wait",
                )
                raise ProblemsError.one(shown.done, why)
            time.sleep(patience.pause(self.poll))
