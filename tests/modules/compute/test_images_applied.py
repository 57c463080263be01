"""Who owns the image: Terraform, a pipeline and `infra deploy`, taking turns on one service."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from aws_emulator import Emulator
from modules.compute.service.scaling_settings import ScalingSettings
from modules.compute.service.settings import ServiceSettings
from operations.aws import Clients
from operations.deploy.deployment import Deployment
from operations.deploy.releases import Wanted, parameters
from operations.deploy.watch import Wait
from operations.deployed import deployed_services
from operations.revisions import described, registrable
from operations.synthesized import SynthesizedStack, services
from operations.terraform import Terraform

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
PARAMETER, FAMILY, SERVICE, CLUSTER = (
    "/shop-test/web/image",
    "shop-test-web-task",
    "shop-test-web-service",
    "shop-test",
)
FALLBACK = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop-web:test"
FIRST, SECOND = (f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop-web@sha256:{one * 64}" for one in "ab")


class Pipeline:
    """What a pipeline does, by the contract of `modules.compute.image`."""

    def __init__(self, emulator: Emulator) -> None:
        self.ecs, self.ssm = emulator.client("ecs", REGION), emulator.client("ssm", REGION)

    def deploy(self, image: str) -> None:
        copied = registrable(self.ecs, described(self.ecs, FAMILY))
        next(one for one in copied["containerDefinitions"] if one["name"] == "web")["image"] = image
        registered = self.ecs.register_task_definition(**copied)
        revision = registered["taskDefinition"]["taskDefinitionArn"]
        self.ecs.update_service(cluster=CLUSTER, service=SERVICE, taskDefinition=revision)
        self.ssm.put_parameter(Name=PARAMETER, Value=image, Overwrite=True)

    def scale(self, count: int) -> None:
        self.ecs.update_service(cluster=CLUSTER, service=SERVICE, desiredCount=count)

    @property
    def service(self) -> Any:
        return self.ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"][0]

    @property
    def running(self) -> tuple[str, str]:
        """The image and the memory of the revision the service runs."""
        revision = self.service["taskDefinition"]
        definition = self.ecs.describe_task_definition(taskDefinition=revision)["taskDefinition"]
        images = {one["name"]: one["image"] for one in definition["containerDefinitions"]}
        assert images["proxy"] == "proxy:1"
        return images["web"], definition["memory"]


def infra_deploy(document: Path, image: str) -> list[str]:
    """What `infra deploy` does after its checks, and the statuses of the service deployments."""
    stack = SynthesizedStack(name=CLUSTER, document=json.loads(document.read_text()))
    known, clients = services(stack), Clients(CLUSTER, REGION)
    wanted = Wanted(CLUSTER, [f"web={image}"], known, parameters(clients.ssm, known))
    running = deployed_services(clients.ecs, CLUSTER, [*known.values()])
    deployment = Deployment(Console(quiet=True), clients, wanted.releases, running)
    deployment.start()
    deployment.watch(Wait.of(0.05, 1))
    return [one.status for one in deployment.rollouts]


def test_terraform_a_pipeline_and_infra_deploy_take_turns(
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    terraform: Terraform,
    tmp_path: Path,
    synthesize_module: Callable[..., Any],
    shop: Callable[..., Any],
) -> None:

    def synthesize(memory: int) -> None:
        from modules.compute.service.container_settings import ContainerSettings

        settings = ServiceSettings(
            name="web",
            cpu=256,
            memory=memory,
            container=ContainerSettings(ports={"http": 8080}),
            sidecars={"proxy": ContainerSettings(image="proxy:1", memory=128)},
            scaling=ScalingSettings(minimum=1, maximum=5),
        )
        synthesize_module(lambda stack, context: shop(stack, context, "web").service(settings), tmp_path)

    synthesize(512)
    terraform.init()
    terraform.apply(terraform.plan())
    pipeline = Pipeline(emulator)
    assert pipeline.running == (FALLBACK, "512")
    assert terraform.plan().empty

    # After the pipeline has deployed, there is nothing for Terraform to do; nor after it scaled.
    pipeline.deploy(FIRST)
    pipeline.scale(4)
    assert terraform.plan().empty

    # A change of Terraform's keeps the deployed image, and the autoscaler's count.
    synthesize(1024)
    plan = terraform.plan()
    changed = {change.address.split(".")[0]: change.action for change in plan.changes}
    assert changed == {"aws_ecs_task_definition": "replace", "aws_ecs_service": "update"}
    terraform.apply(plan)
    assert pipeline.running == (FIRST, "1024")
    assert pipeline.service["desiredCount"] == 4
    assert terraform.plan().empty

    # A deployment that was rolled back leaves nothing behind; earlier revisions can still be returned to.
    for name, value in emulator.settings(REGION).items():
        monkeypatch.setenv(name, value)
    document = tmp_path / "stacks/small/cdk.tf.json"
    emulator.order_deployments({"match": SECOND, "exit_code": 1})
    assert infra_deploy(document, SECOND) == ["ROLLBACK_SUCCESSFUL"]
    assert pipeline.running == (FIRST, "1024")
    assert terraform.plan().empty
    emulator.order_deployments()
    assert infra_deploy(document, SECOND) == ["SUCCESSFUL"]
    assert pipeline.running == (SECOND, "1024")
    assert terraform.plan().empty
    active = pipeline.ecs.list_task_definitions(familyPrefix=FAMILY, status="ACTIVE")["taskDefinitionArns"]
    assert len(active) == 4
