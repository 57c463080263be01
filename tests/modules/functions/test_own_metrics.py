"""The function that publishes what CloudWatch lacks, against the emulator; ECS by its API's model."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from aws_emulator import Emulator
from modules.functions import own_metrics

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
NOW = datetime.now(UTC)
LATER = NOW + timedelta(hours=40)


@pytest.fixture(autouse=True)
def present(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of each test: in a long run that of the import is long past."""
    now = datetime.now(UTC)
    monkeypatch.setitem(globals(), "NOW", now)
    monkeypatch.setitem(globals(), "LATER", now + timedelta(hours=40))


LOGIN = {"MasterUsername": "shop", "MasterUserPassword": "a-password-of-16"}


class Measured:
    """An account with a database and a cluster, and what was published of them."""

    def __init__(self, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
        self.emulator, self._monkeypatch = emulator, monkeypatch
        self.rds = self.client("rds")
        monkeypatch.setenv("NAMESPACE", "shop-test")
        self.watch()

    def client(self, service: str) -> Any:
        return self.emulator.client(service, REGION)

    def watch(self, **named: dict[str, Any]) -> None:
        """What the function is told of: databases=, clusters=, services=."""
        for variable in ("databases", "clusters", "services"):
            self._monkeypatch.setenv(variable.upper(), json.dumps(named.get(variable, {})))

    def database(self, identifier: str = "shop", **given: Any) -> None:
        self.rds.create_db_instance(
            **{
                "DBInstanceIdentifier": identifier,
                "DBInstanceClass": "db.t4g.micro",
                "Engine": "postgres",
                "AllocatedStorage": 20,
                **LOGIN,
                **given,
            }
        )

    def published(self, metric: str, name: str, dimension: str = own_metrics.DATABASE) -> list[float]:
        found = self.client("cloudwatch").get_metric_statistics(
            Namespace="shop-test",
            MetricName=metric,
            Dimensions=[{"Name": dimension, "Value": name}],
            StartTime=NOW - timedelta(hours=1),
            EndTime=NOW + timedelta(hours=1),
            Period=86400,
            Statistics=["Maximum"],
        )
        return [point["Maximum"] for point in found["Datapoints"]]


@pytest.fixture
def measured(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Measured:
    return Measured(emulator, monkeypatch)


def test_a_database_tells_the_age_of_its_backups_and_when_its_certificate_ends(measured: Measured) -> None:
    measured.database()
    measured.watch(databases={"orders": "shop"})
    own_metrics.publish(measured.client, LATER)
    (snapshot,) = measured.published(own_metrics.SNAPSHOT, "orders")
    (restorable,) = measured.published(own_metrics.RESTORABLE, "orders")
    (certificate,) = measured.published(own_metrics.CERTIFICATE, "orders")
    assert snapshot == pytest.approx(40, abs=0.1)
    assert restorable == pytest.approx(40 * 60, abs=5)
    assert certificate == pytest.approx(365 - 40 / 24, abs=0.1)


def test_a_snapshot_that_people_took_is_no_automated_one(measured: Measured) -> None:
    measured.database()
    before = {one["DBSnapshotIdentifier"] for one in measured.rds.describe_db_snapshots()["DBSnapshots"]}
    measured.rds.create_db_snapshot(DBInstanceIdentifier="shop", DBSnapshotIdentifier="by-hand")
    assert before
    found = measured.rds.describe_db_snapshots(DBInstanceIdentifier="shop", SnapshotType="automated")
    assert {one["DBSnapshotIdentifier"] for one in found["DBSnapshots"]} == before


def test_a_replica_without_backups_tells_of_its_certificate_alone(measured: Measured) -> None:
    measured.database()
    measured.rds.create_db_instance_read_replica(
        DBInstanceIdentifier="replica", SourceDBInstanceIdentifier="shop"
    )
    measured.watch(databases={"replica": "replica"})
    own_metrics.publish(measured.client, LATER)
    assert measured.published(own_metrics.CERTIFICATE, "replica")
    assert measured.published(own_metrics.SNAPSHOT, "replica") == []
    assert measured.published(own_metrics.RESTORABLE, "replica") == []


def test_a_database_that_is_stopped_tells_nothing(measured: Measured) -> None:
    measured.database()
    measured.rds.stop_db_instance(DBInstanceIdentifier="shop")
    measured.watch(databases={"orders": "shop"})
    own_metrics.publish(measured.client, LATER)
    assert measured.published(own_metrics.SNAPSHOT, "orders") == []


def test_a_cluster_tells_of_its_first_certificate_and_its_backups(measured: Measured) -> None:
    measured.rds.create_db_cluster(DBClusterIdentifier="ledger", Engine="aurora-postgresql", **LOGIN)
    measured.rds.create_db_instance(
        DBInstanceIdentifier="ledger-1",
        DBInstanceClass="db.r6g.large",
        Engine="aurora-postgresql",
        DBClusterIdentifier="ledger",
    )
    measured.watch(clusters={"ledger": "ledger"})
    own_metrics.publish(measured.client, LATER)
    (certificate,) = measured.published(own_metrics.CERTIFICATE, "ledger")
    assert certificate == pytest.approx(365 - 40 / 24, abs=0.1)
    (snapshot,) = measured.published(own_metrics.SNAPSHOT, "ledger")
    assert snapshot == pytest.approx(40, abs=0.1)


def ecs(answer: dict[str, Any]) -> Any:
    """ECS as its API's model has it: moto knows no deployment but the newest."""
    client = boto3.client("ecs", region_name=REGION, aws_access_key_id="none", aws_secret_access_key="none")
    stubber = Stubber(client)
    stubber.add_response("describe_services", answer, {"cluster": "shop", "services": ["web"]})
    stubber.activate()
    return client


def clients(measured: Measured, answer: dict[str, Any]) -> Callable[[str], Any]:
    return lambda service: ecs(answer) if service == "ecs" else measured.client(service)


def test_a_service_tells_how_many_old_tasks_run(measured: Measured) -> None:
    deployments = [
        {"status": "PRIMARY", "runningCount": 4},
        {"status": "ACTIVE", "runningCount": 2},
        {"status": "INACTIVE", "runningCount": 1},
    ]
    measured.watch(services={"web": {"cluster": "shop", "service": "web"}})
    answer = {"services": [{"deployments": deployments}], "failures": []}
    own_metrics.publish(clients(measured, answer), LATER)
    assert measured.published(own_metrics.OLD_TASKS, "web", own_metrics.SERVICE) == [3]


def test_one_that_is_gone_fails_the_run_after_the_others(
    measured: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured.database()
    measured.watch(
        databases={"gone": "gone", "orders": "shop"},
        services={"web": {"cluster": "shop", "service": "web"}},
    )
    missing = {"services": [], "failures": [{"reason": "MISSING"}]}
    with pytest.raises(RuntimeError, match=r"^gone: .*DBInstance gone not found.*; web: MISSING$"):
        own_metrics.publish(clients(measured, missing), LATER)
    assert measured.published(own_metrics.SNAPSHOT, "orders")
    # The first run, while they are made, fails for none of them.
    monkeypatch.setattr(boto3, "client", clients(measured, missing))
    own_metrics.handler({"first": True}, None)
    with pytest.raises(RuntimeError, match=r"^gone: "):
        own_metrics.handler({}, None)
