"""The stages and the trigger of a pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdktf_cdktf_provider_aws.codepipeline import (
    CodepipelineStage,
    CodepipelineStageAction,
    CodepipelineStageOnFailure,
    CodepipelineTrigger,
    CodepipelineTriggerGitConfiguration,
    CodepipelineTriggerGitConfigurationPush,
    CodepipelineTriggerGitConfigurationPushBranches,
    CodepipelineTriggerGitConfigurationPushFilePaths,
)

from .release import PipelineService
from .settings import Approval, PipelineSettings

SOURCE_ACTION = "source"
# Of the source action's output variables (CodePipeline user guide, "Variables reference").
_COMMIT = f"#{{{SOURCE_ACTION}.CommitId}}"
# Artifacts: the repository's files, and what scripts/definitions.sh writes.
_SOURCE, _RELEASE = "source", "release"


def source_stage(settings: PipelineSettings, connection_arn: str) -> CodepipelineStage:
    """The files of the branch's last commit, by the connection."""
    action = CodepipelineStageAction(
        name=SOURCE_ACTION,
        namespace=SOURCE_ACTION,
        category="Source",
        owner="AWS",
        provider="CodeStarSourceConnection",
        version="1",
        output_artifacts=[_SOURCE],
        configuration={
            "ConnectionArn": connection_arn,
            "FullRepositoryId": settings.repository,
            "BranchName": settings.branch,
            "OutputArtifactFormat": "CODE_ZIP",
            # Always said: left out it is true, and every push starts the pipeline beside the trigger
            # (CodePipeline user guide, "Automate starting pipelines using triggers and filtering").
            "DetectChanges": "false",
        },
    )
    return CodepipelineStage(name="Source", action=[action])


def build_stage(project: str) -> CodepipelineStage:
    """The images, and the files that name them."""
    return CodepipelineStage(name="Build", action=[_run("build", project, _SOURCE, _RELEASE)])


def approval_stage(settings: PipelineSettings, approval: Approval, topic_arn: str) -> CodepipelineStage:
    """A person's approval of the commit."""
    action = CodepipelineStageAction(
        name="approve",
        category="Approval",
        owner="AWS",
        provider="Manual",
        version="1",
        timeout_in_minutes=approval.minutes,
        configuration={
            "NotificationArn": topic_arn,
            "CustomData": f"Commit {_COMMIT} of {settings.repository}, branch {settings.branch}",
        },
    )
    return CodepipelineStage(name="Approve", action=[action])


def migration_stage(project: str) -> CodepipelineStage:
    """The migration, with the new image."""
    return CodepipelineStage(name="Migrate", action=[_run("migrate", project, _RELEASE)])


def deployment_stage(
    cluster: str, services: Sequence[PipelineService], minutes: int, recorder: str
) -> CodepipelineStage:
    """All services at once, then the record of what runs.

    When one fails, the stage goes back to the last release that succeeded in it, for all services: without
    that, one would run the new image and another the old one, and the family's latest revision would be one
    that does not run (CodePipeline user guide, "Configuring stage rollback").
    """
    deployments = [
        CodepipelineStageAction(
            name=one.name,
            category="Deploy",
            owner="AWS",
            provider="ECS",
            version="1",
            run_order=1,
            input_artifacts=[_RELEASE],
            configuration={
                "ClusterName": cluster,
                "ServiceName": one.service.name,
                "FileName": one.definitions_file,
                "DeploymentTimeout": str(minutes),
            },
        )
        for one in services
    ]
    return CodepipelineStage(
        name="Deploy",
        action=[*deployments, _run("record-images", recorder, _RELEASE, run_order=2)],
        on_failure=CodepipelineStageOnFailure(result="ROLLBACK"),
    )


def triggers(settings: PipelineSettings) -> list[CodepipelineTrigger] | None:
    """A push to the branch; None without a start on push."""
    if not settings.starts_on_push:
        return None
    filtered = settings.paths or settings.ignored_paths
    push = CodepipelineTriggerGitConfigurationPush(
        branches=CodepipelineTriggerGitConfigurationPushBranches(includes=[settings.branch]),
        file_paths=CodepipelineTriggerGitConfigurationPushFilePaths(
            includes=list(settings.paths) or None, excludes=list(settings.ignored_paths) or None
        )
        if filtered
        else None,
    )
    return [
        CodepipelineTrigger(
            provider_type="CodeStarSourceConnection",
            git_configuration=CodepipelineTriggerGitConfiguration(
                source_action_name=SOURCE_ACTION, push=[push]
            ),
        )
    ]


def _run(
    name: str, project: str, reads: str, writes: str | None = None, *, run_order: int = 1
) -> CodepipelineStageAction:
    configuration: Mapping[str, str] = {"ProjectName": project}
    return CodepipelineStageAction(
        name=name,
        category="Build",
        owner="AWS",
        provider="CodeBuild",
        version="1",
        run_order=run_order,
        input_artifacts=[reads],
        output_artifacts=[writes] if writes else None,
        configuration=configuration,
    )
