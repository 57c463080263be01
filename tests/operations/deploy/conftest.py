"""A stack of services on the emulator, made with boto3 alone, and `infra deploy` on it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from aws_emulator import Emulator
from operations import synthesized
from operations.synthesized import SynthesizedStack

STACK, REGION, ACCOUNT = "ohi-dev", "eu-west-1", "123456789012"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
# Service → the service whose image it shares.
SERVICES = {"api": "api", "web": "web", "worker": "web", "sse": "sse"}
CONFIGURATION = {"os": "linux", "architecture": "amd64", "config": {"User": "app", "Cmd": ["serve"]}}
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
ALARM = "ohi-dev-api-errors"
Json = dict[str, Any]


class Shop:
    """The stack, deployed; and what AWS says of it."""

    def __init__(self, project: Any, services: dict[str, str]) -> None:
        self.project, self.services = project, services
        self.emulator: Emulator = project.emulator
        self.allowed: list[str] = []
        self.hosts: dict[str, str] = {}
        self.ecs, self.ssm, self.ecr, self.logs, self.cloudwatch = (
            self.emulator.client(name, REGION) for name in ("ecs", "ssm", "ecr", "logs", "cloudwatch")
        )
        self.ecs.create_cluster(clusterName=STACK)
        self.first = {image: self.push(image, "1") for image in dict.fromkeys(services.values())}
        for name, shared in services.items():
            self._create(name, shared)

    def _create(self, name: str, shared: str) -> None:
        self.logs.create_log_group(logGroupName=f"/{STACK}/{name}")
        if name == shared:
            self.ssm.put_parameter(Name=f"/{STACK}/{name}/image", Value=self.first[name], Type="String")
        made = self.ecs.register_task_definition(
            family=f"{STACK}-{name}-task",
            cpu="256",
            memory="512",
            requiresCompatibilities=["EC2"],
            runtimePlatform={"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
            containerDefinitions=self._containers(name, self.first[shared]),
            tags=[{"key": "Service", "value": name}],
        )
        self.ecs.create_service(
            cluster=STACK,
            serviceName=f"{STACK}-{name}-service",
            taskDefinition=made["taskDefinition"]["taskDefinitionArn"],
            desiredCount=1,
            deploymentConfiguration=BREAKER,
        )
        self.service(name)

    def _containers(self, name: str, image: str) -> list[Json]:
        options = {"awslogs-group": f"/{STACK}/{name}", "awslogs-stream-prefix": name}
        logs = {"logDriver": "awslogs", "options": options}
        own = {"name": name, "image": image, "memory": 64, "user": "app", "logConfiguration": logs}
        return [{"name": "proxy", "image": "proxy:1", "memory": 64}, own]

    @property
    def resources(self) -> dict[str, Json]:
        """The resources of the stack's JSON."""
        kinds: dict[str, Json] = {"aws_ecs_cluster": {"cluster": {"name": STACK}}, "aws_ssm_parameter": {}}
        for name, shared in self.services.items():
            own = self._containers(name, f"${{aws_ssm_parameter.{shared}.insecure_value}}")
            task = {
                "family": f"{STACK}-{name}-task",
                "cpu": "256",
                "memory": "512",
                "container_definitions": json.dumps(own),
                "runtime_platform": {"cpu_architecture": "X86_64", "operating_system_family": "LINUX"},
            }
            service: Json = {
                "cluster": "${aws_ecs_cluster.cluster.arn}",
                "desired_count": 1,
                "name": f"{STACK}-{name}-service",
                "tags": {"Service": name},
                "task_definition": f"${{aws_ecs_task_definition.{name}.arn}}",
            }
            if name == "api":
                service["alarms"] = {"alarm_names": ["${aws_cloudwatch_metric_alarm.errors.alarm_name}"]}
            kinds.setdefault("aws_ecs_task_definition", {})[name] = task
            kinds.setdefault("aws_ecs_service", {})[name] = service
            if host := self.hosts.get(name):
                self._listen(kinds, name, host)
            if name == shared:
                kinds["aws_ssm_parameter"][name] = {"name": f"/{STACK}/{name}/image"}
        kinds["aws_cloudwatch_metric_alarm"] = {"errors": {"alarm_name": ALARM}}
        return kinds

    def _listen(self, kinds: dict[str, Json], name: str, host: str) -> None:
        target = f"${{aws_lb_target_group.{name}.arn}}"
        kinds["aws_ecs_service"][name]["load_balancer"] = [{"target_group_arn": target}]
        kinds.setdefault("aws_lb_target_group", {})[name] = {"health_check": {"path": "/health"}}
        rule = {"action": [{"target_group_arn": target}], "condition": [{"host_header": {"values": [host]}}]}
        kinds.setdefault("aws_lb_listener_rule", {})[name] = rule

    def synthesized(self, stack: str) -> SynthesizedStack:
        """What synthesis would give."""
        provider = {"region": REGION, "allowed_account_ids": self.allowed}
        return SynthesizedStack(
            name=stack, document={"provider": {"aws": [provider]}, "resource": self.resources}
        )

    def push(self, service: str, mark: str, **configuration: Any) -> str:
        """Put an image into the repository of a service, and give its reference."""
        with contextlib.suppress(self.ecr.exceptions.RepositoryAlreadyExistsException):
            self.ecr.create_repository(repositoryName=f"ohi-{service}")
        content = json.dumps({**CONFIGURATION, **configuration, "mark": mark}).encode()
        digest = f"sha256:{sha256(content).hexdigest()}"
        upload = self.ecr.initiate_layer_upload(repositoryName=f"ohi-{service}")["uploadId"]
        self.ecr.upload_layer_part(
            repositoryName=f"ohi-{service}",
            uploadId=upload,
            partFirstByte=0,
            partLastByte=len(content) - 1,
            layerPartBlob=content,
        )
        self.ecr.complete_layer_upload(
            repositoryName=f"ohi-{service}", uploadId=upload, layerDigests=[digest]
        )
        media = "application/vnd.oci.image.manifest.v1+json"
        config = {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": digest,
            "size": len(content),
        }
        manifest = {"schemaVersion": 2, "mediaType": media, "config": config, "layers": []}
        return self.put(service, manifest)

    def put(self, service: str, manifest: Json) -> str:
        """Put a manifest or an index, and give its reference."""
        put = self.ecr.put_image(
            repositoryName=f"ohi-{service}",
            imageManifest=json.dumps(manifest),
            imageManifestMediaType=manifest["mediaType"],
        )
        return f"{REGISTRY}/ohi-{service}@{put['image']['imageId']['imageDigest']}"

    def deploy(self, *words: str, poll: float = 0.0) -> Result:
        """Run `infra deploy` in this process."""
        from operations.deploy import deploy

        app = typer.Typer()
        app.command()(deploy)
        return CliRunner().invoke(app, [STACK, *words, "--poll", str(poll)])

    def service(self, name: str) -> Any:
        """What DescribeServices says."""
        return self.ecs.describe_services(cluster=STACK, services=[f"{STACK}-{name}-service"])["services"][0]

    def runs(self, name: str) -> tuple[int, str]:
        """The number of the revision that a service runs, and its own image."""
        arn = self.service(name)["taskDefinition"]
        found = self.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
        return found["revision"], found["containerDefinitions"][1]["image"]

    def active(self, name: str) -> list[int]:
        """The numbers of the active revisions."""
        family = f"{STACK}-{name}-task"
        found = self.ecs.list_task_definitions(familyPrefix=family, status="ACTIVE")["taskDefinitionArns"]
        return sorted(int(arn.rpartition(":")[2]) for arn in found)

    def parameter(self, name: str) -> str:
        """What is said to be deployed."""
        return str(self.ssm.get_parameter(Name=f"/{STACK}/{name}/image")["Parameter"]["Value"])

    def statuses(self, name: str) -> list[str]:
        """The statuses of the service deployments, latest first."""
        service = f"{STACK}-{name}-service"
        found = self.ecs.list_service_deployments(cluster=STACK, service=service)["serviceDeployments"]
        return [one["status"] for one in found]

    def ring(self) -> None:
        """The alarm of the api rings."""
        self.cloudwatch.put_metric_alarm(
            AlarmName=ALARM,
            Namespace="shop",
            MetricName="errors",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1.0,
            ComparisonOperator="GreaterThanThreshold",
        )
        self.cloudwatch.set_alarm_state(AlarmName=ALARM, StateValue="ALARM", StateReason="test")

    def write(self) -> None:
        """Have the stack's JSON in the project, for `infra` in a process of its own."""
        self.project.write({f"resource.{kind}": named for kind, named in self.resources.items()})


@pytest.fixture
def new_shop(
    new_project: Callable[[Path], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[dict[str, str]], Shop]:
    """`new_shop(services)`: the stack, deployed, and this process's AWS is the emulator."""

    def made(services: dict[str, str]) -> Shop:
        shop = Shop(new_project(tmp_path), services)
        for name, value in shop.emulator.environment(REGION).items():
            monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(synthesized, "synthesized", shop.synthesized)
        return shop

    return made


@pytest.fixture
def shop(new_shop: Callable[[dict[str, str]], Shop]) -> Shop:
    """Four services, two of which share an image."""
    return new_shop(SERVICES)
