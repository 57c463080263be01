"""Pipelines of CodePipeline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moto.codepipeline.models import CodePipeline, CodePipelineBackend
from moto.core.exceptions import JsonRESTError

from aws_emulator.moto_patches import Patch

Json = dict[str, Any]


class _InvalidError(JsonRESTError):
    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"Invalid{kind}Exception", message)


class PipelineMetadata(Patch, of=CodePipeline):
    """PipelineMetadata (CodePipeline API Reference): `created` and `updated` are timestamps.

    In the service's protocol, JSON 1.1, those are numbers; moto has strings, which no SDK but boto3 reads.
    """

    @property
    def metadata(self: Any) -> Json:
        """The ARN and the times in seconds."""
        times: dict[str, datetime] = {"created": self._created, "updated": self._updated}
        return {"pipelineArn": self._arn, **{name: one.timestamp() for name, one in times.items()}}


class CreatePipeline(Patch, of=CodePipelineBackend):
    """CreatePipeline and UpdatePipeline (CodePipeline API Reference): what a pipeline must be.

    moto takes every pipeline: one whose first stage is no source, with artifacts that no action before has
    written (InvalidActionDeclarationException), with a trigger on what is no source action
    ("Triggers for connection must reference a CodeStarSourceConnection action").
    """

    def create_pipeline(self: Any, pipeline: Json, tags: list[dict[str, str]]) -> Any:
        """Refuse what CodePipeline refuses."""
        _check(pipeline)
        return CreatePipeline.moto.create_pipeline(self, _with_defaults(pipeline), tags)

    def update_pipeline(self: Any, pipeline: Json) -> Any:
        """Refuse what CodePipeline refuses."""
        _check(pipeline)
        return CreatePipeline.moto.update_pipeline(self, _with_defaults(pipeline))


def _with_defaults(pipeline: Json) -> Json:
    """PipelineDeclaration: `pipelineType` V1 and `executionMode` SUPERSEDED where they are left out."""
    return {"pipelineType": "V1", "executionMode": "SUPERSEDED", **pipeline}


def _check(pipeline: Json) -> None:
    sources = {
        action["name"]: action["actionTypeId"]["provider"]
        for stage in pipeline["stages"][:1]
        for action in stage["actions"]
        if action["actionTypeId"]["category"] == "Source"
    }
    if len(sources) < len(pipeline["stages"][0]["actions"]):
        raise _InvalidError("StageDeclaration", "The first stage has actions that are no source actions")
    _check_artifacts(pipeline["stages"])
    for trigger in pipeline.get("triggers", ()):
        if sources.get(trigger["gitConfiguration"]["sourceActionName"]) != trigger["providerType"]:
            raise _InvalidError(
                "Structure", "Triggers for connection must reference a CodeStarSourceConnection action"
            )
    if pipeline.get("triggers") and pipeline.get("pipelineType") != "V2":
        raise _InvalidError("Structure", "Triggers are for pipelines of type V2")


def _check_artifacts(stages: list[Json]) -> None:
    known: set[str] = set()
    for stage in stages:
        for action in sorted(stage["actions"], key=lambda one: one.get("runOrder", 1)):
            for read in action.get("inputArtifacts") or ():
                if read["name"] not in known:
                    raise _InvalidError(
                        "ActionDeclaration",
                        f"{action['name']} reads {read['name']}, which no action before it writes",
                    )
            known |= {written["name"] for written in action.get("outputArtifacts") or ()}
