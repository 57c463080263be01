"""Tasks of ECS, each by what AWS's pages say of the call."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION, CLUSTER, FAMILY, GROUP = "eu-west-1", "shop", "shop-web-task", "/ecs/shop/web"
AGENT_PATHS = ("/managed-agents", "/var/lib/amazon", "/var/log/amazon")


class Account:
    """A cluster, a network, and what is started in it."""

    def __init__(self, emulator: Emulator) -> None:
        self.ecs, self.logs = emulator.client("ecs", REGION), emulator.client("logs", REGION)
        ec2 = self.ec2 = emulator.client("ec2", REGION)
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        self.group = ec2.create_security_group(VpcId=vpc, GroupName="web", Description="web")["GroupId"]
        self.ecs.create_cluster(clusterName=CLUSTER)
        self.logs.create_log_group(logGroupName=GROUP)

    def register(self, *containers: dict[str, Any], **more: Any) -> str:
        """A revision with these containers."""
        registered = self.ecs.register_task_definition(
            family=FAMILY,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            containerDefinitions=list(containers),
            **more,
        )
        return str(registered["taskDefinition"]["taskDefinitionArn"])

    def started(self, definition: str, **given: Any) -> Any:
        """What RunTask answers."""
        network = {"subnets": [self.subnet], "securityGroups": [self.group]}
        wanted = {
            "cluster": CLUSTER,
            "taskDefinition": definition,
            "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": network},
        }
        return self.ecs.run_task(**{**wanted, **given})

    def run(self, *containers: dict[str, Any], **given: Any) -> Any:
        """A task that was started."""
        (task,) = self.started(self.register(*containers), **given)["tasks"]
        return task

    def described(self, task: Any) -> Any:
        """The task, one state on."""
        (found,) = self.ecs.describe_tasks(cluster=CLUSTER, tasks=[task["taskArn"]])["tasks"]
        return found

    def stopped(self, task: Any) -> Any:
        """The task at its end."""
        for _ in range(20):
            if (found := self.described(task))["lastStatus"] == "STOPPED":
                return found
        raise AssertionError(found)


@pytest.fixture
def account(emulator: Emulator) -> Account:
    return Account(emulator)


def container(name: str = "web", **labels: str) -> dict[str, Any]:
    options = {"awslogs-group": GROUP, "awslogs-region": REGION, "awslogs-stream-prefix": name}
    return {
        "name": name,
        "image": f"{name}@sha256:{'a' * 64}",
        "dockerLabels": {f"aws-emulator.{key.replace('_', '-')}": value for key, value in labels.items()},
        "logConfiguration": {"logDriver": "awslogs", "options": options},
    }


def refused(call: Any, *arguments: Any, **given: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(*arguments, **given)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_task_goes_from_provisioning_to_stopped_with_the_codes_of_its_containers(account: Account) -> None:
    sidecar = container("proxy", looks="forever") | {"essential": True}
    task = account.run(container(exit_code="3", looks="2"), sidecar)
    assert task["lastStatus"] == "PROVISIONING"
    seen = [account.described(task) for _ in range(6)]
    states = [one["lastStatus"] for one in seen]
    assert states == ["PENDING", "RUNNING", "RUNNING", "DEPROVISIONING", "STOPPED", "STOPPED"]
    assert not any("exitCode" in one for one in seen[1]["containers"])
    assert seen[1]["availabilityZone"].startswith(REGION)
    ended = seen[-1]
    assert (ended["stopCode"], ended["desiredStatus"]) == ("EssentialContainerExited", "STOPPED")
    assert {one["name"]: one["exitCode"] for one in ended["containers"]} == {"web": 3, "proxy": 143}
    assert ended["containers"][0]["imageDigest"] == f"sha256:{'a' * 64}"
    assert not account.ec2.describe_network_interfaces()["NetworkInterfaces"]


def test_an_unessential_container_ends_alone(account: Account) -> None:
    sidecar = container("init") | {"essential": False}
    task = account.run(container(looks="3"), sidecar)
    seen = [account.described(task) for _ in range(3)]
    codes = {one["name"]: one.get("exitCode") for one in seen[-1]["containers"]}
    assert (seen[-1]["lastStatus"], codes) == ("RUNNING", {"web": None, "init": 0})


def test_a_task_that_never_starts_says_why_and_has_no_exit_code(account: Account) -> None:
    why = "CannotPullContainerError: pull image manifest has been retried 1 time(s): not found"
    ended = account.stopped(account.run(container(failure=why)))
    assert (ended["stopCode"], ended["stoppedReason"]) == ("TaskFailedToStart", why)
    assert ended["containers"][0]["reason"] == why
    assert "exitCode" not in ended["containers"][0]
    assert "startedAt" not in ended


def test_its_lines_come_while_it_runs(account: Account) -> None:
    task = account.run(container(logs=json.dumps(["one", "two", "three", "four"]), looks="2"))
    stream = f"web/web/{task['taskArn'].rpartition('/')[2]}"

    def lines() -> list[str]:
        found = account.logs.get_log_events(logGroupName=GROUP, logStreamName=stream, startFromHead=True)
        return [one["message"] for one in found["events"]]

    for _ in range(3):
        account.described(task)
    assert lines() == ["one", "two"]
    account.stopped(task)
    assert lines() == ["one", "two", "three", "four"]


@pytest.mark.parametrize(
    ("given", "code", "why"),
    [
        ({"subnets": ["subnet-0"]}, "InvalidParameterException", "The subnet ID 'subnet-0' does not exist"),
        ({"subnets": []}, "InvalidParameterException", "subnets can not be empty."),
        (
            {"securityGroups": ["sg-0"]},
            "InvalidParameterException",
            "The security group 'sg-0' does not exist",
        ),
    ],
)
def test_a_network_that_there_is_not_is_refused(
    account: Account, given: dict[str, Any], code: str, why: str
) -> None:
    network = {"subnets": [account.subnet], "securityGroups": [account.group], **given}
    definition = account.register(container())
    said = refused(account.started, definition, networkConfiguration={"awsvpcConfiguration": network})
    assert said[0] == code
    assert why in said[1]


def test_overrides_are_of_containers_that_there_are_and_not_too_long(account: Account) -> None:
    definition = account.register(container())
    unknown = {"containerOverrides": [{"name": "api", "command": ["true"]}]}
    said = refused(account.started, definition, overrides=unknown)
    assert said == (
        "InvalidParameterException",
        "Override for container named api is not a container in the TaskDefinition.",
    )
    empty = len('{"containerOverrides":[{"name":"web","command":[""]}]}')
    for size, taken in ((8192 - empty, True), (8193 - empty, False)):
        overrides = {"containerOverrides": [{"name": "web", "command": ["a" * size]}]}
        if taken:
            assert account.started(definition, overrides=overrides)["tasks"]
        else:
            assert "at most 8192" in refused(account.started, definition, overrides=overrides)[1]


def test_an_inactive_revision_starts_nothing_and_ends_nothing(account: Account) -> None:
    definition = account.register(container())
    (task,) = account.started(definition)["tasks"]
    account.ecs.deregister_task_definition(taskDefinition=definition)
    assert refused(account.started, definition) == ("ClientException", "TaskDefinition is inactive")
    assert account.stopped(task)["containers"][0]["exitCode"] == 0


def test_a_repeated_request_starts_no_second_task(account: Account) -> None:
    definition = account.register(container())
    first, again = (account.started(definition, clientToken="one")["tasks"] for _ in range(2))
    assert first[0]["taskArn"] == again[0]["taskArn"]
    assert len(account.ecs.list_tasks(cluster=CLUSTER)["taskArns"]) == 1
    code, _ = refused(account.started, definition, clientToken="one", startedBy="other")
    assert code == "ConflictException"


def test_without_capacity_there_is_a_failure_and_no_task(account: Account) -> None:
    why = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
    answer = account.started(account.register(container(capacity=why)))
    assert (answer["tasks"], [one["reason"] for one in answer["failures"]]) == ([], [why])


def test_tags_of_the_definition_are_propagated_when_asked(account: Account) -> None:
    tags = [{"key": "Service", "value": "web"}]
    definition = account.register(container(), tags=tags)
    for propagated, expected in (({"propagateTags": "TASK_DEFINITION"}, tags), ({}, [])):
        (task,) = account.started(definition, **propagated)["tasks"]
        found = account.ecs.describe_tasks(cluster=CLUSTER, tasks=[task["taskArn"]], include=["TAGS"])
        assert found["tasks"][0].get("tags", []) == expected


def test_a_stopped_task_says_who_stopped_it(account: Account) -> None:
    task = account.run(container(looks="forever"))
    for _ in range(2):
        account.described(task)
    account.ecs.stop_task(cluster=CLUSTER, task=task["taskArn"], reason="enough")
    ended = account.stopped(task)
    assert (ended["stopCode"], ended["stoppedReason"]) == ("UserInitiated", "enough")
    assert ended["containers"][0]["exitCode"] == 143
    assert refused(account.ecs.stop_task, cluster=CLUSTER, task="0" * 32)[0] == "InvalidParameterException"


def test_tasks_are_listed_by_service_by_family_and_unless_they_stop(account: Account) -> None:
    task = account.run(container(looks="forever"), group="service:web", startedBy="ecs-svc/1")
    account.run(container(looks="forever"), startedBy="infra")

    def count(**given: str) -> int:
        return len(account.ecs.list_tasks(cluster=CLUSTER, **given)["taskArns"])

    assert (count(), count(serviceName="web"), count(startedBy="infra")) == (2, 1, 1)
    assert (count(family=FAMILY), count(family="shop-web")) == (2, 0)
    account.ecs.stop_task(cluster=CLUSTER, task=task["taskArn"])
    assert (count(), count(desiredStatus="STOPPED")) == (1, 1)


def test_a_task_that_there_is_not_is_missing(account: Account) -> None:
    found = account.ecs.describe_tasks(cluster=CLUSTER, tasks=["0" * 32])
    assert (found["tasks"], [one["reason"] for one in found["failures"]]) == ([], ["MISSING"])


def running(account: Account, one: dict[str, Any], **given: Any) -> Any:
    task = account.run(one, **given)
    for _ in range(2):
        described = account.described(task)
    assert described["lastStatus"] == "RUNNING"
    return described


def execute(account: Account, task: Any, **given: Any) -> Any:
    wanted = {"cluster": CLUSTER, "task": task["taskArn"], "command": "/bin/sh", "interactive": True}
    return account.ecs.execute_command(**{**wanted, **given})


def test_a_session_opens_in_a_container_whose_agent_runs(account: Account) -> None:
    task = running(account, container(looks="forever"), enableExecuteCommand=True)
    (agent,) = task["containers"][0]["managedAgents"]
    assert (agent["name"], agent["lastStatus"]) == ("ExecuteCommandAgent", "RUNNING")
    answer = execute(account, task)
    assert answer["containerName"] == "web"
    assert set(answer["session"]) == {"sessionId", "streamUrl", "tokenValue"}
    assert refused(execute, account, task, container="api")[0] == "InvalidParameterException"


def test_no_session_opens_where_it_is_not_enabled_or_the_agent_cannot_write(account: Account) -> None:
    plain = running(account, container(looks="forever"))
    code, why = refused(execute, account, plain)
    assert code == "InvalidParameterException"
    assert "execute command was not enabled" in why
    read_only = container(looks="forever") | {"readonlyRootFilesystem": True}
    task = running(account, read_only, enableExecuteCommand=True)
    assert refused(execute, account, task)[0] == "TargetNotConnectedException"


def test_a_service_s_task_is_protected_for_a_time(account: Account) -> None:
    task = account.run(container(looks="forever"), group="service:web")
    alone = account.run(container(looks="forever"))
    asked = {"cluster": CLUSTER, "tasks": [task["taskArn"], alone["taskArn"]]}
    answer = account.ecs.update_task_protection(**asked, protectionEnabled=True, expiresInMinutes=5)
    assert [one["protectionEnabled"] for one in answer["protectedTasks"]] == [True]
    assert [one["reason"] for one in answer["failures"]] == ["TASK_NOT_VALID"]
    found = account.ecs.get_task_protection(**asked)["protectedTasks"]
    assert [one["protectionEnabled"] for one in found] == [True, False]
    account.ecs.update_task_protection(cluster=CLUSTER, tasks=[task["taskArn"]], protectionEnabled=False)
    found = account.ecs.get_task_protection(cluster=CLUSTER)["protectedTasks"]
    assert not any(one["protectionEnabled"] for one in found)
    code, _ = refused(
        account.ecs.update_task_protection, **asked, protectionEnabled=True, expiresInMinutes=2881
    )
    assert code == "InvalidParameterException"
