"""Ctrl-C and failures of AWS while a task is watched: the real `infra`, in a process of its own."""

from __future__ import annotations

import os
import pty
import signal
from contextlib import closing
from pathlib import Path

import pytest

from tests.operations.small_stack import STACK, Infra, SmallStack, until

pytestmark = pytest.mark.emulator


@pytest.fixture
def infra(stack: SmallStack, tmp_path: Path) -> Infra:
    stack.order("api", api={"looks": "forever"})
    return Infra(stack, tmp_path)


def test_where_nobody_can_be_asked_the_task_goes_on_and_is_watched_anew(
    stack: SmallStack, infra: Infra
) -> None:
    with infra.start("run", STACK, "api", "--", "sleep", "9") as process:
        until(process.stderr, "RUNNING")
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate()
    assert process.returncode == 130
    (task,) = stack.tasks()
    assert f"The task goes on. Watch it: infra run {STACK} api --attach {task.rpartition('/')[2]}" in said
    assert "Traceback" not in said


def test_a_person_who_is_asked_can_stop_the_task(stack: SmallStack, infra: Infra) -> None:
    mine, theirs = pty.openpty()
    with closing(os.fdopen(mine, "w")) as keys:
        with infra.start("run", STACK, "api", "--", "sleep", "9", stdin=theirs) as process:
            until(process.stderr, "RUNNING")
            process.send_signal(signal.SIGINT)
            keys.write("s\n")
            keys.flush()
            _, said = process.communicate()
        os.close(theirs)
    assert process.returncode == 143
    assert "Stopping the task: a person stopped it" in said
    (task,) = stack.tasks("STOPPED")
    assert stack.described(task)["stopCode"] == "UserInitiated"
