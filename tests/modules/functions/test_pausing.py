"""The function that stops and starts databases, against the emulator's RDS and ECS."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.functions import pausing

pytestmark = pytest.mark.emulator
REGION, CLUSTER = "eu-west-1", "shop"
INSTANCE = {
    "DBInstanceClass": "db.t4g.micro",
    "AllocatedStorage": 20,
    "Engine": "postgres",
    "MasterUsername": "shop",
    "MasterUserPassword": "of-no-use",
}


class Aws:
    """Two databases and a service, and the function among them."""

    def __init__(self, emulator: Emulator) -> None:
        self.rds, self.ecs = emulator.client("rds", REGION), emulator.client("ecs", REGION)
        for name in ("one", "two"):
            self.rds.create_db_instance(DBInstanceIdentifier=name, **INSTANCE)
        self.ecs.create_cluster(clusterName=CLUSTER)
        containers = [{"name": "web", "image": "web", "memory": 64}]
        self.ecs.register_task_definition(family="web", containerDefinitions=containers)
        self.ecs.create_service(cluster=CLUSTER, serviceName="web", taskDefinition="web", desiredCount=2)

    @property
    def states(self) -> dict[str, str]:
        found = self.rds.describe_db_instances()["DBInstances"]
        return {one["DBInstanceIdentifier"]: one["DBInstanceStatus"] for one in found}

    def no_tasks(self) -> None:
        self.ecs.update_service(cluster=CLUSTER, service="web", desiredCount=0)

    def run(self, event: dict[str, Any], *, milliseconds: int = 900_000) -> None:
        pausing.handler(event, Time(milliseconds))


class Time:
    """What a run is given."""

    def __init__(self, milliseconds: int) -> None:
        self._milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self._milliseconds


@pytest.fixture
def aws(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Aws:
    for name, value in emulator.settings(REGION).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASES", json.dumps(["one", "two"]))
    monkeypatch.setenv("CLUSTER", CLUSTER)
    monkeypatch.setenv("SERVICES", json.dumps(["web"]))
    monkeypatch.setattr(pausing, "_POLL_SECONDS", 0)
    return Aws(emulator)


def test_databases_stop_and_start_again(aws: Aws) -> None:
    aws.no_tasks()
    aws.run({"do": "stop"})
    assert aws.states == {"one": "stopped", "two": "stopped"}
    aws.run({"do": "start"})
    assert aws.states == {"one": "available", "two": "available"}


def test_a_run_that_has_nothing_to_do_changes_nothing(aws: Aws) -> None:
    aws.no_tasks()
    aws.run({"do": "start"})
    aws.run({"do": "nothing"})
    assert aws.states == {"one": "available", "two": "available"}
    aws.run({"do": "stop"})
    aws.run({"do": "stop"})
    assert aws.states == {"one": "stopped", "two": "stopped"}


def test_a_run_goes_on_where_an_earlier_one_ended(aws: Aws) -> None:
    aws.no_tasks()
    aws.rds.stop_db_instance(DBInstanceIdentifier="two")
    aws.run({"do": "stop"})
    assert aws.states == {"one": "stopped", "two": "stopped"}
    aws.rds.start_db_instance(DBInstanceIdentifier="two")
    aws.run({"do": "start"})
    assert aws.states == {"one": "available", "two": "available"}


def test_no_database_stops_while_tasks_run(aws: Aws) -> None:
    with pytest.raises(RuntimeError, match="web has 2 tasks: still runs, so that no database was stopped"):
        aws.run({"do": "stop"}, milliseconds=0)
    assert aws.states == {"one": "available", "two": "available"}


def test_the_instance_that_rds_has_started_stops_again(aws: Aws) -> None:
    # The service's tasks are not asked for: the stack is paused already.
    event = {"detail": {"EventID": "RDS-EVENT-0154", "SourceIdentifier": "two"}}
    aws.run(event)
    assert aws.states == {"one": "available", "two": "stopped"}
    aws.run({"detail": {**event["detail"], "SourceIdentifier": "another"}})
    assert aws.states == {"one": "available", "two": "stopped"}


class Slow:
    """An instance whose state is another at each look; the emulator's has no time between two."""

    def __init__(self, *states: str) -> None:
        self._states = [*states]
        self.calls: list[str] = []

    def describe_db_instances(self, **_: str) -> Any:
        state = self._states.pop(0) if len(self._states) > 1 else self._states[0]
        return {"DBInstances": [{"DBInstanceStatus": state}]}

    def stop_db_instance(self, **_: str) -> None:
        self.calls.append("stop")

    def start_db_instance(self, **_: str) -> None:
        self.calls.append("start")


def pausing_of(rds: Slow, milliseconds: int = 900_000) -> pausing.Pausing:
    return pausing.Pausing(rds, None, lambda: milliseconds)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pausing, "_POLL_SECONDS", 0)


@pytest.mark.usefixtures("at_once")
def test_one_that_is_being_started_is_stopped_as_soon_as_it_is_available() -> None:
    rds = Slow("starting", "backing-up", "available", "stopping")
    pausing_of(rds).stop(["one"])
    assert rds.calls == ["stop"]


@pytest.mark.usefixtures("at_once")
def test_one_that_is_being_stopped_is_started_as_soon_as_it_has_stopped() -> None:
    rds = Slow("stopping", "stopped", "starting", "available")
    pausing_of(rds).start(["one"])
    assert rds.calls == ["start"]


@pytest.mark.usefixtures("at_once")
def test_a_run_whose_time_is_over_says_what_it_waited_for() -> None:
    with pytest.raises(RuntimeError, match=r"one is starting: is not ready yet\. Apply again"):
        pausing_of(Slow("starting"), milliseconds=0).start(["one"])


@pytest.mark.parametrize("state", ["incompatible-network", "storage-full", "failed"])
@pytest.mark.usefixtures("at_once")
def test_one_that_will_not_come_back_by_itself_is_not_waited_for(state: str) -> None:
    with pytest.raises(RuntimeError, match=f"one is {state}: its events in RDS say why"):
        pausing_of(Slow("starting", state)).start(["one"])
