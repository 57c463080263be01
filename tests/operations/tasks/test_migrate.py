"""`infra migrate`, against the emulator over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from typer.testing import Result

from modules.compute.service.migration import ServiceMigration
from modules.errors import ProblemsError
from operations.synthesized import SynthesizedStack, migrations
from operations.tasks import migrate as command
from operations.tasks import start, watch
from tests.operations.small_stack import MIGRATING, MIGRATION, STACK, SmallStack, invoke


def migrate(*words: str) -> Result:
    return invoke(command, STACK, *words)


def refused(*words: str) -> str:
    found = migrate(*words)
    assert isinstance(found.exception, ProblemsError), found.output
    return str(found.exception)


def test_the_command_of_the_settings_runs_in_a_copy_of_the_services_task(stack: SmallStack) -> None:
    stack.order("worker", worker={"looks": "2", "logs": '["Applying 0001... OK"]'})
    ran = migrate("--yes")
    assert (ran.exit_code, ran.stdout) == (0, "Applying 0001... OK\n")
    (task,) = stack.tasks("STOPPED")
    arn = stack.described(task)["taskDefinitionArn"]
    definition = stack.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    (worker,) = definition["containerDefinitions"]
    assert worker["command"] == list(MIGRATION)
    assert not worker.get("entryPoint"), "the worker's own program would take the command for arguments"
    assert worker["environment"] == [{"name": "MODE", "value": "migration"}]
    assert (definition["family"], definition["status"]) == (MIGRATING, "INACTIVE")


def test_its_exit_code_is_that_of_the_migration(stack: SmallStack) -> None:
    stack.order("worker", worker={"looks": "1", "exit-code": "3"})
    assert migrate("worker", "--yes").exit_code == 3


def left(stack: SmallStack) -> str:
    """Register a copy that no task runs, as a migration that was killed leaves it."""
    revision = stack.ecs.describe_task_definition(taskDefinition=f"{STACK}-worker-task")["taskDefinition"]
    registered = stack.ecs.register_task_definition(
        family=MIGRATING,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=revision["containerDefinitions"],
    )
    return str(registered["taskDefinition"]["taskDefinitionArn"])


def test_a_second_migration_is_refused_while_one_runs(stack: SmallStack) -> None:
    task = stack.start("worker", taskDefinition=left(stack), group="family:other").rpartition("/")[2]
    assert refused("--yes") == (
        f"ohi-dev migration: got one that runs: task {task}; allowed: one migration at a time; "
        f"wait for its end: infra run ohi-dev worker --attach {task}"
    )
    assert len(stack.tasks()) == 1


@pytest.mark.parametrize(("minutes", "active"), [(0, []), (10, [1])])
def test_an_old_copy_that_was_left_is_deregistered(
    stack: SmallStack, monkeypatch: pytest.MonkeyPatch, minutes: int, active: list[int]
) -> None:
    left(stack)
    stack.order("worker", worker={"looks": "1", "exit-code": "0"})
    monkeypatch.setattr(start, "LEFT_AFTER", timedelta(minutes=minutes))
    assert migrate("--yes").exit_code == 0
    found = stack.ecs.list_task_definitions(familyPrefix=MIGRATING, status="ACTIVE")["taskDefinitionArns"]
    assert [int(arn.rpartition(":")[2]) for arn in found] == active


def test_a_migration_waits_for_no_lock_that_somebody_holds(stack: SmallStack) -> None:
    from operations.stack_lock import stack_lock

    with stack_lock(STACK, "apply"):
        said = refused("--yes")
    assert "lock of ohi-dev: got held: apply of" in said
    assert said.endswith("or release it if it was killed: infra state unlock ohi-dev")
    assert not stack.tasks()


def test_the_lock_is_free_again_while_it_runs(stack: SmallStack, monkeypatch: pytest.MonkeyPatch) -> None:
    import backend
    from backend.states import StateStore

    stack.order("worker", worker={"looks": "1"})
    held: list[int] = []
    earlier = watch.Watch.to_the_end

    def looked(one: Any) -> int:
        held.append(len(StateStore(backend.s3_states().of(STACK)).locks(STACK)))
        return earlier(one)

    monkeypatch.setattr(watch.Watch, "to_the_end", looked)
    assert migrate("--yes").exit_code == 0
    assert held == [0]


def test_one_whose_time_is_over_is_stopped(stack: SmallStack) -> None:
    project = stack.resources["aws_codebuild_project"]["migrate"]
    for one in project["environment"]["environment_variable"]:
        if one["name"] == "SECONDS_ALLOWED":
            one["value"] = "0"
    assert (found := migrations(_document(stack))["worker"]).seconds == 0
    assert found.command == MIGRATION
    _rewrite(stack)
    ran = migrate("--yes")
    assert ran.exit_code == 124
    assert "Stopping the task: its time of 0 seconds was over" in ran.stderr
    assert not stack.tasks()


def test_nobody_to_ask_is_refused_and_a_dry_run_starts_nothing(stack: SmallStack) -> None:
    assert "run it with --yes" in refused()
    ran = migrate("--dry-run")
    assert ran.exit_code == 0
    assert "in a copy of ohi-dev-worker-task:1 on Fargate: python manage.py migrate" in ran.stderr
    assert not stack.tasks()
    assert not stack.ecs.list_task_definitions(familyPrefix=MIGRATING)["taskDefinitionArns"]


def test_a_stack_or_service_without_a_migration_is_refused(stack: SmallStack) -> None:
    assert refused("api", "--yes") == (
        "ohi-dev migration: got 'api'; allowed: worker; name the service whose migration it is"
    )
    stack.resources["aws_codebuild_project"] = {}
    _rewrite(stack)
    assert "got no migration in the settings; allowed: one in `migration=` of ServiceSettings" in refused()


def test_a_service_without_a_pipeline_has_a_migration_of_its_own(
    stack: SmallStack,
) -> None:
    """The setting of a service, as synthesis writes it; no pipeline's project is there."""
    own = ServiceMigration(command=("alembic", "upgrade", "head"), environment={"MODE": "own"}, minutes=5)
    stack.resources["aws_codebuild_project"] = {}
    stack.locals["migrations"] = {"worker": own.described()}
    _rewrite(stack)
    stack.order("worker", worker={"looks": "1", "exit-code": "0", "logs": '["head"]'})
    ran = migrate("--yes")
    assert (ran.exit_code, ran.stdout) == (0, "head\n"), ran.stderr
    (task,) = stack.tasks("STOPPED")
    arn = stack.described(task)["taskDefinitionArn"]
    definition = stack.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    (worker,) = definition["containerDefinitions"]
    assert worker["command"] == ["alembic", "upgrade", "head"]
    assert worker["environment"] == [{"name": "MODE", "value": "own"}]
    assert definition["family"] == f"{STACK}-worker-migration"


def test_a_pipelines_migration_comes_before_the_services_own(stack: SmallStack) -> None:
    stack.locals["migrations"] = {"worker": ServiceMigration(command=("other",)).described()}
    assert migrations(_document(stack))["worker"].command == MIGRATION


def test_bookings_migration_is_that_of_its_settings(stacks: dict[str, Any]) -> None:
    from stacks.booking.settings import PROD

    assert PROD.pipeline is not None
    assert (setting := PROD.pipeline.migration) is not None
    document = SynthesizedStack(name="booking-prod", document=stacks["booking-prod"])
    (found,) = migrations(document).values()
    assert (found.service.service, found.command) == (setting.service, setting.command)
    assert found.seconds == setting.minutes * 60


def _document(stack: SmallStack) -> SynthesizedStack:
    return SynthesizedStack(name=STACK, document={"resource": stack.resources, "locals": stack.locals})


def _rewrite(stack: SmallStack) -> None:
    from stacks.output import output_directory

    stack.write(output_directory())
