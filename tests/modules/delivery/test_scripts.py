"""The scripts of a pipeline, run in a real shell with the AWS CLI and the emulator."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from tests.modules.delivery.scripts import REGION, REGISTRY, as_json, interpose, push, run

Json = dict[str, Any]
COMMIT = "0f" * 20
DIGEST = f"sha256:{'a' * 64}"
IMAGE = {
    "repository": "shop-web",
    "url": f"{REGISTRY}/shop-web",
    "dockerfile": "deploy/Dockerfile",
    "directory": ".",
    "target": "runtime",
    "arguments": {"RELEASE": "a b"},
}
# Notes what it is told, and writes what BuildKit writes of an image.
_DOCKER = f"""[[ $1 != login ]] || cat >/dev/null
printf '%s\\n' "$*" >>docker.log
while [[ $# -gt 0 ]]; do
  [[ $1 != --metadata-file ]] || echo '{{"containerimage.digest": "{DIGEST}"}}' >"$2"
  shift
done"""


def definitions(directory: Path, digest: str = DIGEST) -> Any:
    (directory / "digests").mkdir()
    (directory / "digests/web.json").write_text(json.dumps({"containerimage.digest": digest, "other": 1}))
    services = {"web": {"static": "web", "web": "web"}, "worker": {"worker": "web"}}
    variables = {"IMAGES": as_json({"web": IMAGE}), "SERVICES": as_json(services)}
    return run("definitions", directory, variables)


def test_each_service_has_a_file_that_names_its_containers(tmp_path: Path) -> None:
    ran = definitions(tmp_path)
    assert ran.returncode == 0, ran.stderr
    image = f"{REGISTRY}/shop-web@{DIGEST}"
    written = {path.name: json.loads(path.read_text()) for path in (tmp_path / "release").iterdir()}
    assert written == {
        "images.json": {"web": image},
        "imagedefinitions-web.json": [
            {"name": "static", "imageUri": image},
            {"name": "web", "imageUri": image},
        ],
        "imagedefinitions-worker.json": [{"name": "worker", "imageUri": image}],
    }


@pytest.mark.parametrize("digest", ["", "sha256:abc", "latest"])
def test_what_is_no_digest_is_not_deployed(tmp_path: Path, digest: str) -> None:
    ran = definitions(tmp_path, digest)
    assert ran.returncode == 1
    assert f"The image web has no digest: got '{digest}'" in ran.stderr
    assert not list((tmp_path / "release").iterdir())


def build(directory: Path, emulator: Emulator, commit: str = COMMIT) -> Any:
    interpose(directory, "docker", _DOCKER)
    variables = {
        "CODEBUILD_RESOLVED_SOURCE_VERSION": commit,
        "IMAGES": as_json({"web": IMAGE}),
        "REGISTRY": REGISTRY,
        "CACHE": f"{REGISTRY}/shop-test-pipeline-cache",
        "PLATFORM": "linux/arm64",
        "BUILDKIT_IMAGE": "buildkit:1",
    }
    return run("build", directory, variables, emulator)


@pytest.mark.emulator
def test_an_image_is_built_once_a_commit(tmp_path: Path, emulator: Emulator) -> None:
    push(emulator, "shop-web", "earlier")
    ran = build(tmp_path, emulator)
    assert ran.returncode == 0, ran.stderr
    assert json.loads((tmp_path / "digests/web.json").read_text())["containerimage.digest"] == DIGEST
    login, _, built = (tmp_path / "docker.log").read_text().splitlines()
    assert login == f"login --username AWS --password-stdin {REGISTRY}"
    cache = f"type=registry,ref={REGISTRY}/shop-test-pipeline-cache:web"
    for said in (
        "--file deploy/Dockerfile",
        "--platform linux/arm64",
        "--provenance=false",
        f"--tag {REGISTRY}/shop-web:{COMMIT}",
        f"--cache-from {cache}",
        f"--cache-to {cache},mode=max,image-manifest=true,oci-mediatypes=true",
        "--build-arg=RELEASE=a b",
        "--target=runtime",
    ):
        assert said in built

    # Again, as a retry or another environment does: its tag is immutable, and the image is there.
    (tmp_path / "docker.log").unlink()
    pushed = push(emulator, "shop-web", COMMIT)
    ran = build(tmp_path, emulator)
    assert ran.returncode == 0, ran.stderr
    assert json.loads((tmp_path / "digests/web.json").read_text()) == {"containerimage.digest": pushed}
    assert "buildx build" not in (tmp_path / "docker.log").read_text()


@pytest.mark.emulator
def test_a_registry_that_refuses_is_no_reason_to_build(tmp_path: Path, emulator: Emulator) -> None:
    ran = build(tmp_path, emulator)  # There is no repository.
    assert ran.returncode == 1
    assert "RepositoryNotFoundException" in ran.stderr
    assert "buildx build" not in (tmp_path / "docker.log").read_text()


def test_a_source_without_a_commit_is_not_built(tmp_path: Path, emulator: Emulator) -> None:
    ran = build(tmp_path, emulator, commit="")
    assert ran.returncode == 1
    assert "The source has no commit" in ran.stderr


def record(directory: Path, emulator: Emulator, digest: str) -> Any:
    (directory / "images.json").write_text(json.dumps({"web": f"{REGISTRY}/shop-web@{digest}"}))
    images = {"web": {"repository": "shop-web", "parameter": "/shop-test/web/image"}}
    return run("record", directory, {"IMAGES": as_json(images), "ENVIRONMENT": "test"}, emulator)


@pytest.mark.emulator
def test_what_was_deployed_is_recorded_and_has_the_tag_of_the_environment(
    tmp_path: Path, emulator: Emulator
) -> None:
    parameters, ecr = emulator.client("ssm", REGION), emulator.client("ecr", REGION)
    parameters.put_parameter(Name="/shop-test/web/image", Value="shop-web:test", Type="String")
    first, second = push(emulator, "shop-web", "1" * 40, "test"), push(emulator, "shop-web", "2" * 40)
    assert first != second

    def tags() -> dict[str, list[str]]:
        found = ecr.describe_images(repositoryName="shop-web")["imageDetails"]
        return {one["imageDigest"]: sorted(one.get("imageTags", ())) for one in found}

    ran = record(tmp_path, emulator, second)
    assert ran.returncode == 0, ran.stderr
    value = parameters.get_parameter(Name="/shop-test/web/image")["Parameter"]["Value"]
    assert value == f"{REGISTRY}/shop-web@{second}"
    assert tags() == {first: ["1" * 40], second: ["2" * 40, "test"]}

    # The same once more, as a rollback may: nothing to move.
    ran = record(tmp_path, emulator, second)
    assert ran.returncode == 0, ran.stderr
    assert tags() == {first: ["1" * 40], second: ["2" * 40, "test"]}


class Migrated:
    """A service, and the migration of its next release; `ending` changes what ECS tells of the task."""

    def __init__(self, directory: Path, emulator: Emulator) -> None:
        self.directory, self.emulator, self.ecs = directory, emulator, emulator.client("ecs", REGION)
        ec2 = emulator.client("ec2", REGION)
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
        self.ecs.create_cluster(clusterName="shop-test")
        containers = [
            {
                "name": "web",
                "image": "shop-web:test",
                "memory": 128,
                "entryPoint": ["python", "manage.py", "serve"],
                "environment": [{"name": "HOST", "value": "a"}, {"name": "MODE", "value": "web"}],
                "dependsOn": [{"containerName": "pgbouncer", "condition": "HEALTHY"}],
                "secrets": [{"name": "KEY", "valueFrom": "/shop-test/key"}],
            },
            {"name": "pgbouncer", "image": "pgbouncer:1", "memory": 64, "essential": True},
        ]
        self.ecs.register_task_definition(
            family="shop-test-web-task",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            containerDefinitions=containers,
        )
        self.ecs.create_service(
            cluster="shop-test",
            serviceName="web",
            taskDefinition="shop-test-web-task",
            desiredCount=1,
            launchType="FARGATE",
            networkConfiguration={
                "awsvpcConfiguration": {"subnets": [subnet], "securityGroups": [group]},
            },
        )
        image = {"name": "web", "imageUri": f"shop-web@{DIGEST}"}
        (directory / "imagedefinitions-web.json").write_text(json.dumps([image]))

    def run(self, *, ending: str = ".", seconds: int = 60) -> Any:
        # The emulator runs no container: all end with 0.
        interpose(
            self.directory,
            "aws",
            f"""if [[ $2 == describe-tasks ]]; then "$REAL" "$@" | jq '{ending}'; else "$REAL" "$@"; fi""",
        )
        variables = {
            "CLUSTER": "shop-test",
            "SERVICE": "web",
            "CONTAINER": "web",
            "FAMILY": "shop-test-pipeline-migration",
            "COMMAND": as_json(["python", "manage.py", "migrate"]),
            "VARIABLES": as_json([{"name": "MODE", "value": "migration"}]),
            "DEFINITIONS": "imagedefinitions-web.json",
            "LOG_GROUP": "/ecs/shop-test/web",
            "SECONDS_ALLOWED": str(seconds),
            "SECONDS_BETWEEN": "0",
        }
        return run("migrate", self.directory, variables, self.emulator)

    @property
    def definitions(self) -> dict[str, list[str]]:
        """Task definitions by status."""
        found = {}
        for status in ("ACTIVE", "INACTIVE"):
            listed = self.ecs.list_task_definitions(status=status)["taskDefinitionArns"]
            found[status] = [arn.rpartition("/")[2] for arn in listed]
        return found

    def task(self, ran: Any) -> Json:
        """The task that a run of the script tells of."""
        (arn,) = re.findall(r"^The migration is (\S+)$", ran.stdout, re.MULTILINE)
        return dict(self.ecs.describe_tasks(cluster="shop-test", tasks=[arn])["tasks"][0])


@pytest.fixture
def migrated(tmp_path: Path, emulator: Emulator) -> Migrated:
    return Migrated(tmp_path, emulator)


@pytest.mark.emulator
def test_a_migration_is_the_service_s_task_with_the_new_image_and_its_own_command(migrated: Migrated) -> None:
    ran = migrated.run()
    assert ran.returncode == 0, ran.stderr
    assert "ended with exit code 0" in ran.stdout
    # It leaves no revision, and above all none in the service's family, which Terraform tracks.
    assert migrated.definitions == {
        "ACTIVE": ["shop-test-web-task:1"],
        "INACTIVE": ["shop-test-pipeline-migration:1"],
    }
    described = migrated.ecs.describe_task_definition(taskDefinition="shop-test-pipeline-migration:1")
    web, proxy = described["taskDefinition"]["containerDefinitions"]
    assert web["image"] == f"shop-web@{DIGEST}"
    assert web["command"] == ["python", "manage.py", "migrate"]
    assert not web["entryPoint"], "the command would be arguments of the service's program"
    assert web["environment"] == [{"name": "HOST", "value": "a"}, {"name": "MODE", "value": "migration"}]
    assert web["secrets"] == [{"name": "KEY", "valueFrom": "/shop-test/key"}]
    assert proxy["image"] == "pgbouncer:1"
    assert "command" not in proxy or not proxy["command"]
    assert migrated.task(ran)["launchType"] == "FARGATE"


@pytest.mark.emulator
@pytest.mark.parametrize(
    ("ending", "code", "why"),
    [
        (".containers[0].exitCode = 3", 3, "ended with exit code 3"),
        (
            'del(.containers[].exitCode) | .stopCode = "TaskFailedToStart" | .stoppedReason = "no image"',
            1,
            'The migration never ran: ["TaskFailedToStart","no image"]',
        ),
    ],
)
def test_a_migration_that_fails_stops_the_release(
    migrated: Migrated, ending: str, code: int, why: str
) -> None:
    ran = migrated.run(ending=ending)
    assert ran.returncode == code
    assert why in ran.stdout + ran.stderr
    assert migrated.definitions["ACTIVE"] == ["shop-test-web-task:1"]


@pytest.mark.emulator
def test_a_migration_without_an_end_is_stopped(migrated: Migrated) -> None:
    ran = migrated.run(seconds=0)
    assert ran.returncode == 1
    assert "did not end within 0 seconds and was stopped" in ran.stderr
    assert migrated.task(ran)["stoppedReason"] == "The pipeline's time was over"


@pytest.mark.emulator
def test_a_service_that_is_not_there_is_named(migrated: Migrated) -> None:
    migrated.ecs.update_service(cluster="shop-test", service="web", desiredCount=0)
    migrated.ecs.delete_service(cluster="shop-test", service="web")
    ran = migrated.run()
    assert ran.returncode == 1
    assert "The cluster shop-test has no service web" in ran.stderr
