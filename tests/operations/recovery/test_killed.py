"""Failovers and failbacks of which each step is the last before a kill -9, without Terraform."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from aws_emulator import Emulator
from modules.errors import ProblemsError
from operations.recovery.databases import Instances
from operations.recovery.failback import Failback
from operations.recovery.failover import Failover
from operations.recovery.returning import Returning
from operations.recovery.situation import Situation
from operations.recovery.steps import Steps
from tests.operations.recovery.applied import AWAY, DATABASE, HOME
from tests.operations.recovery.killed import deadly, killed_after_each_step
from tests.operations.recovery.world import LOGIN, World, clear

pytestmark = pytest.mark.emulator
Make = Callable[[Situation], Failover | Failback]


def lost(situation: Situation) -> Failover:
    return Failover(situation, switchover=False, primary_is_lost=True)


def switched(situation: Situation) -> Failover:
    return Failover(situation, switchover=True, primary_is_lost=False)


def carry_out(world: World, make: Make, killed: Path) -> None:
    situation = world.situation()
    made = make(situation)
    made.check()
    Steps(situation.waiting.progress, "ohi-prod", "again").run(deadly(made.steps(), killed), yes=True)


def kills(world: World, make: Make) -> int:
    """Run it until nothing is left to do; how often it was killed."""
    killed = world.directory / f"killed-by-{make.__name__}"
    return killed_after_each_step(lambda: carry_out(world, make, killed), killed.with_suffix(".log"))


# The way back is the same from both.
@pytest.mark.parametrize(
    ("make", "stops", "aurora"), [(lost, False, False), (switched, True, True)], ids=["rds", "aurora"]
)
def test_killed_after_any_step_and_run_again_it_ends_in_the_same_place(
    session_emulator: Emulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Make,
    *,
    stops: bool,
    aurora: bool,
) -> None:
    clear(monkeypatch, session_emulator)
    world = World(session_emulator, tmp_path, aurora=aurora)
    assert (world.writer(), world.answer(), world.tasks()) == (HOME, HOME, {HOME: 1, AWAY: 0})
    before = None if aurora else world.instance(HOME, DATABASE)["id"]

    assert kills(world, make) >= 2 + stops
    assert (world.writer(), world.answer()) == (AWAY, AWAY)
    assert world.tasks() == {HOME: 0 if stops else 1, AWAY: 1}
    assert kills(world, make) == 0, "nothing is left to do"

    assert kills(world, Failback) >= 5
    assert (world.writer(), world.answer(), world.tasks()) == (HOME, HOME, {HOME: 1, AWAY: 0})
    assert kills(world, Failback) == 0
    if not aurora:
        own = world.instance(HOME, DATABASE)
        assert own["id"] != before
        assert own["replica"] is None
        assert world.situation().primary.resource_id("aws_db_instance.database") == own["id"]
        kept = world.client("rds", HOME).describe_db_instances()["DBInstances"]
        assert before in {one["DbiResourceId"] for one in kept}, "the one of before is kept"


@pytest.mark.parametrize(
    ("make", "stops", "aurora"), [(switched, True, False), (lost, False, True)], ids=["rds", "aurora"]
)
def test_the_recovery_takes_over(
    session_emulator: Emulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Make,
    *,
    stops: bool,
    aurora: bool,
) -> None:
    clear(monkeypatch, session_emulator)
    world = World(session_emulator, tmp_path, aurora=aurora)
    situation = world.situation()
    made = make(situation)
    if not stops:
        # Nothing of the primary's region is asked.
        session_emulator.order_outages(regions=[HOME], replica_lag=2)
    made.check()
    questions = [one.asks() for one in made.steps() if one.asks]
    assert ("Nothing is lost" if stops else "IS LOST") in questions[0]
    Steps(situation.waiting.progress, "ohi-prod", "again").run(made.steps(), yes=True)
    assert (world.writer(), world.answer()) == (AWAY, AWAY)
    session_emulator.order_outages()
    assert world.tasks() == {HOME: 0 if stops else 1, AWAY: 1}


def test_what_has_copies_alone_is_restored_and_comes_back(
    session_emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear(monkeypatch, session_emulator)
    world = World(session_emulator, tmp_path, backup=True)
    before = world.instance(HOME, DATABASE)["id"]
    with pytest.raises(ProblemsError, match="got --switchover of what is restored from copies"):
        switched(world.situation()).check()
    for make in (lost, Failback):
        situation = world.situation()
        made = make(situation)
        made.check()
        Steps(situation.waiting.progress, "ohi-prod", "again").run(made.steps(), yes=True)
        where = AWAY if make is lost else HOME
        assert (world.writer(), world.answer()) == (AWAY, where), (
            "the restored one stays until it is destroyed"
        )
    assert (world.answer(), world.tasks()) == (HOME, {HOME: 1, AWAY: 0})
    assert world.instance(HOME, DATABASE)["id"] != before
    with pytest.raises(ProblemsError, match="got a database of an earlier failover"):
        lost(world.situation()).check()
    rds = world.client("rds", AWAY)
    rds.delete_db_instance(DBInstanceIdentifier=f"{DATABASE}-recovery", SkipFinalSnapshot=True)
    rds.stop_db_instance_automated_backups_replication(
        SourceDBInstanceArn=f"arn:aws:rds:{HOME}:123456789012:db:{DATABASE}"
    )
    with pytest.raises(ProblemsError, match=f"{DATABASE}: got no copy in {AWAY}"):
        lost(world.situation()).check()


def test_read_replicas_that_follow_the_one_of_before_are_made_anew(
    session_emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear(monkeypatch, session_emulator)
    world = World(session_emulator, tmp_path)
    rds = world.client("rds", HOME)
    rds.create_db_instance_read_replica(
        DBInstanceIdentifier="reads", SourceDBInstanceIdentifier=DATABASE, DBInstanceClass="db.t4g.micro"
    )
    document = json.loads(json.dumps(world.pair.primary.document))
    reads = {"identifier": "reads", "replicate_source_db": "${aws_db_instance.database.identifier}"}
    document["resource"]["aws_db_instance"]["reads"] = reads
    world.pair = replace(world.pair, primary=replace(world.pair.primary, document=document))
    situation = world.situation()
    (database,) = situation.databases
    assert isinstance(database, Instances)
    returning = Returning(situation, database)
    assert returning.stale_replicas() == []
    size = {"DBInstanceClass": "db.t4g.micro", "AllocatedStorage": 20}
    rds.create_db_instance(DBInstanceIdentifier="new", Engine="postgres", **size, **LOGIN)
    for name, new in ((DATABASE, f"{DATABASE}-before"), ("new", DATABASE)):
        rds.modify_db_instance(DBInstanceIdentifier=name, NewDBInstanceIdentifier=new, ApplyImmediately=True)
    assert returning.stale_replicas() == ["aws_db_instance.reads"]
