"""Commands of a recovery that a kill -9 ends after each of their steps, and that are run again."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from operations.recovery.steps import Step

_ENOUGH = 30


def deadly(steps: Iterable[Step], killed: Path) -> Iterator[Step]:
    """The same steps, of which each but the last is killed after it was run for the first time.

    `killed`: the file that knows which those are.
    """
    before = killed.read_text().splitlines() if killed.exists() else []
    remaining = list(steps)
    for step in remaining:

        def run(shown: object, step: Step = step) -> None:
            step.run(shown)  # type: ignore[arg-type]
            if step.title not in before and step is not remaining[-1]:
                killed.write_text("\n".join([*before, step.title]))
                os.kill(os.getpid(), signal.SIGKILL)

        yield replace(step, run=run)


def killed_after_each_step(run: Callable[[], None], log: Path) -> int:
    """Run it anew, in a process of its own, until nothing is left to do; how often it was killed.

    `log`: the file of what it prints.
    """
    for kills in range(_ENOUGH):
        child = os.fork()
        if child == 0:
            _run(run, log)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0, log.read_text()
            return kills
        assert os.WTERMSIG(status) == signal.SIGKILL
    raise AssertionError("it never ends")


def _run(run: Callable[[], None], log: Path) -> None:
    """In the child, which never returns to the test."""
    import sys
    import traceback

    code = 1
    try:
        with log.open("a", buffering=1) as out:
            sys.stdout = sys.stderr = out
            try:
                run()
                code = 0
            except SystemExit as ended:
                code = int(ended.code or 0)
            except BaseException:  # noqa: BLE001 - whatever it is, the log says it
                traceback.print_exc(file=out)
    finally:
        os._exit(code)
