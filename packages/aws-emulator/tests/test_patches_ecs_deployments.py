"""Service deployments of ECS: each of their states, by what AWS's pages say of the calls."""

from __future__ import annotations

from typing import Any

import pytest

from aws_emulator import Emulator, EmulatorError

pytestmark = pytest.mark.emulator
REGION, CLUSTER, SERVICE, ACCOUNT = "eu-west-1", "shop", "web", "123456789012"
BREAKER: dict[str, Any] = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
SLOW = 3600.0


class Shop:
    """A service of two tasks, deployed, and a second revision of its task definition."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.ecs = emulator.client("ecs", REGION)
        self.ecs.create_cluster(clusterName=CLUSTER)
        for number in (1, 2):
            self.register(f"web@{number}")
        self.create(**BREAKER)

    def register(self, image: str) -> None:
        containers = [
            {"name": "proxy", "image": "proxy@1", "memory": 64},
            {"name": SERVICE, "image": image, "memory": 64, "logConfiguration": self.logs},
        ]
        self.ecs.register_task_definition(family=SERVICE, containerDefinitions=containers)

    @property
    def logs(self) -> Any:
        return {"logDriver": "awslogs", "options": {"awslogs-group": "web", "awslogs-stream-prefix": "w"}}

    def create(self, name: str = SERVICE, count: int = 2, **configuration: Any) -> None:
        wanted = {"serviceName": name, "taskDefinition": f"{SERVICE}:1", "desiredCount": count}
        self.ecs.create_service(cluster=CLUSTER, **wanted, deploymentConfiguration=configuration)
        assert self.latest(name)["status"] in ("SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED")

    def deploy(self, name: str = SERVICE) -> str:
        """Deploy the second revision, and give the ARN of the service deployment."""
        self.ecs.update_service(cluster=CLUSTER, service=name, taskDefinition=f"{SERVICE}:2")
        return str(self.listed(name)[0]["serviceDeploymentArn"])

    def listed(self, name: str = SERVICE, **given: Any) -> list[Any]:
        found = self.ecs.list_service_deployments(cluster=CLUSTER, service=name, **given)
        return list(found["serviceDeployments"])

    def latest(self, name: str = SERVICE) -> Any:
        arn = self.listed(name)[0]["serviceDeploymentArn"]
        (found,) = self.ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"]
        return found

    def stop(self, arn: str, **how: str) -> None:
        assert (
            self.ecs.stop_service_deployment(serviceDeploymentArn=arn, **how)["serviceDeploymentArn"] == arn
        )

    def service(self, name: str = SERVICE) -> Any:
        return self.ecs.describe_services(cluster=CLUSTER, services=[name])["services"][0]

    def revision(self, name: str = SERVICE) -> str:
        return str(self.service(name)["taskDefinition"].rpartition(":")[2])

    def tasks(self, status: str) -> list[Any]:
        arns = self.ecs.list_tasks(cluster=CLUSTER, serviceName=SERVICE, desiredStatus=status)["taskArns"]
        return list(self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]) if arns else []


@pytest.fixture
def shop(emulator: Emulator) -> Shop:
    return Shop(emulator)


def test_a_deployment_succeeds_and_the_old_tasks_are_stopped(shop: Shop) -> None:
    arn = shop.deploy()
    found = shop.latest()
    assert (found["serviceDeploymentArn"], found["status"]) == (arn, "SUCCESSFUL")
    assert found["targetServiceRevision"] | {"arn": ""} == {
        "arn": "", "requestedTaskCount": 2, "runningTaskCount": 2, "pendingTaskCount": 0
    }  # fmt: skip
    (source,) = found["sourceServiceRevisions"]
    arns = [source["arn"], found["targetServiceRevision"]["arn"]]
    revisions = shop.ecs.describe_service_revisions(serviceRevisionArns=arns)["serviceRevisions"]
    assert [one["taskDefinition"].rpartition(":")[2] for one in revisions] == ["1", "2"]
    assert revisions[1]["containerImages"][1] == {
        "containerName": SERVICE,
        "image": "web@2",
        "imageDigest": "2",
    }
    assert {one["taskDefinitionArn"].rpartition(":")[2] for one in shop.tasks("RUNNING")} == {"2"}
    assert [one["stopCode"] for one in shop.tasks("STOPPED")] == ["ServiceSchedulerInitiated"] * 2
    assert shop.service()["events"][0]["message"] == "(service web) has reached a steady state."


def test_it_takes_its_time_when_that_is_ordered(shop: Shop) -> None:
    shop.emulator.order_deployments({"seconds": SLOW})
    shop.deploy()
    assert shop.latest()["status"] == "PENDING"
    assert [one["rolloutState"] for one in shop.service()["deployments"]] == ["IN_PROGRESS", "COMPLETED"]
    shop.emulator.order_deployments({"hangs": True})
    shop.ecs.update_service(cluster=CLUSTER, service=SERVICE, forceNewDeployment=True)
    assert [one["status"] for one in shop.listed()] == ["IN_PROGRESS", "STOPPED", "SUCCESSFUL"]
    assert [one["status"] for one in shop.listed(status=["SUCCESSFUL"])] == ["SUCCESSFUL"]
    service = shop.service()
    assert (service["runningCount"], service["pendingCount"]) == (2, 2)
    shop.emulator.order_deployments()
    assert shop.latest()["status"] == "SUCCESSFUL"


def test_exit_codes_trip_the_circuit_breaker(shop: Shop) -> None:
    shop.emulator.client("logs", REGION).create_log_group(logGroupName="web")
    shop.emulator.order_deployments({"match": "web@2", "exit_code": 3, "logs": ["no DATABASE_URL"]})
    shop.deploy()
    found = shop.latest()
    assert (found["status"], shop.revision()) == ("ROLLBACK_SUCCESSFUL", "1")
    assert "circuit breaker" in found["statusReason"]
    assert found["deploymentCircuitBreaker"] == {"status": "TRIGGERED", "failureCount": 3, "threshold": 3}
    assert found["rollback"]["serviceRevisionArn"] == found["sourceServiceRevisions"][0]["arn"]
    died = next(one for one in shop.tasks("STOPPED") if one["stopCode"] == "EssentialContainerExited")
    assert {one["name"]: one["exitCode"] for one in died["containers"]} == {SERVICE: 3, "proxy": 143}
    stream = f"w/web/{died['taskArn'].rpartition('/')[2]}"
    logs = shop.emulator.client("logs", REGION)
    (line,) = logs.get_log_events(logGroupName="web", logStreamName=stream)["events"]
    assert line["message"] == "no DATABASE_URL"
    assert shop.service()["runningCount"] == 2


@pytest.mark.parametrize(
    ("order", "code", "reason"),
    [
        ({"failure": "CannotPullContainerError: no"}, "TaskFailedToStart", "CannotPullContainerError: no"),
        ({"unhealthy": True}, "ServiceSchedulerInitiated", "Task failed container health checks"),
    ],
)
def test_tasks_that_do_not_start_or_get_healthy(shop: Shop, order: Any, code: str, reason: str) -> None:
    shop.emulator.order_deployments({"match": "web@2", **order})
    shop.deploy()
    assert shop.latest()["status"] == "ROLLBACK_SUCCESSFUL"
    failed = [one for one in shop.tasks("STOPPED") if one["taskDefinitionArn"].endswith(":2")]
    assert (code, reason) in {(one["stopCode"], one["stoppedReason"]) for one in failed}
    if code == "TaskFailedToStart":
        first = next(one for one in failed if one["stopCode"] == code)
        assert not [one for one in first["containers"] if "exitCode" in one]


def test_an_image_that_is_not_in_ecr_cannot_be_pulled(shop: Shop) -> None:
    shop.emulator.order_deployments(pull=True)
    image = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/web@sha256:{'a' * 64}"
    shop.register(image)
    shop.ecs.update_service(cluster=CLUSTER, service=SERVICE, taskDefinition=f"{SERVICE}:3")
    assert shop.latest()["status"] == "ROLLBACK_SUCCESSFUL"
    reasons = [one["stoppedReason"] for one in shop.tasks("STOPPED")]
    assert any(one.startswith("CannotPullContainerError") and image in one for one in reasons)


@pytest.mark.parametrize(("desired", "threshold"), [(0, 3), (7, 4), (500, 200)])
def test_the_threshold_of_the_circuit_breaker(shop: Shop, desired: int, threshold: int) -> None:
    shop.emulator.order_deployments({"hangs": True})
    shop.ecs.create_service(
        cluster=CLUSTER, serviceName="many", taskDefinition=f"{SERVICE}:1", desiredCount=desired
    )
    assert shop.latest("many")["deploymentCircuitBreaker"]["threshold"] == threshold


def test_without_an_earlier_success_nothing_is_rolled_back_to(shop: Shop) -> None:
    shop.emulator.order_deployments({"match": "first", "exit_code": 1})
    shop.create("first", **BREAKER)
    found = shop.latest("first")
    assert (found["status"], shop.service("first")["runningCount"]) == ("ROLLBACK_FAILED", 0)
    assert "No rollback candidate was found" in found["statusReason"]
    assert shop.service("first")["deployments"][0]["rolloutState"] == "FAILED"


def test_without_rollback_a_failed_deployment_stops(shop: Shop) -> None:
    shop.create("other", deploymentCircuitBreaker={"enable": True, "rollback": False})
    shop.emulator.order_deployments({"match": "web@2", "exit_code": 1})
    shop.deploy("other")
    assert (shop.latest("other")["status"], shop.revision("other")) == ("STOPPED", "2")


def test_a_rollback_may_fail(shop: Shop) -> None:
    shop.emulator.order_deployments({"match": "web@2", "exit_code": 1, "rollback_fails": True})
    shop.deploy()
    assert shop.latest()["status"] == "ROLLBACK_FAILED"


def test_an_alarm_rolls_back_unless_it_rang_before(shop: Shop) -> None:
    alarms = shop.emulator.client("cloudwatch", REGION)
    metric = {"Namespace": "shop", "MetricName": "errors", "Statistic": "Sum", "Period": 60}
    for name in ("before", "after"):
        compared = {"Threshold": 1.0, "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1}
        alarms.put_metric_alarm(AlarmName=name, **metric, **compared)
    alarms.set_alarm_state(AlarmName="before", StateValue="ALARM", StateReason="test")
    alarms.set_alarm_state(AlarmName="after", StateValue="OK", StateReason="test")
    watched = {"alarmNames": ["before", "after"], "enable": True, "rollback": True}
    shop.ecs.update_service(cluster=CLUSTER, service=SERVICE, deploymentConfiguration={"alarms": watched})
    shop.emulator.order_deployments({"hangs": True})
    shop.deploy()
    assert shop.latest()["status"] == "IN_PROGRESS"
    alarms.set_alarm_state(AlarmName="after", StateValue="ALARM", StateReason="test")
    found = shop.latest()
    assert (found["status"], shop.revision()) == ("ROLLBACK_SUCCESSFUL", "1")
    assert (found["alarms"]["status"], found["alarms"]["triggeredAlarmNames"]) == ("TRIGGERED", ["after"])


@pytest.mark.parametrize(
    ("how", "requested", "ended", "revision"),
    [
        ({}, "ROLLBACK_REQUESTED", "ROLLBACK_SUCCESSFUL", "1"),
        ({"stopType": "ROLLBACK"}, "ROLLBACK_REQUESTED", "ROLLBACK_SUCCESSFUL", "1"),
        ({"stopType": "ABORT"}, "STOP_REQUESTED", "STOPPED", "2"),
    ],
)
def test_a_deployment_is_stopped(shop: Shop, how: Any, requested: str, ended: str, revision: str) -> None:
    shop.emulator.order_deployments({"hangs": True})
    arn = shop.deploy()
    shop.emulator.order_deployments({"seconds": SLOW})
    shop.stop(arn, **how)
    assert shop.latest()["status"] == requested
    shop.emulator.order_deployments()
    assert (shop.latest()["status"], shop.revision()) == (ended, revision)


def test_what_has_ended_or_is_not_there_cannot_be_stopped(shop: Shop) -> None:
    arn = shop.latest()["serviceDeploymentArn"]
    with pytest.raises(shop.ecs.exceptions.ConflictException, match="SUCCESSFUL"):
        shop.stop(arn)
    with pytest.raises(shop.ecs.exceptions.ServiceDeploymentNotFoundException):
        shop.stop(f"{arn}x")
    found = shop.ecs.describe_service_deployments(serviceDeploymentArns=[f"{arn}x"])
    assert found["failures"] == [{"arn": f"{arn}x", "reason": "MISSING"}]
    with pytest.raises(shop.ecs.exceptions.ServiceNotFoundException):
        shop.listed("no")


def test_pages(shop: Shop) -> None:
    shop.deploy()
    first = shop.ecs.list_service_deployments(cluster=CLUSTER, service=SERVICE, maxResults=1)
    second = shop.ecs.list_service_deployments(
        cluster=CLUSTER, service=SERVICE, maxResults=1, nextToken=first["nextToken"]
    )
    assert "nextToken" not in second
    assert first["serviceDeployments"] != second["serviceDeployments"]


def test_an_unknown_order_is_refused(shop: Shop) -> None:
    with pytest.raises(EmulatorError, match=r"exits.*allowed: match, seconds"):
        shop.emulator.order_deployments({"exits": 1})
