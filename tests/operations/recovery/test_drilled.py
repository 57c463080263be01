"""Drills: what stands by is copied, restored apart, checked and deleted; killed, the next one clears up."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.errors import ProblemsError
from operations.recovery.drill import Drill
from operations.recovery.steps import Steps
from operations.restore_test import check
from operations.tasks import watch
from tests.operations.recovery.applied import AWAY, DATABASE, HOME, PRIMARY, RECOVERY
from tests.operations.recovery.world import World, clear

pytestmark = pytest.mark.emulator
Json = dict[str, Any]
OWN, RESTORED = f"{DATABASE}-recovery", f"{DATABASE}-recovery-drill"
FOUND = {"tables": 2, "read": 2, "rows": 9, "migrations": {}}
SQL = {"service": "api", "tables": 1, "image": "python:3.13", "minutes": 1}
COMMAND = {"service": "api", "command": ["check"], "variables": {"DATABASE_HOST": "{host}"}, "minutes": 1}


def checked(world: World, how: Json | None, **fate: str) -> None:
    """Give the primary's settings a check, and the recovery's service a task that ends so."""
    value = json.dumps({"check": how, "database": DATABASE})
    record = {"name": f"/{PRIMARY}/restore-tests/shop", "insecure_value": value}
    world.pair.primary.document["resource"]["aws_ssm_parameter"] = {"record": record}
    ecs, logs = world.client("ecs", AWAY), world.client("logs", AWAY)
    options = {"awslogs-group": "/api", "awslogs-region": AWAY, "awslogs-stream-prefix": "api"}
    container = {
        "name": "api",
        "image": "api",
        "memory": 128,
        "dockerLabels": {f"aws-emulator.{name.replace('_', '-')}": value for name, value in fate.items()},
        "logConfiguration": {"logDriver": "awslogs", "options": options},
    }
    if not logs.describe_log_groups()["logGroups"]:
        logs.create_log_group(logGroupName="/api")
    ecs.register_task_definition(family="api", networkMode="awsvpc", containerDefinitions=[container])
    ecs.update_service(cluster=RECOVERY, service="api", taskDefinition="api")
    written = json.dumps([{**container, "image": "api"}])
    definition = {"family": "api", "container_definitions": written}
    world.pair.recovery.document["resource"]["aws_ecs_task_definition"] = {"api": definition}


def has_a_way_out(world: World) -> str:
    """Give the recovery's network a public subnet."""
    ec2, rds = world.client("ec2", AWAY), world.client("rds", AWAY)
    vpc = rds.describe_db_subnet_groups(DBSubnetGroupName="shop")["DBSubnetGroups"][0]["VpcId"]
    zone = {"VpcId": vpc, "CidrBlock": "10.0.9.0/24", "AvailabilityZone": f"{AWAY}a"}
    subnet = ec2.create_subnet(**zone)["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    return str(subnet)


def names(world: World) -> list[str]:
    ec2, rds = world.client("ec2", AWAY), world.client("rds", AWAY)
    found = [tag["Value"] for vpc in ec2.describe_vpcs()["Vpcs"] for tag in vpc.get("Tags", ())]
    found += [one["GroupName"] for one in ec2.describe_security_groups()["SecurityGroups"]]
    found += [one["DBInstanceIdentifier"] for one in rds.describe_db_instances()["DBInstances"]]
    found += [one["DBClusterIdentifier"] for one in rds.describe_db_clusters()["DBClusters"]]
    found += [one["DBSnapshotIdentifier"] for one in rds.describe_db_snapshots()["DBSnapshots"]]
    found += [
        one["DBClusterSnapshotIdentifier"]
        for one in rds.describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]
    ]
    found += [one["DBSubnetGroupName"] for one in rds.describe_db_subnet_groups()["DBSubnetGroups"]]
    return sorted(found)


def carry_out(world: World, made: Drill | None = None) -> Drill:
    made = made or Drill(world.situation(), silence=0.2)
    made.check()
    Steps(world.situation().waiting.progress, PRIMARY, "again").run(made.steps(), yes=True)
    return made


@pytest.fixture(params=[{}, {"aurora": True}], ids=["rds", "aurora"])
def world(request: Any, session_emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(watch, "POLL_SECONDS", 0.0)
    clear(monkeypatch, session_emulator)
    return World(session_emulator, tmp_path, **request.param)


def test_a_copy_is_restored_beside_what_stands_by_checked_and_deleted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked(world, SQL, looks="1", logs=json.dumps([json.dumps(FOUND)]))
    subnet = has_a_way_out(world)
    before, during, asked = names(world), list[str](), Json()
    own = check.Check.run

    def look(self: Any, *words: Any, **given: Any) -> check.Outcome:
        during.extend(names(world))
        asked.update(self._network(given["group"])["awsvpcConfiguration"])
        return own(self, *words, **given)

    monkeypatch.setattr(check.Check, "run", look)
    made = carry_out(world)
    restored = f"{RESTORED}-1" if world.aurora else RESTORED
    assert {restored, RESTORED, f"{RESTORED}-check"} < set(during)
    # Beside what stands by there is no NAT gateway: its way out is a public address.
    assert (asked["subnets"], asked["assignPublicIp"]) == ([subnet], "ENABLED")
    assert names(world) == before
    report = made.report()
    assert report["passed"], report
    assert [(one["succeeded"], one["check"]["found"]) for one in report["restores"]] == [(True, FOUND)]
    by_check = {one["check"]: one["found"] for one in report["checks"]}
    assert by_check["check"] == f"{OWN}: content is the check by api, which found {json.dumps(FOUND)}"
    assert f" s in {AWAY}, from snapshot {RESTORED}, as of " in by_check["restore"]
    assert {"plan", "quotas"} < set(by_check)
    assert (world.writer(), world.answer(), world.tasks()) == (HOME, HOME, {HOME: 1, AWAY: 0})


def test_killed_while_the_check_runs_the_next_one_clears_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked(world, COMMAND, looks="forever")
    before = names(world)
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(watch.Watch, "to_the_end", lambda _: os.kill(os.getpid(), signal.SIGKILL))
        try:
            carry_out(world)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert RESTORED in names(world)
    with pytest.raises(ProblemsError, match="restore test of shop: got another one, seen "):
        carry_out(world, Drill(world.situation()))
    checked(world, COMMAND, looks="1")
    time.sleep(0.2)
    made = carry_out(world)
    assert made.report()["passed"], made.report()
    assert names(world) == before
    tasks = world.client("ecs", AWAY).list_tasks(cluster=RECOVERY, desiredStatus="RUNNING")["taskArns"]
    assert tasks == []


@pytest.mark.parametrize("world", [{}], indirect=True, ids=["rds"])
def test_a_check_that_fails_fails_the_drill(world: World) -> None:
    checked(world, COMMAND, looks="1", exit_code="3")
    before = names(world)
    report = carry_out(world).report()
    assert (report["passed"], names(world)) == (False, before)
    assert [one["found"] for one in report["checks"] if one["check"] == "restore"] == [
        "the check ended with exit code 3"
    ]
    assert not [one for one in report["checks"] if one["check"] == "check"]


@pytest.mark.parametrize("world", [{}], indirect=True, ids=["rds"])
def test_one_without_a_check_says_so_and_one_beside_what_serves_is_refused(world: World) -> None:
    report = carry_out(world).report()
    assert report["passed"], report
    (said,) = [one for one in report["checks"] if one["check"] == "check"]
    assert (said["verdict"], said["found"]) == (
        "warning",
        f"{OWN} was not checked: the settings of {PRIMARY} have no check",
    )
    situation = world.situation()
    situation.recovery.is_active = lambda: True  # type: ignore[method-assign]
    with pytest.raises(ProblemsError, match=f"{RECOVERY}: got a recovery stack that serves"):
        Drill(situation).check()


@pytest.mark.parametrize("world", [{"backup": True}], indirect=True, ids=["backup"])
def test_where_nothing_stands_by_the_newest_copy_is_restored_in_a_network_of_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked(world, COMMAND)
    before, during = names(world), list[str]()
    rds, own = world.client("rds", AWAY), Drill._try

    def look(self: Any, one: Any, shown: Any) -> None:
        during.extend(names(world))
        own(self, one, shown)

    monkeypatch.setattr(Drill, "_try", look)
    made = carry_out(world)
    assert [one.verdict for one in made.findings if one.check == "restore"] == ["ok"]
    (said,) = [one for one in made.findings if one.check == "check"]
    assert said.found == f"{OWN} was not checked: no service of {RECOVERY} is there before a failover"
    assert f"{RECOVERY}-drill" in during
    assert names(world) == before
    rds.stop_db_instance_automated_backups_replication(
        SourceDBInstanceArn=f"arn:aws:rds:{HOME}:123456789012:db:{DATABASE}"
    )
    failed = carry_out(world)
    assert [one.found for one in failed.findings if one.check == "restore"] == [f"no copy of {OWN} in {AWAY}"]
    assert names(world) == before
