"""Rolling services back, on the emulator."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
import typer
from typer.testing import CliRunner, Result

from aws_emulator import Emulator
from modules.errors import ProblemsError
from operations import synthesized
from operations.rollback import rollback as command
from operations.rollback.services import DeployedService, Revision
from operations.synthesized import SynthesizedStack

pytestmark = pytest.mark.emulator
STACK, SERVICE, FAMILY = "ohi-dev", "ohi-dev-api-service", "ohi-dev-api-task"
PARAMETER = "/ohi-dev/api/image"
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


def document(stack: str) -> SynthesizedStack:
    """What synthesis would give: the services api and web, each with an image of its own."""
    kinds: dict[str, Any] = {"aws_ecs_cluster": {"cluster": {"name": stack}}}
    for name in ("api", "web"):
        containers = [
            {"name": "sidecar", "image": "other"},
            {"name": name, "image": f"${{aws_ssm_parameter.{name}.insecure_value}}"},
        ]
        task = {"family": f"{stack}-{name}-task", "container_definitions": json.dumps(containers)}
        service = {
            "cluster": "${aws_ecs_cluster.cluster.arn}",
            "name": f"{stack}-{name}-service",
            "tags": {"Service": name},
            "task_definition": f"${{aws_ecs_task_definition.{name}.arn}}",
        }
        kinds.setdefault("aws_ecs_task_definition", {})[name] = task
        kinds.setdefault("aws_ecs_service", {})[name] = service
        kinds.setdefault("aws_ssm_parameter", {})[name] = {"name": f"/{stack}/{name}/image"}
    provider = {"aws": [{"region": "eu-west-1"}]}
    return SynthesizedStack(name=stack, document={"provider": provider, "resource": kinds})


@pytest.fixture(autouse=True)
def ecs(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in emulator.environment("eu-west-1").items():
        monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(synthesized, "synthesized", document)
    client = boto3.client("ecs")
    client.create_cluster(clusterName=STACK)
    return client


def register(ecs: Any, *images: str) -> None:
    for image in images:
        containers = [
            {"name": name, "image": tag, "memory": 64} for name, tag in (("sidecar", "other"), ("api", image))
        ]
        ecs.register_task_definition(family=FAMILY, containerDefinitions=containers)


@pytest.fixture
def service(ecs: Any) -> None:
    """Revisions 1 to 3, of which 3 runs and the parameter tells its image."""
    register(ecs, "api@1", "api@2", "api@3")
    ecs.create_service(cluster=STACK, serviceName=SERVICE, taskDefinition=f"{FAMILY}:3", desiredCount=1)
    running(ecs)
    boto3.client("ssm").put_parameter(Name=PARAMETER, Value="api@3", Type="String")


def run(*words: str) -> Result:
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, [*words, "--poll", "0"])


def running(ecs: Any) -> str:
    found = ecs.describe_services(cluster=STACK, services=[SERVICE])["services"][0]["taskDefinition"]
    return str(found).rpartition("/")[2]


def active(ecs: Any) -> list[str]:
    found = ecs.list_task_definitions(familyPrefix=FAMILY, status="ACTIVE")["taskDefinitionArns"]
    return sorted(arn.rpartition(":")[2] for arn in found)


def image() -> str:
    return str(boto3.client("ssm").get_parameter(Name=PARAMETER)["Parameter"]["Value"])


@pytest.mark.usefixtures("service")
def test_without_a_service_it_only_shows(ecs: Any) -> None:
    result = run(STACK)
    assert result.exit_code == 0
    for words in ("api@3", "api@2", "running"):
        assert words in result.output
    assert (running(ecs), active(ecs)) == (f"{FAMILY}:3", ["1", "2", "3"])


@pytest.mark.usefixtures("service")
def test_a_service_goes_back_to_the_revision_before(ecs: Any) -> None:
    result = run(STACK, "api", "--yes")
    assert result.exit_code == 0, result.exception
    assert (running(ecs), active(ecs), image()) == (f"{FAMILY}:2", ["1", "2"], "api@2")


@pytest.mark.usefixtures("service")
def test_a_dry_run_says_it_and_does_nothing(ecs: Any) -> None:
    result = run(STACK, "api", "--dry-run")
    assert "api: to revision 2 (api@2), deregistering 3" in result.output
    assert (running(ecs), active(ecs), image()) == (f"{FAMILY}:3", ["1", "2", "3"], "api@3")


@pytest.mark.usefixtures("service")
def test_what_the_circuit_breaker_rolled_back_is_only_deregistered(ecs: Any) -> None:
    register(ecs, "api@4")
    assert "rolled back by ECS" in run(STACK).output
    assert run(STACK, "api", "--yes").exit_code == 0
    assert (running(ecs), active(ecs), image()) == (f"{FAMILY}:3", ["1", "2", "3"], "api@3")


@pytest.mark.usefixtures("service")
def test_it_goes_back_to_the_last_revision_that_was_deployed_well(ecs: Any, emulator: Emulator) -> None:
    ecs.update_service(
        cluster=STACK, service=SERVICE, taskDefinition=f"{FAMILY}:1", deploymentConfiguration=BREAKER
    )
    running(ecs)
    emulator.order_deployments({"match": "api@2", "exit_code": 1})
    for number in (2, 3):
        ecs.update_service(cluster=STACK, service=SERVICE, taskDefinition=f"{FAMILY}:{number}")
        running(ecs)
    assert run(STACK, "api", "--yes").exit_code == 0
    assert (running(ecs), active(ecs), image()) == (f"{FAMILY}:1", ["1"], "api@1")


@pytest.mark.usefixtures("service")
def test_services_go_back_side_by_side(ecs: Any, emulator: Emulator) -> None:
    for number in (1, 2):
        containers = [{"name": "web", "image": f"web@{number}", "memory": 64}]
        ecs.register_task_definition(family="ohi-dev-web-task", containerDefinitions=containers)
    for number in (1, 2):
        made = {"cluster": STACK, "taskDefinition": f"ohi-dev-web-task:{number}"}
        if number == 1:
            ecs.create_service(serviceName="ohi-dev-web-service", desiredCount=1, **made)
        else:
            ecs.update_service(service="ohi-dev-web-service", deploymentConfiguration=BREAKER, **made)
        ecs.describe_services(cluster=STACK, services=["ohi-dev-web-service"])
    emulator.order_deployments({"match": "web@1", "exit_code": 1})
    result = run(STACK, "web", "api", "--yes")
    assert str(result.exception).startswith("ohi-dev web: ROLLBACK_SUCCESSFUL: ")
    assert running(ecs) == f"{FAMILY}:2", "the other one went back"


@pytest.mark.usefixtures("service")
def test_nobody_to_ask_is_refused(ecs: Any) -> None:
    result = run(STACK, "api")
    assert "run it with --yes" in str(result.exception)
    assert (running(ecs), active(ecs)) == (f"{FAMILY}:3", ["1", "2", "3"])


@pytest.mark.usefixtures("service")
def test_a_rollout_that_fails_leaves_every_revision(ecs: Any, emulator: Emulator) -> None:
    ecs.update_service(cluster=STACK, service=SERVICE, deploymentConfiguration=BREAKER)
    emulator.order_deployments({"match": "api@2", "exit_code": 1})
    result = run(STACK, "api", "--yes")
    assert "tasks failed to start.; nothing was deregistered" in str(result.exception)
    assert (active(ecs), image()) == (["1", "2", "3"], "api@3")


@pytest.mark.usefixtures("service")
def test_services_are_refused_by_name_all_at_once(ecs: Any) -> None:
    for number in (1, 2):
        ecs.deregister_task_definition(taskDefinition=f"{FAMILY}:{number}")
    result = run(STACK, "api", "apy", "--yes")
    assert isinstance(result.exception, ProblemsError)
    assert str(result.exception).splitlines() == [
        "ohi-dev api: has no earlier active revision to go back to; deploy a good image instead",
        "ohi-dev service: got 'apy'; allowed: api; name one of these",
    ]


@pytest.mark.parametrize(
    ("stack", "message"),
    [
        ("ohi", "stack: got 'ohi'; allowed: ohi-dev"),
        ("ohi-prod", "got no service in cluster ohi-prod in eu-west-1"),
    ],
)
def test_a_stack_that_is_unknown_or_not_deployed_is_refused(stack: str, message: str) -> None:
    result = run(stack)
    assert isinstance(result.exception, ProblemsError)
    assert message in str(result.exception)


def revision(number: int) -> Revision:
    return Revision(arn=f"arn:{number}", number=number, image=f"api@{number}")


def deployed(at: int, *others: int, **rollouts: str) -> DeployedService:
    states = {f"arn:{name[1:]}": state for name, state in rollouts.items()}
    found = tuple(revision(number) for number in others)
    return DeployedService(
        service="api",
        name="api",
        cluster=STACK,
        parameter=PARAMETER,
        running=revision(at),
        others=found,
        rollouts=states,
    )


@pytest.mark.parametrize(
    ("one", "target", "superseded"),
    [
        (deployed(3, 2, 1, r3="COMPLETED"), 2, [3]),
        (deployed(3, 2, 1, r3="IN_PROGRESS", r2="COMPLETED"), 2, [3]),
        (deployed(3, 4, 2, r3="IN_PROGRESS", r4="FAILED"), 3, [4]),  # rolled back a moment ago
        (deployed(3, 5, 4, 2, r3="COMPLETED"), 3, [5, 4]),
        (deployed(3, r3="FAILED"), None, []),
    ],
)
def test_the_target_and_what_it_supersedes(
    one: DeployedService, target: int | None, superseded: list[int]
) -> None:
    assert (one.target.number if one.target else None) == target
    assert [each.number for each in (one.after(one.target) if one.target else ())] == superseded
