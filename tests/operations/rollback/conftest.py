"""A stack of one ECS service on the emulator, and the pipeline that deploys its images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from operations.revisions import described, registrable
from operations.sandbox import Workspace

STACK, REGION = "ohi-dev", "eu-west-1"
SERVICE, FAMILY, PARAMETER = "ohi-dev-web-service", "ohi-dev-web-task", "/ohi-dev/web/image"


def build(scope: Any, state: Any, *, memory: int) -> None:
    """One service, and what it stands on."""
    from modules.compute.cluster.cluster import Cluster
    from modules.compute.cluster.settings import ClusterSettings
    from modules.compute.repository.image import Image
    from modules.compute.service.container_settings import ContainerSettings
    from modules.compute.service.discovery import ServiceDiscovery
    from modules.compute.service.scaling_settings import ScalingSettings
    from modules.compute.service.service import Service
    from modules.compute.service.settings import ServiceSettings
    from modules.kms.key import Key
    from modules.networking.connections import Connections
    from modules.networking.network import Network
    from modules.networking.security_groups import SecurityGroups
    from modules.networking.settings import NatGateways
    from stacks.base import Stack
    from stacks.ohi.settings import DEV

    stack = Stack(scope, STACK, environment=DEV.environment, state=state)
    shared: dict[str, Any] = {"context": stack.context}
    settings = replace(DEV.network, nat_gateways=NatGateways.NONE, flow_logs=None)
    network = Network(stack, "network", settings=settings, **shared)
    connections = Connections()
    connections.group("web")
    firewall = SecurityGroups(stack, "firewall", network=network, connections=connections, **shared)
    key = Key(stack, "key", purpose="compute", services=["logs"], protected=False, **shared)
    Service(
        stack,
        "web",
        network=network,
        cluster=Cluster(stack, "cluster", key=key, settings=ClusterSettings(), **shared),
        security_groups=[firewall.group("web")],
        image=Image(stack, "web-image", service="web", **shared),
        discovery=ServiceDiscovery(stack, "discovery", network=network, **shared),
        settings=ServiceSettings(
            name="web",
            cpu=256,
            memory=memory,
            container=ContainerSettings(ports={"http": 8080}),
            scaling=ScalingSettings(minimum=1, maximum=5),
        ),
        **shared,
    )


class Web:
    """The stack, deployed; its pipeline; and what AWS says of it."""

    def __init__(self, project: Any) -> None:
        self.project = project
        emulator: Emulator = project.emulator
        self.ecs, self.ssm = emulator.client("ecs", REGION), emulator.client("ssm", REGION)
        self._workspace = Workspace(project.directory / "workspace", emulator)

    def write(self, memory: int) -> None:
        """Synthesize the stack."""
        import backend
        from stacks.entry import Entry
        from stacks.ohi.settings import DEV
        from stacks.synthesis import synthesize

        output: Path = self.project.directory / "output"
        entry = Entry(
            name=STACK,
            build=lambda scope, state: build(scope, state, memory=memory),
            tag_policy=DEV.environment.tags.policy,
            networks=(),
            domains=(),
        )
        synthesize([entry], state=backend.s3_states(), output=output, known=[STACK])
        # `infra` would synthesize for itself, and finds it done.
        (self.project.directory / "main.py").write_text("")
        self._workspace.write(output / f"stacks/{STACK}/cdk.tf.json")

    @property
    def terraform(self) -> Any:
        """Terraform in the stack's directory."""
        return self._workspace.terraform

    def create(self) -> None:
        """The first apply."""
        self.write(512)
        self._workspace.init()
        self.terraform.apply()

    def deploy(self, image: str) -> None:
        """What a pipeline does, by the contract of `modules.compute.image`."""
        copied = registrable(self.ecs, described(self.ecs, FAMILY))
        copied["containerDefinitions"][0]["image"] = image
        registered = self.ecs.register_task_definition(**copied)
        revision = registered["taskDefinition"]["taskDefinitionArn"]
        self.ecs.update_service(cluster=STACK, service=SERVICE, taskDefinition=revision)
        self.ecs.get_waiter("services_stable").wait(cluster=STACK, services=[SERVICE])
        self.ssm.put_parameter(Name=PARAMETER, Value=image, Overwrite=True)

    def rollback(self, *words: str) -> Any:
        """Run `infra rollback`."""
        return self.project.infra("rollback", STACK, *words)

    @property
    def running(self) -> int:
        """The number of the revision that the service runs."""
        (service,) = self.ecs.describe_services(cluster=STACK, services=[SERVICE])["services"]
        return int(service["taskDefinition"].rpartition(":")[2])

    @property
    def active(self) -> list[int]:
        """The numbers of the active revisions."""
        found = self.ecs.list_task_definitions(familyPrefix=FAMILY, status="ACTIVE")["taskDefinitionArns"]
        return sorted(int(arn.rpartition(":")[2]) for arn in found)

    @property
    def image(self) -> str:
        """What the parameter says is deployed."""
        return str(self.ssm.get_parameter(Name=PARAMETER)["Parameter"]["Value"])


@pytest.fixture(scope="module")
def web(new_project: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Web:
    """The stack as Terraform creates it: revision 1, with the fallback for an image."""
    made = Web(new_project(tmp_path_factory.mktemp("web")))
    made.create()
    return made
