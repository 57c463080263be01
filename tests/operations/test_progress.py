"""Progress at a terminal and in a log."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from operations.progress import Progress, Step


def written(*, terminal: bool) -> tuple[Progress, io.StringIO]:
    """Progress, and what it writes."""
    text = io.StringIO()
    return Progress(Console(file=text, force_terminal=terminal, width=200, emoji=False)), text


def report(step: Step, kind: str, address: str, action: str = "create") -> None:
    hook = {"resource": {"addr": address}, "action": action}
    step.watch({"type": kind, "hook": hook})


@pytest.mark.parametrize("terminal", [True, False])
def test_a_step_prints_what_was_done_and_the_time_it_took(terminal: bool) -> None:  # noqa: FBT001
    progress, text = written(terminal=terminal)
    with progress.step("Doing [it]") as step:
        step.done = "Did [it] :secret:"
    last = text.getvalue().splitlines()[-1]
    assert last.endswith("Did [it] :secret:")
    assert " s  " in last


def test_a_log_shows_the_running_step() -> None:
    progress, text = written(terminal=False)
    with progress.step("Doing it"):
        assert text.getvalue() == "            Doing it ...\n"


def test_a_step_that_fails_is_not_printed_as_done() -> None:
    progress, text = written(terminal=False)
    with pytest.raises(RuntimeError), progress.step("Doing it"):
        raise RuntimeError
    assert "✓" not in text.getvalue()


def test_the_bar_counts_what_terraform_completes() -> None:
    progress, _ = written(terminal=True)
    with progress.step("Applying", expected=2) as step:
        bar: Any = step._bar
        step.watch({"type": "planned_change", "change": {"action": "create"}})
        step.watch({"type": "planned_change", "change": {"action": "replace"}})
        report(step, "apply_start", "aws_thing.one")
        report(step, "apply_complete", "data.aws_thing.read", action="read")
        report(step, "apply_complete", "aws_thing.one")
        report(step, "apply_errored", "aws_thing.two")
        (task,) = bar.tasks
        # Terraform's own count wins. A replacement is reported twice: it deletes and it creates.
        assert (task.completed, task.total, task.fields["detail"]) == (2, 3, "aws_thing.two")
