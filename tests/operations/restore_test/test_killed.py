"""Killed, interrupted, throttled: nothing that was restored stays, and the next test goes on as the first."""

from __future__ import annotations

import signal

import pytest

from tests.operations.faults import LOST, RESET, THROTTLED, faulty
from tests.operations.restore_test.conftest import RESTORED, WORDS, Shop
from tests.operations.small_stack import Infra, until

pytestmark = pytest.mark.emulator


@pytest.mark.parametrize(
    "call", ["CreateSecurityGroup", "RestoreDBInstanceToPointInTime", "RunTask", "DeleteDBInstance"]
)
def test_the_next_test_deletes_what_a_killed_one_left(shop: Shop, infra: Infra, call: str) -> None:
    with faulty(shop.emulator.port) as faults:
        with infra.start(*WORDS, AWS_ENDPOINT_URL=faults.url) as process:
            faults.stop_at(call, process, after=True)
            process.communicate()
        assert faults.stopped
    assert process.returncode == -signal.SIGKILL
    assert not shop.is_as_before()
    assert "last" not in shop.record
    with infra.start(*WORDS, "--json") as process:
        told, said = process.communicate()
    assert process.returncode == 0, said
    assert f"Deleting what an earlier test of {RESTORED} has left" in said
    done = [line.split(" s  ")[1] for line in said.splitlines() if line.startswith("✓")]
    assert f"Deleted what an earlier test of {RESTORED} has left" in done
    assert f"Deleted {RESTORED}" in done
    assert any(line.startswith("Restored ") for line in done)
    assert "Traceback" not in said
    assert told.startswith("{")
    assert shop.is_as_before()
    assert shop.record["succeeded"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_while_the_check_runs_everything_is_deleted(
    shop: Shop, infra: Infra, number: signal.Signals
) -> None:
    shop.order("api", api={"looks": "forever"})
    with infra.start(*WORDS) as process:
        until(process.stderr, "RUNNING")
        assert not shop.is_as_before()
        process.send_signal(number)
        _, said = process.communicate()
    assert process.returncode == 130, said
    assert "Stopped. What was restored is deleted; nothing is recorded." in said
    assert "Traceback" not in said
    assert shop.is_as_before()
    assert "last" not in shop.record


def test_one_that_goes_on_is_not_disturbed(shop: Shop, infra: Infra) -> None:
    shop.order("api", api={"looks": "forever"})
    with infra.start(*WORDS) as process:
        until(process.stderr, "RUNNING")
        for words in (WORDS, (*WORDS, "--delete")):
            with infra.start(*words) as second:
                _, said = second.communicate()
            assert second.returncode == 2
            assert "got another one, seen " in said
        assert RESTORED in shop.databases
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert shop.is_as_before()


def test_only_what_was_left_is_deleted(shop: Shop, infra: Infra) -> None:
    with (
        faulty(shop.emulator.port) as faults,
        infra.start(*WORDS, AWS_ENDPOINT_URL=faults.url) as process,
    ):
        faults.stop_at("RunTask", process)
        process.communicate()
    assert RESTORED in shop.databases
    for words, said in (
        (("--dry-run",), "Would delete"),
        ((), f"{RESTORED} is deleted."),
        ((), "There is no"),
    ):
        with infra.start(*WORDS, "--delete", *words) as process:
            _, told = process.communicate()
        assert process.returncode == 0, told
        assert said in told
        assert (RESTORED in shop.databases) == bool(words)
    assert shop.is_as_before()


def test_throttling_and_broken_connections_are_borne(shop: Shop, infra: Infra) -> None:
    with faulty(shop.emulator.port) as faults:
        faults.of = {
            "DescribeDBInstances": [None, RESET, THROTTLED, LOST],
            "DescribeSecurityGroups": [None, THROTTLED, RESET],
            "DeleteDBInstance": [THROTTLED, LOST],
            "DeleteSecurityGroup": [LOST],
        }
        with infra.start(*WORDS, AWS_ENDPOINT_URL=faults.url) as process:
            _, said = process.communicate()
        assert not any(faults.of.values())
    assert process.returncode == 0, said
    assert shop.is_as_before()
