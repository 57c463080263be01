"""`infra rollback` as a person runs it, between Terraform and a pipeline: its next plan is empty."""

from __future__ import annotations

import signal
import socket
from contextlib import closing
from typing import Any

import pytest

pytestmark = pytest.mark.emulator
STACK = "ohi-dev"
REPOSITORY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/ohi-web"
FIRST, SECOND = (f"{REPOSITORY}@sha256:{one * 64}" for one in "ab")


@pytest.fixture
def failed(web: Any) -> Any:
    """The stack after a pipeline deployed two images, of which the second is no good."""
    web.deploy(FIRST)
    web.deploy(SECOND)
    assert web.terraform.plan().empty
    return web


def test_the_image_before_is_returned_to_and_terraform_has_nothing_to_do(failed: Any) -> None:
    bad = failed.running
    shown = failed.rollback()
    assert (shown.returncode, shown.stderr) == (0, "")
    for words in ("running", "before", "ohi-web@aaaaaaaaaaaa…", "ohi-web@bbbbbbbbbbbb…"):
        assert words in shown.stdout
    assert failed.running == bad

    back = failed.rollback("web", "--yes")
    assert (back.returncode, back.stderr) == (0, "")
    assert f"web: to revision {bad - 1} ({FIRST}), deregistering {bad}" in back.stdout
    assert f"web runs revision {bad - 1}" in back.stdout
    assert (failed.running, failed.image) == (bad - 1, FIRST)
    assert failed.active[-1] == bad - 1
    assert failed.terraform.plan().empty

    # The next deployment starts from there, and is no trouble to Terraform either.
    failed.deploy(SECOND)
    assert failed.terraform.plan().empty


def test_a_dry_run_says_it_and_changes_nothing(failed: Any) -> None:
    before = (failed.running, failed.active, failed.image)
    calls = failed.project.emulator.log.read_text().count("\n")
    said = failed.rollback("web", "--dry-run")
    assert (said.returncode, said.stderr) == (0, "")
    assert f"web: to revision {failed.running - 1} ({FIRST}), deregistering {failed.running}" in said.stdout
    made = failed.project.emulator.log.read_text().splitlines()[calls:]
    asked = {line.split()[2] for line in made if line.split()[1] in ("ecs", "ssm")}
    assert asked
    assert all(call.startswith(("Describe", "List", "Get")) for call in asked), asked
    assert (failed.running, failed.active, failed.image) == before


def test_stopped_half_way_it_goes_on_when_it_is_run_again(failed: Any) -> None:
    bad, revisions = failed.running, failed.active
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        silent.settimeout(60)
        # The service is returned; then the parameter is asked for here, and no answer comes.
        here = f"http://127.0.0.1:{silent.getsockname()[1]}"
        words = ["rollback", STACK, "web", "--yes"]
        with failed.project.start(*words, AWS_ENDPOINT_URL_SSM=here) as process:
            asked, _ = silent.accept()
            with closing(asked):
                process.send_signal(signal.SIGINT)
                output, errors = process.communicate()
    assert (process.returncode, errors) == (130, "")
    assert "run the same command again" in output
    assert (failed.running, failed.active, failed.image) == (bad - 1, revisions, SECOND)

    again = failed.rollback("web", "--yes")
    assert (again.returncode, again.stderr) == (0, "")
    assert (failed.running, failed.image) == (bad - 1, FIRST)
    assert bad not in failed.active
    assert failed.terraform.plan().empty


def test_what_came_with_the_code_is_said_to_come_again(web: Any) -> None:
    web.deploy(FIRST)
    web.write(memory=1024)
    web.terraform.apply()
    bad = web.running
    back = web.rollback("web", "--yes")
    assert (back.returncode, back.stderr) == (0, "")
    assert "The image is the same: what differs came with the code." in back.stdout
    assert (web.running, web.image) == (bad - 1, FIRST)
    coming = {change.address.partition(".")[0]: change.action for change in web.terraform.plan().changes}
    assert coming == {"aws_ecs_task_definition": "replace", "aws_ecs_service": "update"}
    web.write(memory=512)
    assert web.terraform.plan().empty, "the commit taken back too"
