"""What a pipeline ships: its stages, its trigger, its projects."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules.delivery.pipeline.settings import Approval, ImageBuild, Migration
from tests.modules.compute.conftest import Shipped

Json = dict[str, Any]
Shipping = Callable[..., Any]
MIGRATION = Migration(service="web", command=("python", "manage.py", "migrate"))
APPROVAL = Approval(emails=("lead@example.com",))


def stages(shipped: Any) -> dict[str, Json]:
    return {one["name"]: one for one in shipped.named("aws_codepipeline")["pipeline"]["stage"]}


def actions(shipped: Any, stage: str) -> dict[str, Json]:
    return {one["name"]: one for one in stages(shipped)[stage]["action"]}


def variables(shipped: Any, project: str) -> dict[str, str]:
    body = shipped.named("aws_codebuild_project")[f"pipeline/projects/{project}"]
    return {one["name"]: one["value"] for one in body["environment"]["environment_variable"]}


def test_whoever_approves_does_so_before_anything_of_the_environment_changes(shipped: Shipping) -> None:
    found = list(stages(shipped(approval=APPROVAL, migration=MIGRATION)))
    assert found == ["Source", "Build", "Approve", "Migrate", "Deploy"]


def test_without_approval_and_migration_a_build_is_deployed(shipped: Shipping) -> None:
    assert list(stages(shipped())) == ["Source", "Build", "Deploy"]


def test_web_and_worker_are_deployed_at_once_and_recorded_afterwards(shipped: Shipping) -> None:
    found = shipped()
    deployed = actions(found, "Deploy")
    assert {name: one["run_order"] for name, one in deployed.items()} == {
        "web": 1,
        "worker": 1,
        "record-images": 2,
    }
    for name in ("web", "worker"):
        assert deployed[name]["provider"] == "ECS"
        assert deployed[name]["configuration"]["FileName"] == f"imagedefinitions-{name}.json"
        assert deployed[name]["configuration"]["ServiceName"] == f"shop-test-{name}-service"
    assert stages(found)["Deploy"]["on_failure"] == {"result": "ROLLBACK"}


def test_a_push_to_the_branch_starts_it_once(shipped: Shipping) -> None:
    found = shipped(paths=("src/**",), ignored_paths=("**/*.md",))
    (source,) = actions(found, "Source").values()
    (trigger,) = found.named("aws_codepipeline")["pipeline"]["trigger"]
    assert source["configuration"]["DetectChanges"] == "false"
    assert source["configuration"]["FullRepositoryId"] == "example/shop"
    assert trigger["git_configuration"] == {
        "source_action_name": source["name"],
        "push": [
            {
                "branches": {"includes": [source["configuration"]["BranchName"]]},
                "file_paths": {"includes": ["src/**"], "excludes": ["**/*.md"]},
            }
        ],
    }


def test_only_a_person_starts_a_pipeline_without_a_start_on_push(shipped: Shipping) -> None:
    found = shipped(starts_on_push=False)
    assert "trigger" not in found.named("aws_codepipeline")["pipeline"]
    (source,) = actions(found, "Source").values()
    assert source["configuration"]["DetectChanges"] == "false"


def test_the_file_of_a_service_names_the_containers_whose_image_follows(shipped: Shipping) -> None:
    deployed = json.loads(variables(shipped(), "build")["SERVICES"])
    # PgBouncer's image is its own.
    assert deployed == {"web": {"web": "web"}, "worker": {"worker": "web"}}


def test_a_sidecar_of_the_same_image_follows_too(
    synthesize_module: Callable[..., Json], shop: Callable[..., Any]
) -> None:
    from modules.compute.service.container_settings import ContainerSettings
    from modules.compute.service.settings import ServiceSettings
    from modules.delivery import Pipeline, PipelineService, PipelineSettings

    def build(stack: Any, context: Any) -> None:
        built = shop(stack, context, "web")
        image = built.image("web")
        sidecars = {
            "static": ContainerSettings(image=image.reference, memory=64),
            "pgbouncer": ContainerSettings(image="pgbouncer:1", memory=64),
        }
        web = built.service(ServiceSettings(name="web", cpu=256, memory=512, sidecars=sidecars), image=image)
        Pipeline(
            stack,
            "pipeline",
            context=context,
            cluster=built.cluster,
            services=[PipelineService(service=web)],
            settings=PipelineSettings(repository="example/shop", branch="main", approval=None),
        )

    found = Shipped(synthesize_module(build))
    assert json.loads(variables(found, "build")["SERVICES"]) == {"web": {"static": "web", "web": "web"}}


def test_the_image_is_built_for_the_one_platform_of_its_services(shipped: Shipping) -> None:
    found = shipped(web={"architecture": "ARM64"}, worker={"architecture": "ARM64"})
    project = found.named("aws_codebuild_project")["pipeline/projects/build"]
    assert project["environment"]["type"] == "ARM_CONTAINER"
    assert variables(found, "build")["PLATFORM"] == "linux/arm64"


def test_only_the_build_of_images_is_privileged(shipped: Shipping) -> None:
    projects = shipped(migration=MIGRATION).named("aws_codebuild_project")
    privileged = {
        path.rpartition("/")[2]: one["environment"]["privileged_mode"] for path, one in projects.items()
    }
    assert privileged == {"build": True, "migrate": False, "record": False}


def test_builds_can_run_in_the_network(shipped: Shipping) -> None:
    from modules.delivery.pipeline.project import BuildNetwork

    def network(built: Any) -> Any:
        return BuildNetwork(network=built.network, security_group=built.security_groups.group("web"))

    found = shipped(network=network)
    placed = {
        path.rpartition("/")[2]
        for path, one in found.named("aws_codebuild_project").items()
        if one.get("vpc_config", {}).get("subnets")
    }
    assert placed == {"build"}
    allowed = found.allowed("pipeline/projects/build/policy")
    assert allowed["ec2:CreateNetworkInterfacePermission"] != ["*"]


def test_the_connection_waits_for_a_person_unless_there_is_one(
    shipped: Shipping, delivered: Callable[..., Any], synthesize_module: Callable[..., Json]
) -> None:
    existing = "arn:aws:codeconnections:eu-west-1:123456789012:connection/0a1b"
    notices = []
    for arn in (None, existing):

        def build(stack: Any, context: Any, arn: str | None = arn) -> None:
            notices.append(delivered(stack, context, connection_arn=arn).notice)

        synthesize_module(build)
    created, given = notices
    assert "PENDING until a person approves it" in created
    assert "PENDING" not in given
    assert "aws_codeconnections_connection" not in shipped(connection_arn=existing)._stack["resource"]


def test_artifacts_expire_and_have_a_key_of_their_own(shipped: Shipping) -> None:
    found = shipped(artifact_days=14)
    store = found.named("aws_codepipeline")["pipeline"]["artifact_store"][0]
    assert store["encryption_key"]["id"].startswith("${aws_kms_key.pipeline_key_")
    (rules,) = [
        one["rule"]
        for path, one in found.named("aws_s3_bucket_lifecycle_configuration").items()
        if path.startswith("pipeline/")
    ]
    assert [rule["expiration"][0]["days"] for rule in rules if "expiration" in rule] == [14]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"services": lambda _: []}, r"services: got none; allowed: one or more, each once"),
        ({"web": {"architecture": "ARM64"}}, r"services.architecture: got X86_64 and ARM64"),
        (
            {"migration": Migration(service="api", command=("migrate",))},
            r"settings.migration.service: got 'api'; allowed: web, worker",
        ),
    ],
)
def test_services_that_no_pipeline_deploys_together_are_refused(
    shipped: Shipping, changed: Json, why: str
) -> None:
    from modules.errors import ProblemsError

    with pytest.raises(ProblemsError, match=why):
        shipped(**changed)


def test_two_builds_of_one_image_are_refused(shipped: Shipping) -> None:
    from modules.delivery import PipelineService
    from modules.errors import ProblemsError

    def services(built: Any) -> list[Any]:
        other = ImageBuild(dockerfile="worker.Dockerfile")
        return [
            PipelineService(service=built["web"]),
            PipelineService(service=built["worker"], build=other),
        ]

    with pytest.raises(ProblemsError, match=r"services.worker.build: got other than that of web"):
        shipped(services=services)


def test_a_failed_action_is_told_with_its_reason(
    delivered: Callable[..., Any], synthesize_module: Callable[..., Json]
) -> None:
    from modules.monitoring import Monitoring, MonitoringSettings, TopicSettings

    def build(stack: Any, context: Any) -> None:
        pipeline = delivered(stack, context)
        topic = TopicSettings(emails=("team@example.com",))
        Monitoring(
            stack,
            "monitoring",
            context=context,
            watch=[pipeline],
            settings=MonitoringSettings(warning=topic),
        )

    found = Shipped(synthesize_module(build))
    (rule,) = found.named("aws_cloudwatch_event_rule").values()
    pattern = json.loads(rule["event_pattern"])
    name = found.named("aws_codepipeline")["pipeline"]["name"]
    assert pattern["detail"] == {"pipeline": [name], "state": ["FAILED"]}
    (target,) = found.named("aws_cloudwatch_event_target").values()
    transformer = target["input_transformer"]
    assert transformer["input_paths"]["message"] == "$.detail.execution-result.external-execution-summary"
