"""One restore test from its beginning to its end: nothing of it is left, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

from rich.console import Console

from operations.console import say
from operations.progress import Step
from operations.restore_test.apart import Apart
from operations.restore_test.check import Check
from operations.restore_test.copies import Copy
from operations.restore_test.deletion import Deletion
from operations.restore_test.report import Report
from operations.restore_test.restoration import NotRestoredError, Restoration
from operations.synthesized import SynthesizedStack


class Shows(Protocol):
    """Where steps are shown: Progress, or a step of another command."""

    @property
    def console(self) -> Console:
        """Where people are told."""

    def step(self, title: str) -> AbstractContextManager[Step]:
        """Show a step while it runs."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A test of one copy. `check`: None, where the settings have none."""

    clients: Any
    stack: SynthesizedStack
    apart: Apart
    check: Check | None
    progress: Shows
    seconds: float  # that the restoration may take
    again: str  # the command that deletes what could not be deleted

    @property
    def console(self) -> Console:
        """Where people are told."""
        return self.progress.console

    def describe(self, copy: Copy) -> None:
        """Say what is about to be done."""
        apart = self.apart
        say(self.console, f"{apart.source.test.identifier}: {copy.text}")
        say(self.console, f"  restored as {apart.name}, in the subnets of {apart.source.subnet_group}")
        if self.check:
            say(self.console, f"  checked by {self.check.text}")
        else:
            say(self.console, "  not checked: the settings have no check of it")

    def clear(self) -> bool:
        """Delete what a test has left that was killed. Raises ProblemsError while another one goes on."""
        self.apart.refuse_another()
        if not self.apart.is_left():
            return False
        left = f"what an earlier test of {self.apart.name} has left"
        with self.progress.step(f"Deleting {left}") as step:
            self._delete(step.show)
            step.done = f"Deleted {left}"
        return True

    def carry_out(self, copy: Copy) -> Report:
        """Restore, check, and delete."""
        self.clear()
        with self._deleted_at_the_end(), self.apart.being_seen():
            own, checks = self.apart.create_groups()
            return self._tried(copy, own, checks)

    def _tried(self, copy: Copy, own: str, checks: str) -> Report:
        began, took, outcome = monotonic(), None, None
        try:
            with self.progress.step(f"Restoring {copy.text}") as step:
                restoration = Restoration(apart=self.apart, copy=copy, group=own)
                restoration.begin()
                host = restoration.host(step.show, seconds=self.seconds)
                took = monotonic() - began
                step.done = f"Restored {copy.text}"
            why = "; ".join(restoration.differences()) or None
            if self.check and not why:
                outcome = self.check.run(self.console, host=host, port=self.apart.port, group=checks)
                if outcome.exit_code:
                    why = f"the check ended with exit code {outcome.exit_code}"
        except NotRestoredError as error:
            why = str(error)
        test = self.apart.source.test
        return Report(
            stack=self.stack.name,
            test=test,
            copy=copy,
            why=why,
            restored_in=took,
            exit_code=outcome.exit_code if outcome else None,
            found=outcome.found if outcome else None,
        )

    @contextmanager
    def _deleted_at_the_end(self) -> Iterator[None]:
        """Delete what this test created, and never what another one did."""
        try:
            yield
        finally:
            try:
                if self.apart.is_ours():
                    with self.progress.step(f"Deleting {self.apart.name}") as step:
                        self._delete(step.show)
                        step.done = f"Deleted {self.apart.name}"
            except BaseException:
                say(
                    self.console,
                    f"{self.apart.name} is not deleted whole, and is charged while it stands. Delete it: "
                    f"{self.again}",
                )
                raise

    def _delete(self, show: Any) -> None:
        Deletion(apart=self.apart, check=self.check).carry_out(show)
