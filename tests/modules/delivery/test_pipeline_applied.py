"""A pipeline applied: nothing left to do afterwards, nor after it has deployed, nor after a rollback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.delivery.pipeline.settings import Approval, Migration
from operations.terraform import Terraform

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
ACCOUNT = "123456789012"


def test_a_pipeline_through_its_life(
    emulator: Emulator,
    tmp_path: Path,
    synthesize_module: Callable[..., Any],
    delivered: Callable[..., Any],
) -> None:
    terraform = Terraform(tmp_path / "stacks/small", environment=emulator.environment(REGION))

    def synthesize(**settings: Any) -> None:
        synthesize_module(lambda stack, context: delivered(stack, context, **settings), tmp_path)

    synthesize(
        migration=Migration(service="web", command=("python", "manage.py", "migrate")),
        approval=Approval(emails=("lead@example.com",)),
        paths=("src/**",),
    )
    terraform.init()
    terraform.apply(terraform.plan())
    assert terraform.plan().empty
    pipelines = emulator.client("codepipeline", REGION)
    assert pipelines.get_pipeline(name="shop-test-pipeline")["pipeline"]["pipelineType"] == "V2"

    # Another branch, no migration, no approval, a longer build.
    synthesize(branch="release", execution_mode="QUEUED")
    terraform.apply(terraform.plan())
    assert terraform.plan().empty
    changed = pipelines.get_pipeline(name="shop-test-pipeline")["pipeline"]
    assert [stage["name"] for stage in changed["stages"]] == ["Source", "Build", "Deploy"]
    assert changed["stages"][0]["actions"][0]["configuration"]["BranchName"] == "release"

    terraform.apply(terraform.plan(destroy=True))
    assert pipelines.list_pipelines()["pipelines"] == []
    assert emulator.client("codebuild", REGION).list_projects()["projects"] == []
