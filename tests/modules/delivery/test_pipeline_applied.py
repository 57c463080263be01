"""A pipeline applied: nothing left to do afterwards, nor after it has deployed, nor after a rollback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.delivery.pipeline.settings import Approval, BuildSettings, Migration
from operations.revisions import registrable
from operations.terraform import Terraform
from tests.modules.delivery.conftest import PROXY
from tests.modules.delivery.scripts import REGION, REGISTRY, as_json, push, run

pytestmark = pytest.mark.emulator
CLUSTER, PIPELINE = "shop-test", "shop-test-pipeline"
Json = dict[str, Any]


class Release:
    """What the stage Deploy does: the ECS action of each service, then the script that records."""

    def __init__(self, emulator: Emulator, directory: Path) -> None:
        self.emulator, self.directory = emulator, directory
        self.ecs = emulator.client("ecs", REGION)

    def deploy(self, service: str, image: str) -> None:
        """CodePipeline user guide, "Amazon ECS deploy action reference": a revision of its own, "based on the
        revision used by the Amazon ECS service", with the images of the image definitions file."""
        copied = registrable(self.ecs, self.definition(service))
        for one in copied["containerDefinitions"]:
            if one["name"] == service:
                one["image"] = image
        made = self.ecs.register_task_definition(**copied)["taskDefinition"]
        self.update(service, made["taskDefinitionArn"])

    def update(self, service: str, revision: str) -> None:
        self.ecs.update_service(cluster=CLUSTER, service=self.name(service), taskDefinition=revision)

    def record(self, image: str) -> None:
        (self.directory / "images.json").write_text(json.dumps({"web": image}))
        images = {"web": {"repository": "shop-web", "parameter": "/shop-test/web/image"}}
        variables = {"IMAGES": as_json(images), "ENVIRONMENT": "test"}
        ran = run("record", self.directory, variables, self.emulator)
        assert ran.returncode == 0, ran.stderr

    def revision(self, service: str) -> str:
        (found,) = self.ecs.describe_services(cluster=CLUSTER, services=[self.name(service)])["services"]
        return str(found["taskDefinition"])

    def definition(self, service: str) -> Json:
        revision = self.revision(service)
        return dict(self.ecs.describe_task_definition(taskDefinition=revision, include=["TAGS"]))

    def images(self, service: str) -> dict[str, str]:
        containers = self.definition(service)["taskDefinition"]["containerDefinitions"]
        return {one["name"]: one["image"] for one in containers}

    @staticmethod
    def name(service: str) -> str:
        return f"shop-test-{service}-service"


def test_a_pipeline_through_its_life(
    emulator: Emulator,
    terraform: Terraform,
    tmp_path: Path,
    synthesize_module: Callable[..., Any],
    delivered: Callable[..., Any],
) -> None:

    def synthesize(**settings: Any) -> None:
        synthesize_module(lambda stack, context: delivered(stack, context, **settings), tmp_path)

    synthesize(
        migration=Migration(service="web", command=("python", "manage.py", "migrate")),
        approval=Approval(emails=("lead@example.com",)),
        paths=("src/**",),
    )
    terraform.init()
    terraform.apply()
    assert terraform.plan().empty

    release = Release(emulator, tmp_path)
    first, second = (f"{REGISTRY}/shop-web@{push(emulator, 'shop-web', tag * 40)}" for tag in "12")
    for service in ("web", "worker"):
        release.deploy(service, first)
    release.record(first)
    assert release.images("web") == {"web": first, "pgbouncer": PROXY}
    assert release.images("worker") == {"worker": first}
    assert terraform.plan().empty

    # The worker's deployment fails, and its circuit breaker takes it back; then the stage goes back to the
    # last release for both, which is what makes the latest revisions those that run.
    before = release.revision("worker")
    for service in ("web", "worker"):
        release.deploy(service, second)
    release.update("worker", before)
    assert not terraform.plan().empty
    for service in ("web", "worker"):
        release.deploy(service, first)
    release.record(first)
    assert terraform.plan().empty

    # Another branch, no migration, no approval, another execution mode, longer builds.
    synthesize(branch="release", execution_mode="QUEUED", build=BuildSettings(minutes=90))
    terraform.apply()
    assert terraform.plan().empty
    pipelines = emulator.client("codepipeline", REGION)
    changed = pipelines.get_pipeline(name=PIPELINE)["pipeline"]
    assert [stage["name"] for stage in changed["stages"]] == ["Source", "Build", "Deploy"]
    assert changed["stages"][0]["actions"][0]["configuration"]["BranchName"] == "release"
    assert changed["executionMode"] == "QUEUED"
    builds = emulator.client("codebuild", REGION)
    projects = builds.batch_get_projects(names=builds.list_projects()["projects"])["projects"]
    minutes = {one["name"].removeprefix(f"{PIPELINE}-"): one["timeoutInMinutes"] for one in projects}
    assert minutes == {"build": 90, "record": 10}
    assert release.images("web") == {"web": first, "pgbouncer": PROXY}

    terraform.destroy(refresh=False)
    assert pipelines.list_pipelines()["pipelines"] == []
    assert builds.list_projects()["projects"] == []
