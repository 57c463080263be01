"""A small stack, synthesized and deployed in the emulator without Terraform."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import IO, Any

import pytest
import typer
from typer.testing import CliRunner, Result

import backend
from aws_emulator import Emulator
from operations import project
from operations.sandbox.workspace import prepare_state
from stacks.output import DOCUMENT
from tests.running import INFRA_ON

STACK, REGION = "ohi-dev", "eu-west-1"
IMAGE = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/ohi-dev-api@sha256:{'a' * 64}"
GROUPS = {name: f"/ecs/{STACK}/{name}" for name in ("api", "worker")}
MIGRATION = ("python", "manage.py", "migrate")
MIGRATING = f"{STACK}-pipeline-migration"
# The agent of ECS Exec writes there.
_WRITABLE = ("/managed-agents", "/var/lib/amazon", "/var/log/amazon")
_CLUSTER = "${aws_ecs_cluster.cluster.arn}"
Json = dict[str, Any]


def container(name: str, group: str, **more: Any) -> Json:
    """A container that logs to the group of a service."""
    options = {"awslogs-group": group, "awslogs-region": REGION, "awslogs-stream-prefix": name}
    return {
        "name": name,
        "image": IMAGE,
        "essential": True,
        "linuxParameters": {"initProcessEnabled": True},
        "logConfiguration": {"logDriver": "awslogs", "options": options},
        "mountPoints": [{"containerPath": path, "sourceVolume": "exec"} for path in _WRITABLE],
        "readonlyRootFilesystem": True,
        **more,
    }


CONTAINERS = {
    "api": [
        container("proxy", GROUPS["api"], image="proxy:1", essential=True),
        container("api", GROUPS["api"], dependsOn=[{"containerName": "proxy", "condition": "START"}]),
    ],
    "worker": [container("worker", GROUPS["worker"], entryPoint=["python", "manage.py", "work"])],
}


def resources() -> dict[str, dict[str, Json]]:
    """The stack's resources as Terraform's JSON has them."""
    found: dict[str, dict[str, Json]] = {
        "aws_ecs_cluster": {"cluster": {"name": STACK}},
        "aws_ecs_service": {},
        "aws_ecs_task_definition": {},
        "aws_cloudwatch_log_group": {},
        "aws_ssm_parameter": {},
        "aws_codebuild_project": {"migrate": _migrates()},
    }
    for name, containers in CONTAINERS.items():
        found["aws_cloudwatch_log_group"][name] = {"name": GROUPS[name]}
        found["aws_ssm_parameter"][name] = {"name": f"/{STACK}/{name}/image"}
        found["aws_ecs_task_definition"][name] = {
            "family": f"{STACK}-{name}-task",
            "container_definitions": json.dumps([_synthesized(name, one) for one in containers]),
        }
        found["aws_ecs_service"][name] = {
            "cluster": _CLUSTER,
            "desired_count": "${var.infrastructure_paused ? 0 : 2}",
            "enable_execute_command": True,
            "name": f"{STACK}-{name}-service",
            "tags": {"Service": name},
            "task_definition": f"${{aws_ecs_task_definition.{name}.arn}}",
        }
    return found


def _synthesized(service: str, one: Json) -> Json:
    if one["image"] != IMAGE:
        return one
    return {**one, "image": f"${{aws_ssm_parameter.{service}.insecure_value}}"}


def _migrates() -> Json:
    variables = {
        "COMMAND": json.dumps(MIGRATION),
        "CONTAINER": "worker",
        "FAMILY": MIGRATING,
        "SECONDS_ALLOWED": "1800",
        "SERVICE": f"{STACK}-worker-service",
        "VARIABLES": json.dumps([{"name": "MODE", "value": "migration"}]),
    }
    listed = [{"name": name, "value": value} for name, value in variables.items()]
    return {"environment": {"environment_variable": listed}}


@cache
def _client(url: str, service: str) -> Any:
    return Emulator(port=int(url.rpartition(":")[2]), log=Path()).client(service, REGION)


class SmallStack:
    """The stack; what the emulator has of it is made with boto3."""

    def __init__(self, emulator: Emulator) -> None:
        emulator.reset()
        self.emulator = emulator
        self.ecs, self.logs = self.client("ecs"), self.client("logs")
        self.resources = resources()
        self.locals: Json = {}

    def client(self, service: str) -> Any:
        """A client of the emulator."""
        return _client(self.emulator.url, service)

    def write(self, output: Path) -> None:
        """Write the JSON as synthesis would."""
        provider = {"aws": [{"region": REGION}]}
        document = {"provider": provider, "resource": self.resources, "locals": self.locals}
        directory = output / "stacks" / STACK
        directory.mkdir(parents=True, exist_ok=True)
        (directory / DOCUMENT).write_text(json.dumps(document))

    def deploy(self) -> None:
        """Make the network, the state's bucket, the cluster, and the services with a revision each."""
        settings = backend.s3_states().of(STACK)
        places = {"bucket": settings.bucket, "dynamodb_table": settings.dynamodb_table}
        prepare_state(self.emulator, {**places, "region": settings.region})
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        self.group = ec2.create_security_group(VpcId=vpc, GroupName="web", Description="web")["GroupId"]
        self.ecs.create_cluster(clusterName=STACK)
        for name in CONTAINERS:
            self.logs.create_log_group(logGroupName=GROUPS[name])
            self.ecs.create_service(
                cluster=STACK,
                serviceName=f"{STACK}-{name}-service",
                taskDefinition=self.register(name),
                desiredCount=0,  # a test starts what it needs
                enableExecuteCommand=True,
                capacityProviderStrategy=[{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
                networkConfiguration=self.network,
            )

    @property
    def network(self) -> Json:
        """Where its tasks run."""
        return {"awsvpcConfiguration": {"subnets": [self.subnet], "securityGroups": [self.group]}}

    def register(self, service: str, *, role: str | None = None, **fates: Json) -> str:
        """A revision of a service whose containers do what is ordered: `api={"exit-code": "3"}`."""
        containers = [
            {**one, "dockerLabels": _labels({"looks": "forever", **fates.get(one["name"], {})})}
            for one in CONTAINERS[service]
        ]
        registered = self.ecs.register_task_definition(
            family=f"{STACK}-{service}-task",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            containerDefinitions=containers,
            volumes=[{"name": "exec"}],
            tags=[{"key": "Service", "value": service}],
            **({"taskRoleArn": role} if role else {}),
        )
        return str(registered["taskDefinition"]["taskDefinitionArn"])

    def order(self, service: str, **fates: Json) -> str:
        """The same, and the service runs it."""
        revision = self.register(service, role=None, **fates)
        self.ecs.update_service(cluster=STACK, service=f"{STACK}-{service}-service", taskDefinition=revision)
        return revision

    def start(self, service: str, **given: Any) -> str:
        """A task of a service, as its scheduler starts one, that runs."""
        started = self.ecs.run_task(
            **{
                "cluster": STACK,
                "taskDefinition": f"{STACK}-{service}-task",
                "launchType": "FARGATE",
                "group": f"service:{STACK}-{service}-service",
                "networkConfiguration": self.network,
                "enableExecuteCommand": True,
                **given,
            }
        )
        task = str(started["tasks"][0]["taskArn"])
        for _ in range(2):
            self.described(task)
        return task

    def described(self, task: str) -> Any:
        """A task; each look moves it on."""
        return self.ecs.describe_tasks(cluster=STACK, tasks=[task], include=["TAGS"])["tasks"][0]

    def tasks(self, status: str = "RUNNING") -> list[str]:
        """The tasks of the cluster that should run, or that should not."""
        return list(self.ecs.list_tasks(cluster=STACK, desiredStatus=status)["taskArns"])

    def calls(self) -> list[str]:
        """What was asked of the emulator, such as `ecs RunTask`."""
        lines = self.emulator.log.read_text().splitlines()
        return [" ".join(line.split()[1:3]) for line in lines]


def _labels(fate: Json) -> dict[str, str]:
    """As the emulator reads them (aws_emulator.moto_patches.ecs_tasks_life)."""
    return {f"aws-emulator.{name}": value for name, value in fate.items()}


def use(monkeypatch: pytest.MonkeyPatch, stack: SmallStack, output: Path) -> None:
    """Let commands that run in this process find the stack and the emulator."""
    for name, value in stack.emulator.environment(REGION).items():
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CDKTF_OUTDIR", str(output))
    monkeypatch.setattr(project, "synthesize", lambda **_: None)
    stack.write(output)


class Infra:
    """The real `infra`, in a process of its own, on the small stack."""

    def __init__(self, stack: SmallStack, directory: Path) -> None:
        stack.write(directory / "output")
        (directory / "main.py").write_text("")  # synthesized already
        self._directory = directory
        own = {**os.environ, **stack.emulator.environment(REGION)}
        self._environment = {name: value for name, value in own.items() if value is not None}
        self._environment["CDKTF_OUTDIR"] = str(directory / "output")

    def start(self, *words: str, stdin: int = subprocess.DEVNULL, **more: str) -> subprocess.Popen[str]:
        """Start it."""
        return subprocess.Popen(
            [sys.executable, "-u", *INFRA_ON, str(self._directory / "main.py"), *words],
            env={**self._environment, **more},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def until(stream: IO[str] | None, words: str) -> str:
    """Read lines until one has the words; without one it is the end, and a failure."""
    assert stream is not None
    read = ""
    for line in stream:
        read += line
        if words in line:
            return read
    raise AssertionError(read)


def invoke(command: Any, *words: str, input: str | None = None) -> Result:
    """Run a command in this process."""
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, words, input=input)
