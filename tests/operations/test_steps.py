"""What a person sees of a step, at a terminal and in a log."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from operations.steps import Step, Steps


def written(*, terminal: bool) -> tuple[Steps, io.StringIO]:
    """Steps, and what they write."""
    text = io.StringIO()
    return Steps(Console(file=text, force_terminal=terminal, width=200, emoji=False)), text


def tell(step: Step, kind: str, address: str, action: str = "create") -> None:
    hook = {"resource": {"addr": address}, "action": action}
    step.watch({"type": kind, "hook": hook})


@pytest.mark.parametrize("terminal", [True, False])
def test_a_step_says_what_was_done_and_how_long_it_took(terminal: bool) -> None:  # noqa: FBT001
    steps, text = written(terminal=terminal)
    with steps.step("Doing [it]") as step:
        step.done = "Did [it] :secret:"
    last = text.getvalue().splitlines()[-1]
    assert last.endswith("Did [it] :secret:")
    assert " s  " in last


def test_a_log_shows_what_is_under_way() -> None:
    steps, text = written(terminal=False)
    with steps.step("Doing it"):
        assert text.getvalue() == "            Doing it ...\n"


def test_a_step_that_fails_is_not_ticked_off() -> None:
    steps, text = written(terminal=False)
    with pytest.raises(RuntimeError), steps.step("Doing it"):
        raise RuntimeError
    assert "✓" not in text.getvalue()


def test_progress_counts_what_terraform_completes() -> None:
    steps, _ = written(terminal=True)
    with steps.step("Applying", expected=2) as step:
        progress: Any = step._progress
        step.watch({"type": "planned_change", "change": {"action": "create"}})
        step.watch({"type": "planned_change", "change": {"action": "replace"}})
        tell(step, "apply_start", "aws_thing.one")
        tell(step, "apply_complete", "data.aws_thing.read", action="read")
        tell(step, "apply_complete", "aws_thing.one")
        tell(step, "apply_errored", "aws_thing.two")
        (task,) = progress.tasks
        # Terraform's own count goes first. A replacement is told of twice: it deletes and it creates.
        assert (task.completed, task.total, task.fields["detail"]) == (2, 3, "aws_thing.two")
