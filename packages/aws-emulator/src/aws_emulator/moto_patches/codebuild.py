"""Projects of CodeBuild."""

from __future__ import annotations

from typing import Any

from moto.codebuild import responses
from moto.codebuild.exceptions import (
    InvalidInputException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)
from moto.codebuild.models import CodeBuildBackend
from moto.codebuild.responses import CodeBuildResponse
from moto.core.responses import ActionResult
from moto.core.utils import unix_time

from aws_emulator.moto_patches import Patch

Json = dict[str, Any]
_PIPELINE = "CODEPIPELINE"
_TIMEOUT, _QUEUED_TIMEOUT = 60, 480
# Members of UpdateProject that a project has under the same name.
_MEMBERS = (
    *("description", "source", "artifacts", "environment", "serviceRole", "tags", "cache", "logsConfig"),
    *("vpcConfig", "sourceVersion", "timeoutInMinutes", "queuedTimeoutInMinutes", "encryptionKey"),
)


class CreateProject(Patch, of=CodeBuildResponse):
    """CreateProject and UpdateProject (CodeBuild API Reference).

    ProjectSource and ProjectArtifacts, `location`: "not be specified" for CODEPIPELINE, where moto asks for
    one; a project reads from and writes to a pipeline, or does neither. `timeoutInMinutes` is 60 and
    `queuedTimeoutInMinutes` 480 where they are left out. moto keeps no encryption key, and has no
    UpdateProject at all.
    """

    def create_project(self: Any) -> ActionResult:
        """Create it with what moto leaves out."""
        source, artifacts = self._get_param("source"), self._get_param("artifacts")
        _check_pipeline(source, artifacts)
        if source["type"] != _PIPELINE:
            return CreateProject.moto.create_project(self)  # type: ignore[no-any-return]
        environment, name = self._get_param("environment"), self._get_param("name")
        responses._validate_required_params_environment(environment)  # noqa: SLF001 - moto's own
        responses._validate_required_params_project_name(name)  # noqa: SLF001 - moto's own
        if name in self.codebuild_backend.codebuild_projects:
            raise ResourceAlreadyExistsException(f"Project already exists: {name}")
        project = self.codebuild_backend.create_project(
            project_name=name,
            description=self._get_param("description"),
            project_source=source,
            artifacts=artifacts,
            environment=environment,
            service_role=self._get_param("serviceRole"),
            tags=self._get_param("tags"),
            cache=self._get_param("cache"),
            timeout=self._get_param("timeoutInMinutes") or _TIMEOUT,
            queued_timeout=self._get_param("queuedTimeoutInMinutes") or _QUEUED_TIMEOUT,
            source_version=self._get_param("sourceVersion"),
            logs_config=self._get_param("logsConfig"),
            vpc_config=self._get_param("vpcConfig"),
        )
        if key := self._get_param("encryptionKey"):
            project["encryptionKey"] = key
        return ActionResult({"project": project})

    def update_project(self: Any) -> ActionResult:
        """Change the members that the request has."""
        project = self.codebuild_backend.project(self._get_param("name"))
        changes = {name: value for name in _MEMBERS if (value := self._get_param(name)) is not None}
        _check_pipeline(
            changes.get("source", project["source"]), changes.get("artifacts", project["artifacts"])
        )
        if "environment" in changes:
            responses._validate_required_params_environment(changes["environment"])  # noqa: SLF001 - moto's own
        project.update(changes)
        project["lastModified"] = unix_time()
        return ActionResult({"project": project})


class DeleteProject(Patch, of=CodeBuildBackend):
    """DeleteProject (CodeBuild API Reference) takes a project's ARN for its name, by which Terraform deletes.

    moto deletes nothing then, and says that it did.
    """

    def project(self: Any, name: str) -> Json:
        """What BatchGetProjects tells of a project."""
        name = _name(name)
        if name not in self.codebuild_projects:
            raise ResourceNotFoundException(f"Project cannot be found: {name}")
        found: Json = self.codebuild_projects[name].project_metadata
        return found

    def delete_project(self: Any, project_name: str) -> None:
        """Delete it by its name or its ARN."""
        DeleteProject.moto.delete_project(self, _name(project_name))


def _name(name_or_arn: str) -> str:
    return name_or_arn.rpartition(":project/")[2]


def _check_pipeline(source: Json, artifacts: Json) -> None:
    if (source["type"] == _PIPELINE) != (artifacts["type"] == _PIPELINE):
        raise InvalidInputException(
            "Invalid artifacts: a project of a pipeline has source and artifacts of the type CODEPIPELINE"
        )
    for kind, part in (("source", source), ("artifacts", artifacts)):
        if part["type"] == _PIPELINE and part.get("location"):
            raise InvalidInputException(f"Invalid project {kind}: location must be empty for CODEPIPELINE")
