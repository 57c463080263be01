"""`infra status`, against the emulator over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import Result

from backend import s3_states
from backend.keys import state_key
from modules.errors import ProblemsError
from operations.stack_lock import stack_lock
from operations.status import command as module
from operations.status import status as command
from stacks.output import stack_directory
from tests.operations.faults import RESET, THROTTLED, faulty
from tests.operations.small_stack import IMAGE, STACK, SmallStack, invoke

DIGEST = IMAGE.partition("@")[2]
ALARM, DATABASE, CACHE = f"{STACK}-api-errors", f"{STACK}-postgresql", f"{STACK}-redis"


def status(*words: str) -> Result:
    return invoke(command, STACK, *words)


@pytest.fixture
def running(stack: SmallStack, monkeypatch: pytest.MonkeyPatch) -> SmallStack:
    """One task of each service, a database, a cache, an alarm, a state."""
    monkeypatch.setenv("COLUMNS", "80")
    more: dict[str, dict[str, Any]] = {
        "aws_cloudwatch_metric_alarm": {"errors": {"alarm_name": ALARM}},
        "aws_db_instance": {"database": {"identifier": DATABASE, "instance_class": "db.t4g.micro"}},
        "aws_elasticache_replication_group": {
            "cache": {"replication_group_id": CACHE, "engine_version": "7.1", "node_type": "cache.t4g.micro"}
        },
    }
    stack.resources |= more
    from stacks.output import output_directory

    stack.write(output_directory())
    wanting(stack, 1)
    stack.client("rds").create_db_instance(
        DBInstanceIdentifier=DATABASE,
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        EngineVersion="17.2",
        AllocatedStorage=20,
        MasterUsername="app",
        MasterUserPassword="not-a-secret",
        Tags=[{"Key": "aws-emulator:pending-maintenance", "Value": "os-upgrade"}],
    )
    stack.client("elasticache").create_replication_group(
        ReplicationGroupId=CACHE, ReplicationGroupDescription="cache", CacheNodeType="cache.t4g.micro"
    )
    stack.client("cloudwatch").put_metric_alarm(
        AlarmName=ALARM,
        MetricName="Errors",
        Namespace="Shop",
        Period=60,
        EvaluationPeriods=1,
        Statistic="Sum",
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_state(stack, paused=False)
    return stack


def put_state(stack: SmallStack, *, paused: bool) -> None:
    resource = {
        "mode": "managed",
        "type": "aws_sqs_queue",
        "name": "q",
        "instances": [{"attributes": {"id": "q"}}],
    }
    outputs = {"infrastructure_paused": {"value": paused, "type": "bool"}}
    state = {"version": 4, "serial": 1, "lineage": "x", "resources": [resource], "outputs": outputs}
    place = s3_states().of(STACK)
    stack.client("s3").put_object(Bucket=place.bucket, Key=state_key(STACK), Body=json.dumps(state).encode())


def wanting(stack: SmallStack, tasks: int, *services: str) -> None:
    for name in services or ("api", "worker"):
        stack.ecs.update_service(cluster=STACK, service=f"{STACK}-{name}-service", desiredCount=tasks)


def ring(stack: SmallStack) -> None:
    stack.client("cloudwatch").set_alarm_state(AlarmName=ALARM, StateValue="ALARM", StateReason="3 errors")


@pytest.mark.usefixtures("running")
def test_one_screen_of_80_columns() -> None:
    found = status()
    assert found.exit_code == 0, found.output
    lines = found.stdout.splitlines()
    assert lines[0].startswith(f"{STACK} in eu-west-1: running, no alarm rings, at least ")
    assert lines[-1].endswith(f"are unknown: infra cost {STACK}")
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 24
    for words in (
        ["api", "1/1", DIGEST.removeprefix("sha256:")[:12]],
        ["worker", "1/1"],
        [DATABASE, "postgres 17.2", "available", "os-upgrade"],
    ):
        assert any(all(word in line for word in words) for line in lines), (words, found.stdout)
    assert any(CACHE in line and "available" in line for line in lines)


@pytest.mark.usefixtures("running")
def test_json_says_the_same_for_programs() -> None:
    told = json.loads(status("--json").stdout)
    assert (told["well"], told["state"]["paused"], told["state"]["locks"]) == (True, False, [])
    api = told["services"][0]
    assert (api["service"], api["running"], api["desired"], api["images"]) == ("api", 1, 1, [DIGEST])
    assert told["databases"][0]["status"] == "available"


def test_zones_are_those_of_the_tasks(stack: SmallStack) -> None:
    stack.start("api")
    api = json.loads(status("--json").stdout)["services"][0]
    assert len(api["zones"]) == 1
    assert api["zones"][0].startswith("eu-west-1")


def test_what_rings_and_who_holds_the_lock_come_first(running: SmallStack) -> None:
    ring(running)
    with stack_lock(STACK, "apply"):
        found = status()
    assert found.exit_code == 1
    head, lock, alarm = found.stdout.splitlines()[:3]
    assert "1 alarm rings" in head
    assert lock.startswith("Its state is locked: apply of ")
    assert alarm.startswith(f"ALARM {ALARM} since ")
    assert json.loads(status("--json").stdout)["alarms"][0]["reason"] == "3 errors"


@pytest.mark.usefixtures("running")
def test_a_state_that_was_never_pushed_is_named_until_it_is_deleted() -> None:
    errored = stack_directory(STACK) / "errored.tfstate"
    errored.write_text("{}")
    found = status()
    assert found.exit_code == 1
    said = " ".join(found.stdout.split())
    assert "Its state is not pushed: its newest state is only in errored.tfstate, of " in said
    assert "state push errored.tfstate && rm " in said
    with pytest.raises(ProblemsError, match=r"state push errored\.tfstate"), stack_lock(STACK, "apply"):
        pass
    errored.unlink()
    assert status().exit_code == 0


def test_an_alarm_of_another_stack_is_none_of_ours(running: SmallStack) -> None:
    running.resources["aws_cloudwatch_metric_alarm"] = {}
    from stacks.output import output_directory

    running.write(output_directory())
    ring(running)
    assert "no alarm rings" in status().stdout


def test_a_paused_stack_says_so(running: SmallStack) -> None:
    assert "infra resume" not in status().stdout
    put_state(running, paused=True)
    wanting(running, 0)
    said = status().stdout
    assert f"{STACK} in eu-west-1: paused" in said
    assert (
        f"To end the pause: infra resume {STACK}\nA plain terraform apply, or cdktf deploy, ends it too.\n"
        in said
    )


def test_a_pause_that_was_interrupted_says_what_finishes_it(running: SmallStack) -> None:
    put_state(running, paused=True)
    wanting(running, 0, "api")
    found = status()
    assert found.exit_code == 1
    head, what, fix, *rest = found.stdout.splitlines()
    assert head.startswith(f"{STACK} in eu-west-1: partly paused, ")
    assert what == "Its pause has not ended: worker still wants tasks."
    assert fix == f"To finish it: infra pause {STACK}"
    assert not any("infra resume" in line for line in rest)
    told = json.loads(status("--json").stdout)
    assert (told["state"]["paused"], told["partly_paused"], told["well"]) == (True, ["worker"], False)
    wanting(running, 0, "worker")
    assert json.loads(status("--json").stdout)["well"]


def test_a_service_that_lacks_tasks_or_is_not_there_is_not_well(running: SmallStack) -> None:
    running.ecs.delete_service(cluster=STACK, service=f"{STACK}-worker-service", force=True)
    found = status()
    assert found.exit_code == 1
    assert "Not deployed: worker" in found.stdout


def test_it_looks_again_until_ctrl_c(running: SmallStack, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []

    def slept(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) > 1:
            raise KeyboardInterrupt
        ring(running)

    monkeypatch.setattr("operations.status.command.time.sleep", slept)
    found = status("--watch")
    assert found.exit_code == 0
    assert "1 alarm rings" in found.stdout


def test_a_stack_that_was_never_applied_is_a_sentence(stack: SmallStack) -> None:
    stack.emulator.reset()
    found = status()
    assert isinstance(found.exception, ProblemsError)
    assert str(found.exception) == (
        "ohi-dev: got a stack of which nothing is deployed in eu-west-1; allowed: a stack that was applied; "
        "apply it (docs/deploying.md): infra plan ohi-dev --save ohi-dev.plan"
    )


@pytest.mark.parametrize(("words", "code"), [((), 130), (("--watch",), 0)], ids=["once", "watch"])
@pytest.mark.usefixtures("running")
def test_ctrl_c_is_the_end_of_watching_alone(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "read", interrupted)
    assert status(*words).exit_code == code


@pytest.mark.usefixtures("running")
def test_without_a_terminal_each_look_is_printed_when_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter(range(2))

    def slept(_: float) -> None:
        if next(looks, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr("operations.status.command.time.sleep", slept)
    found = status("--watch")
    assert found.exit_code == 0, found.exception
    assert found.stdout.count(f"{STACK} in eu-west-1: running") == 3


@pytest.mark.usefixtures("running")
def test_each_look_is_a_line_of_json(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter(range(2))

    def slept(_: float) -> None:
        if next(looks, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr("operations.status.command.time.sleep", slept)
    found = status("--watch", "--json")
    assert found.exit_code == 0, found.exception
    assert [json.loads(line)["stack"] for line in found.stdout.splitlines()] == [STACK] * 3


def test_throttling_and_resets_are_outlasted(running: SmallStack, monkeypatch: pytest.MonkeyPatch) -> None:
    with faulty(running.emulator.port) as faults:
        monkeypatch.setenv("AWS_ENDPOINT_URL", faults.url)
        faults.of = {
            "DescribeServices": [THROTTLED, RESET],
            "ListTasks": [RESET],
            "DescribeAlarms": [THROTTLED],
        }
        found = status("--json")
    assert found.exit_code == 0, found.exception
    assert json.loads(found.stdout)["well"]
    assert not any(faults.of.values())


def test_watching_outlasts_what_a_look_does_not(running: SmallStack, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter(range(3))

    def slept(_: float) -> None:
        if next(looks, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr("operations.status.command.time.sleep", slept)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with faulty(running.emulator.port) as faults:
        monkeypatch.setenv("AWS_ENDPOINT_URL", faults.url)
        faults.of = {"DescribeServices": ["", THROTTLED, RESET]}
        found = status("--watch", "--json")
    assert found.exit_code == 0, found.exception
    assert len(found.stdout.splitlines()) == 2
    assert "AWS does not answer at the moment" in found.stderr
    assert "AWS answers again" in found.stderr
