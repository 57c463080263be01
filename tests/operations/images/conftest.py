"""A stack of three services on the emulator, without Terraform; published images; `infra images`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from aws_emulator import Emulator
from modules.compute.repository.upstream_image import UpstreamImage
from modules.errors import ProblemsError
from operations.images import command
from stacks.output import DOCUMENT
from tests.images import BuiltImage
from tests.operations.images.registry import PublicRegistry, running_registry

STACK, REGION, ACCOUNT = "ohi-dev", "eu-west-1", "123456789012"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
UPSTREAM = {
    "proxy": UpstreamImage(repository="registry.test/tools/proxy", version="1.2.3"),
    "store": UpstreamImage(repository="registry.test/tools/store", version="4.5.6"),
}
REPOSITORIES = ("ohi-api", "ohi-proxy", "ohi-store")
# Service → the repository of its own image.
_SERVICES = {"api": "ohi-api", "jobs": "ohi-api", "store": "ohi-store"}
_ADDRESS = f"${{data.aws_caller_identity.account.account_id}}.dkr.ecr.{REGION}.amazonaws.com"


def document(**provider: Any) -> dict[str, Any]:
    """The JSON: api, with a proxy beside it, and jobs run one image; store runs a published one."""
    resources: dict[str, Any] = {
        "aws_ecr_repository": {name: {"name": name} for name in REPOSITORIES},
        "aws_ecs_cluster": {"cluster": {"name": STACK}},
        "aws_ssm_parameter": {
            name: {"name": f"/{STACK}/{name}/image", "insecure_value": f"{_ADDRESS}/{name}:dev"}
            for name in ("ohi-api", "ohi-store")
        },
        "aws_ecs_task_definition": {},
        "aws_ecs_service": {},
    }
    for service, repository in _SERVICES.items():
        resources["aws_ecs_task_definition"][service] = _task_definition(service, repository)
        resources["aws_ecs_service"][service] = {
            "cluster": "${aws_ecs_cluster.cluster.arn}",
            "desired_count": 1,
            "name": f"{STACK}-{service}-service",
            "tags": {"Service": service},
            "task_definition": f"${{aws_ecs_task_definition.{service}.arn}}",
        }
    return {"provider": {"aws": [{"region": REGION, **provider}]}, "resource": resources}


def _task_definition(service: str, repository: str) -> dict[str, Any]:
    containers = [
        {
            "name": service,
            "image": f"${{aws_ssm_parameter.{repository}.insecure_value}}",
            "readonlyRootFilesystem": True,
            "portMappings": [{"containerPort": 8080}] if service == "api" else [],
            "linuxParameters": {"tmpfs": [{"containerPath": "/tmp"}]},  # noqa: S108 - a container's
        }
    ]
    if service == "api":
        containers.append({"name": "proxy", "image": f"{_ADDRESS}/ohi-proxy:1.2.3"})
    return {
        "family": f"{STACK}-{service}-task",
        "cpu": "256",
        "memory": "512",
        "runtime_platform": {"cpu_architecture": "X86_64", "operating_system_family": "LINUX"},
        "container_definitions": json.dumps(containers),
    }


class Images:
    """The stack's account, and the command on it."""

    def __init__(self, emulator: Emulator, ecr: Any, output: Path) -> None:
        self.emulator, self.ecr, self.output = emulator, ecr, output

    def create_repositories(self) -> None:
        """What the first apply creates."""
        for name in REPOSITORIES:
            self.ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")

    def deploy(self, service: str, image: str) -> None:
        """What the rest of the apply, and a deployment, leave behind."""
        ecs, ssm = self.emulator.client("ecs", REGION), self.emulator.client("ssm", REGION)
        ecs.create_cluster(clusterName=STACK)
        containers = [{"name": service, "image": image, "memory": 64}]
        family = f"{STACK}-{service}-task"
        ecs.register_task_definition(family=family, containerDefinitions=containers)
        ecs.create_service(
            cluster=STACK, serviceName=f"{STACK}-{service}-service", taskDefinition=family, desiredCount=1
        )
        name = f"/{STACK}/{_SERVICES[service]}/image"
        ssm.put_parameter(Name=name, Value=image, Type="String", Overwrite=True)

    def run(self, *words: str) -> Result:
        """Run `infra images` in this process."""
        app = typer.Typer()
        app.add_typer(command.app, name="images")
        app.callback()(lambda: None)
        return CliRunner().invoke(app, ["images", *words])

    def push(self, source: Path | str, *words: str, service: str = "api") -> Result:
        """Run `infra images push`."""
        return self.run("push", STACK, service, str(source), *words)

    def refused(self, source: Path | str, *words: str, service: str = "api") -> list[str]:
        """The sentences with which a push is refused."""
        result = self.push(source, *words, service=service)
        assert isinstance(result.exception, ProblemsError), result.output
        return str(result.exception).splitlines()

    @property
    def empty(self) -> bool:
        """Whether the repository of api has no image."""
        return not self.ecr.list_images(repositoryName="ohi-api")["imageIds"]

    def tags(self, repository: str) -> dict[str, str]:
        """The digest of each tag."""
        found = self.ecr.describe_images(repositoryName=repository)["imageDetails"]
        return {tag: one["imageDigest"] for one in found for tag in one.get("imageTags", ())}


@pytest.fixture(scope="session")
def ecr(session_emulator: Emulator) -> Any:
    """A client; making one takes longer than what most tests do with it."""
    return session_emulator.client("ecr", REGION)


@pytest.fixture
def images(emulator: Emulator, ecr: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Images:
    """An account without repositories, and the stack's JSON."""
    for name, value in emulator.environment(REGION).items():
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path / "output"))
    monkeypatch.setenv("COLUMNS", "160")
    file = tmp_path / f"output/stacks/{STACK}" / DOCUMENT
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(document()))
    monkeypatch.setattr("operations.images.registry._BACKOFF", 0.01)
    monkeypatch.setattr("operations.project.synthesize", lambda **_: None)
    monkeypatch.setattr(command, "upstream_images", lambda _: UPSTREAM)
    return Images(emulator, ecr, file)


@pytest.fixture
def created(images: Images) -> Images:
    """The same after the repositories were created."""
    images.create_repositories()
    return images


@pytest.fixture
def registry() -> Iterator[PublicRegistry]:
    """The registry of the published images."""
    with running_registry() as running:
        yield running


@pytest.fixture
def published(registry: PublicRegistry) -> Callable[[], dict[str, BuiltImage]]:
    """Publish an image for two platforms under each name; those for the stack's platform, by container."""

    def publish() -> dict[str, BuiltImage]:
        made = {}
        for container, upstream in UPSTREAM.items():
            made[container] = BuiltImage(layers=(b"base", container.encode()))
            other = BuiltImage(architecture="arm64", layers=(b"base of arm", container.encode()))
            registry.publish(upstream.repository.partition("/")[2], upstream.version, other, made[container])
        return made

    return publish
