"""`infra exec`, against the emulator over HTTP, with a program in the plugin's place."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from modules.errors import ProblemsError
from operations.exec import exec_
from tests.operations import small_stack
from tests.operations.small_stack import STACK, SmallStack, invoke

ROLE = "ohi-dev-api-task-role"
CHANNELS = ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")


def run(*words: str) -> Result:
    return invoke(exec_, STACK, *words)


def refused(*words: str) -> list[str]:
    found = run(*words)
    assert isinstance(found.exception, ProblemsError), found.output
    return str(found.exception).splitlines()


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that writes down its arguments and ends with 7; the file of the arguments."""
    told, script = tmp_path / "told.json", tmp_path / "bin/session-manager-plugin"
    script.parent.mkdir()
    script.write_text(
        f"#!{sys.executable}\nimport json, sys\n"
        f"json.dump(sys.argv[1:], open({str(told)!r}, 'w'))\nsys.exit(7)\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    return told


@pytest.fixture
def ready(stack: SmallStack) -> SmallStack:
    """A role, a way out, and everything that a session needs."""
    iam, ec2 = stack.client("iam"), stack.client("ec2")
    trust = {"Version": "2012-10-17", "Statement": []}
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust))
    allow(stack)
    (subnet,) = ec2.describe_subnets(SubnetIds=[stack.subnet])["Subnets"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=subnet["VpcId"])
    (table,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [subnet["VpcId"]]}])[
        "RouteTables"
    ]
    ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    return stack


def allow(stack: SmallStack, *actions: str) -> None:
    """What the role may do; by default open channels."""
    named = [f"ssmmessages:{one}" for one in actions or CHANNELS]
    statement = {"Effect": "Allow", "Action": named, "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    stack.client("iam").put_role_policy(RoleName=ROLE, PolicyName="exec", PolicyDocument=json.dumps(policy))


def start(stack: SmallStack, **given: Any) -> str:
    """A task of the api with the role."""
    role = stack.client("iam").get_role(RoleName=ROLE)["Role"]["Arn"]
    return stack.start("api", taskDefinition=stack.register("api", role=role), **given)


def test_the_plugin_gets_the_session_as_the_aws_cli_passes_it(ready: SmallStack, plugin: Path) -> None:
    task = start(ready).rpartition("/")[2]
    ran = run("api", "--", "ls", "-l", "a b")
    assert ran.exit_code == 7, ran.exception
    session, region, operation, profile, target, endpoint = json.loads(plugin.read_text())
    assert set(json.loads(session)) == {"sessionId", "streamUrl", "tokenValue"}
    assert (region, operation, profile) == ("eu-west-1", "StartSession", "")
    (container,) = [one for one in ready.described(task)["containers"] if one["name"] == "api"]
    assert json.loads(target) == {"Target": f"ecs:{STACK}_{task}_{container['runtimeId']}"}
    assert endpoint == ready.emulator.url
    assert "ecs ExecuteCommand" in ready.calls()


def test_a_check_opens_nothing(ready: SmallStack, plugin: Path) -> None:
    start(ready)
    before = ready.calls().count("ecs ExecuteCommand")
    ran = run("api", "--check")
    assert ran.exit_code == 0, ran.exception
    assert "can be entered" in ran.stderr
    assert ready.calls().count("ecs ExecuteCommand") == before
    assert not plugin.exists()


def test_everything_that_lacks_is_said_at_once(ready: SmallStack, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, api = small_stack.CONTAINERS["api"]
    bare = {**api, "mountPoints": [], "linuxParameters": {"initProcessEnabled": False}}
    monkeypatch.setitem(small_stack.CONTAINERS, "api", [proxy, bare])
    monkeypatch.setattr("operations.exec.checks.shutil.which", lambda _: None)
    allow(ready, "CreateControlChannel")
    ec2 = ready.client("ec2")
    (table,) = [one for one in ec2.describe_route_tables()["RouteTables"] if len(one["Routes"]) > 1]
    ec2.delete_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0")
    start(ready)
    said = refused("api")
    expected = (
        "this machine: got no session-manager-plugin in PATH",
        "ohi-dev api: got initProcessEnabled false",
        "ohi-dev api: got a read-only root filesystem without volumes at /managed-agents, /var/lib",
        f"role {ROLE}: got no ssmmessages:CreateDataChannel, ssmmessages:OpenControlChannel",
        f"ohi-dev api: got no way out of {ready.subnet}, and no endpoint of ssmmessages",
        "ohi-dev api: got an agent that is STOPPED (Unable to start the agent",
    )
    assert len(said) == len(expected), said
    for line, beginning in zip(said, expected, strict=True):
        assert line.startswith(beginning), line


@pytest.mark.usefixtures("plugin")
def test_a_task_from_before_it_was_enabled_is_told_apart(ready: SmallStack) -> None:
    start(ready, enableExecuteCommand=False)
    (said,) = refused("api")
    assert "got a task that started without it" in said
    assert "deploy the service anew" in said
    ready.ecs.update_service(cluster=STACK, service=f"{STACK}-api-service", enableExecuteCommand=False)
    (said,) = refused("api")
    assert "got enableExecuteCommand false" in said
    assert "set exec_enabled=True" in said


@pytest.mark.usefixtures("plugin", "ready")
def test_without_a_running_task_it_says_how_many_are_wanted() -> None:
    assert refused("api") == [
        "ohi-dev api: got no running task (0 wanted); allowed: a task that runs; "
        "see why: infra status ohi-dev; or run one: infra run ohi-dev api -- COMMAND"
    ]


@pytest.mark.usefixtures("plugin")
def test_names_that_there_are_not_are_refused(ready: SmallStack) -> None:
    start(ready)
    assert refused("apy") == ["ohi-dev service: got 'apy'; allowed: api, worker; name one of these"]
    assert "container of api: got 'web'" in refused("api", "--container", "web")[0]
