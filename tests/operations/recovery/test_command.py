"""The command line of a recovery, on two stacks that boto3 made: what it shows, refuses, and says last."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from typer.testing import CliRunner

from aws_emulator import Emulator
from modules.errors import ProblemsError
from operations.recovery import command
from operations.recovery import situation as situations
from operations.recovery.steps import Steps
from tests.operations.recovery.applied import DATABASE, HOME, PRIMARY, RECOVERY, Applied, changed
from tests.operations.recovery.world import World, clear

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def world(session_emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Nothing here changes it for good."""
    return World(session_emulator, tmp_path_factory.mktemp("world"))


@pytest.fixture(autouse=True)
def _on_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clear(monkeypatch, world.emulator)
    monkeypatch.setattr(command, "synthesized_pair", lambda _: world.pair)
    monkeypatch.setattr(situations, "Deployed", lambda stack: Applied(world, stack))


def infra(*words: str) -> Any:
    """`infra recovery`; the answer of the runner."""
    return CliRunner().invoke(command.app, [PRIMARY, *words])


def refused(*words: str) -> str:
    """The sentence of a refusal."""
    ran = infra(*words)
    assert isinstance(ran.exception, ProblemsError), ran.output
    return str(ran.exception)


def test_a_dry_run_shows_the_steps_and_changes_nothing(world: World) -> None:
    shown = infra("failover", "--primary-is-lost", "--dry-run")
    assert shown.exit_code == 0, shown.output
    assert f"asks first: Promote {DATABASE}-recovery, and start the services of {RECOVERY}" in shown.output
    assert f"to do: Keep DNS away from {PRIMARY}" in shown.output
    assert f"See that nothing is left to do in {RECOVERY}\n" in shown.output
    assert f"left to do in {PRIMARY}\n" not in shown.output, "nothing is asked of a region that is lost"
    assert (world.writer(), world.answer()) == (HOME, HOME)


def test_a_failover_of_what_answers_or_was_never_applied_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"{PRIMARY}: got a primary that answers" in refused("failover", "--yes")
    monkeypatch.setattr(Applied, "is_deployed", lambda _: False)
    assert f"{RECOVERY}: got nothing that is deployed" in refused("failover", "--switchover")


def test_the_status_is_told_to_programs(world: World) -> None:
    shown = infra("status", "--json")
    assert shown.exit_code == 0, shown.output
    found = json.loads(shown.stdout)["checks"]
    assert {one["verdict"] for one in found} <= {"ok", "warning"}
    assert any(world.pair.recovery.name in one["found"] for one in found)


def settle(world: World) -> str:
    """The last step, after a failback; what it prints."""
    situation = world.situation()
    step = situation.settled(situation.recovery, active=False, paused=False)
    Steps(situation.waiting.progress, PRIMARY, "again").run([step], yes=True)
    written = situation.waiting.progress.console.file
    assert isinstance(written, StringIO)
    return written.getvalue()


def test_what_an_apply_that_was_stopped_has_left_is_applied_at_the_end(world: World) -> None:
    assert f"Nothing is left to do in {RECOVERY}" in settle(world)
    state = json.loads(world.state.read_text())
    world.note({**state, RECOVERY: {"paused": True, "active": False}})
    assert f"Applied what was left to do in {RECOVERY}: paused" in settle(world)
    assert json.loads(world.state.read_text()) == state


def test_what_an_apply_does_not_end_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Applied, "differs", lambda *_, **__: [changed("aws_sqs_queue.work")])
    with pytest.raises(ProblemsError, match=f"an apply does not end it: infra plan {RECOVERY}"):
        settle(world)
