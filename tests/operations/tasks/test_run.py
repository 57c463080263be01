"""`infra run`, against the emulator over HTTP."""

from __future__ import annotations

import json

import pytest
from typer.testing import Result

from modules.errors import ProblemsError
from operations.tasks import run as command
from tests.modules.delivery.scripts import push
from tests.operations.faults import LOST, RESET, THROTTLED, faulty
from tests.operations.small_stack import IMAGE, STACK, SmallStack, invoke

DIGEST = f"sha256:{'b' * 64}"


def run(*words: str, input: str | None = None) -> Result:
    return invoke(command, STACK, *words, input=input)


def refused(*words: str) -> list[str]:
    found = run(*words)
    assert isinstance(found.exception, ProblemsError), found.output
    return str(found.exception).splitlines()


def active(stack: SmallStack) -> list[str]:
    found = stack.ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]
    return sorted({arn.rpartition("/")[2].rpartition(":")[0] for arn in found})


def test_the_lines_of_the_own_container_and_its_exit_code(stack: SmallStack) -> None:
    lines = [f"line {number}" for number in range(6)]
    stack.order(
        "api",
        api={"looks": "3", "exit-code": "7", "logs": json.dumps(lines)},
        proxy={"logs": json.dumps(["of the proxy"]), "exit-code": "0"},
    )
    ran = run("api", "--", "python", "manage.py", "shell", "-c", "a b")
    assert ran.exit_code == 7
    assert ran.stdout.splitlines() == lines
    for words in ("python manage.py shell -c 'a b'", "under the entrypoint of the image", "RUNNING"):
        assert words in ran.stderr
    assert "api ended with exit code 7" in ran.stderr


def test_the_task_is_the_services_own_on_fargate_with_its_network_and_tags(stack: SmallStack) -> None:
    revision = stack.order("api", api={"looks": "1"})
    assert run("api", "--", "true").exit_code == 0
    (arn,) = stack.tasks("STOPPED")
    task = stack.described(arn)
    assert (task["taskDefinitionArn"], task["launchType"]) == (revision, "FARGATE")
    assert task["overrides"]["containerOverrides"] == [{"name": "api", "command": ["true"]}]
    details = {one["name"]: one["value"] for one in task["attachments"][0]["details"]}
    assert details["subnetId"] == stack.subnet
    assert {one["key"]: one["value"] for one in task["tags"]} == {"Service": "api"}
    assert task["enableExecuteCommand"]
    assert (task["startedBy"], task["group"]) == ("infra-run", f"family:{STACK}-api-task")


def test_an_entry_point_of_the_task_definition_does_not_swallow_the_command(stack: SmallStack) -> None:
    stack.order("worker", worker={"looks": "1"})
    families = active(stack)
    ran = run("worker", "--", "python", "manage.py", "check")
    assert ran.exit_code == 0
    assert "in a copy of" in ran.stderr
    (arn,) = stack.tasks("STOPPED")
    task = stack.described(arn)
    definition = stack.ecs.describe_task_definition(taskDefinition=task["taskDefinitionArn"])[
        "taskDefinition"
    ]
    (worker,) = definition["containerDefinitions"]
    assert worker["command"] == ["python", "manage.py", "check"]
    assert not worker.get("entryPoint")
    assert (definition["family"], definition["status"]) == (f"{STACK}-worker-run", "INACTIVE")
    assert active(stack) == families, "a revision of the service's family would be a deployment"


def test_another_image_is_named_by_digest(stack: SmallStack) -> None:
    ecr = stack.client("ecr")
    ecr.create_repository(repositoryName="ohi-dev-api")
    assert "an image that ECR has" in refused("api", "--image", DIGEST, "--", "true")[0]
    assert not stack.tasks()
    digest = push(stack.emulator, "ohi-dev-api", "new")
    stack.order("api", api={"looks": "1"})
    assert run("api", "--image", digest, "--", "true").exit_code == 0
    (arn,) = stack.tasks("STOPPED")
    images = {one["name"]: one["image"] for one in stack.described(arn)["containers"]}
    assert images == {"proxy": "proxy:1", "api": f"{IMAGE.partition('@')[0]}@{digest}"}


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("CannotPullContainerError: not found", "is the image in the repository"),
        (
            "ResourceInitializationError: unable to pull secrets or registry auth",
            "may the execution role read each secret",
        ),
    ],
)
def test_a_task_that_never_starts_is_a_failure_with_its_reason(
    stack: SmallStack, reason: str, advice: str
) -> None:
    stack.order("api", proxy={"failure": reason})
    ran = run("api", "--", "true")
    assert ran.exit_code == 125
    for words in ("api never ran", "TaskFailedToStart", reason, advice):
        assert words in ran.stderr


def test_without_capacity_nothing_ran_and_it_says_so(stack: SmallStack) -> None:
    stack.order("api", api={"capacity": "Capacity is unavailable at this time."})
    (said,) = refused("api", "--", "true")
    assert "ECS started no task: Capacity is unavailable at this time.; nothing ran" in said


def test_a_sidecar_that_ends_the_task_is_named(stack: SmallStack) -> None:
    stack.order("api", proxy={"looks": "1", "exit-code": "1"})
    ran = run("api", "--", "true")
    assert ran.exit_code == 143
    assert "proxy ended with exit code 1, which ended the task" in ran.stderr


def test_a_container_that_is_not_essential_ends_the_task_with_it(
    stack: SmallStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.operations import small_stack

    proxy, api = small_stack.CONTAINERS["api"]
    monkeypatch.setitem(small_stack.CONTAINERS, "api", [{**proxy, "essential": False}, api])
    stack.order("api", proxy={"looks": "1", "exit-code": "4"})
    ran = run("api", "--container", "proxy", "--", "true")
    assert ran.exit_code == 4
    assert not stack.tasks()
    assert "Stopping the task: proxy has ended" in ran.stderr


def test_a_task_that_runs_is_watched_anew(stack: SmallStack) -> None:
    revision = stack.register("api", api={"looks": "4", "exit-code": "5", "logs": '["one", "two"]'})
    task = stack.start("api", taskDefinition=revision, group="family:other")
    ran = run("api", "--attach", task.rpartition("/")[2])
    assert (ran.exit_code, ran.stdout.splitlines()) == (5, ["one", "two"])


def test_throttling_and_resets_neither_end_it_nor_start_a_second_task(
    stack: SmallStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.order("api", api={"looks": "2", "exit-code": "6", "logs": '["one", "two"]'})
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    with faulty(stack.emulator.port) as faults:
        monkeypatch.setenv("AWS_ENDPOINT_URL", faults.url)
        faults.of["RunTask"] = [LOST]
        faults.of["DescribeTasks"] = [THROTTLED, THROTTLED, RESET, RESET]
        faults.of["GetLogEvents"] = [RESET, THROTTLED]
        ran = run("api", "--", "true")
    assert (ran.exit_code, ran.stdout.splitlines()) == (6, ["one", "two"])
    assert "AWS does not answer at the moment" in ran.stderr
    assert len(stack.tasks("STOPPED")) == 1
    assert not any(faults.of.values())


def test_a_dry_run_starts_nothing(stack: SmallStack) -> None:
    ran = run("worker", "--dry-run", "--", "true")
    assert ran.exit_code == 0
    assert "in a copy of ohi-dev-worker-task:1 on Fargate: true" in ran.stderr
    assert not stack.tasks()
    assert "ohi-dev-worker-run" not in active(stack)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["apy", "--", "true"], "ohi-dev service: got 'apy'; allowed: api, worker; name one of these"),
        (
            ["api", "--container", "web", "--", "true"],
            "container of api: got 'web'; allowed: proxy, api; name one of these",
        ),
        (["api"], "the command: got no command; allowed: a program and its arguments; write them after --"),
        (["api", "--attach", "0", "--", "true"], "--attach: got a command or an image too"),
        (["api", "--image", "latest", "--", "true"], "--image: got 'latest'; allowed: sha256:"),
        (["api", "--", "x" * 9000], "allowed: at most 8192; put a script into the image"),
        (["api", "--attach", "0" * 32], f"task {'0' * 32}: got no such task"),
    ],
)
def test_bad_input_is_refused_and_starts_nothing(stack: SmallStack, words: list[str], said: str) -> None:
    assert said in refused(*words)[0]
    assert not stack.tasks()


def test_a_stack_that_was_never_applied_is_a_sentence(stack: SmallStack) -> None:
    stack.emulator.reset()
    (said,) = refused("api", "--", "true")
    assert said == (
        "ohi-dev: got no service api in cluster ohi-dev in eu-west-1; allowed: a stack that was applied; "
        "apply it first (infra plan ohi-dev), or check the account and the region"
    )


def test_a_task_to_attach_to_is_asked_for_once(stack: SmallStack) -> None:
    before = stack.calls().count("ecs DescribeTasks")
    refused("api", "--attach", "0" * 32)
    assert stack.calls().count("ecs DescribeTasks") == before + 1
    assert refused("api", "--attach", " ")[0].startswith("--attach: got ' '; allowed: a task's ARN")
