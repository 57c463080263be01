"""Ctrl-C and failures of AWS while a task is watched: the real `infra`, in a process of its own."""

from __future__ import annotations

import os
import pty
import signal
from contextlib import closing
from pathlib import Path

import pytest

from tests.operations.faults import faulty
from tests.operations.small_stack import MIGRATING, STACK, Infra, SmallStack, until

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


def test_a_migration_that_was_killed_as_it_began_is_found_and_watched(
    stack: SmallStack, infra: Infra
) -> None:
    stack.order("worker", worker={"looks": "forever"})
    words = ("migrate", STACK, "--yes")
    with (
        faulty(stack.emulator.port) as faults,
        infra.start(*words, AWS_ENDPOINT_URL=faults.url) as process,
    ):
        faults.stop_at("RunTask", process, after=True)
        process.communicate(timeout=120)
    assert process.returncode == -9
    (task,) = stack.tasks()
    copies = stack.ecs.list_task_definitions(familyPrefix=MIGRATING, status="ACTIVE")["taskDefinitionArns"]
    assert copies, "it is deregistered by a later run"

    def said(*again: str) -> str:
        with infra.start(*again) as other:
            return "".join(other.communicate(timeout=120))

    attach = f"infra run {STACK} worker --attach {task.rpartition('/')[2]}"
    assert attach in said(*words), "one runs already"
    # The lock of the state, held while it began, stays too.
    assert "infra migrate" in said("state", "unlock", STACK, "--yes")
    stack.ecs.stop_task(cluster=STACK, task=task)
    stack.order("worker", worker={"looks": "1", "exit-code": "0"})
    with infra.start(*words) as third:
        _, errors = third.communicate(timeout=120)
    assert third.returncode == 0, errors


def test_a_run_that_was_killed_goes_on_in_ecs_and_is_watched_anew(stack: SmallStack, infra: Infra) -> None:
    stack.order("api", api={"looks": "9", "exit-code": "5"})
    with (
        faulty(stack.emulator.port) as faults,
        infra.start("run", STACK, "api", "--", "true", AWS_ENDPOINT_URL=faults.url) as process,
    ):
        faults.stop_at("RunTask", process, after=True)
        process.communicate(timeout=120)
    assert process.returncode == -9
    (task,) = stack.tasks()
    with infra.start("run", STACK, "api", "--attach", task) as again:
        _, errors = again.communicate(timeout=120)
    assert again.returncode == 5, errors


def test_watching_where_aws_is_out_of_reach_says_so_and_ends_by_ctrl_c(infra: Infra) -> None:
    words = ("run", STACK, "api", "--attach", "0" * 32)
    with infra.start(*words, AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1") as process:
        said = until(process.stderr, "AWS does not answer at the moment")
        assert "trying on for 5 minutes, or until Ctrl-C" in said
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"The task goes on. Watch it: infra run {STACK} api --attach {'0' * 32}" in rest
    assert "Traceback" not in rest
