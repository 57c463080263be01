"""`infra drift` with Terraform on the emulator: a small stack whose queue was adopted, changed by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import backend
from tests.operations.faults import RESET, THROTTLED, faulty

pytestmark = pytest.mark.emulator
STACK, OTHER, REGION = "ohi-dev", "ohi-prod", "eu-west-1"
QUEUE = {
    "name": "shop",
    "delay_seconds": 0,
    "visibility_timeout_seconds": 30,
    "lifecycle": {"ignore_changes": ["visibility_timeout_seconds"]},
}
CONTENTS = {
    "resource.aws_sqs_queue.shop": QUEUE,
    "resource.aws_ssm_parameter.kept": {"name": "/shop/kept", "type": "SecureString", "value": "first"},
    "resource.aws_ssm_parameter.gone": {"name": "/shop/gone", "type": "String", "value": "first"},
    "output.Queue": {"value": "${aws_sqs_queue.shop.name}"},
}


@pytest.fixture(scope="module")
def deployed(new_project: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    project = new_project(tmp_path_factory.mktemp("drift"))
    project.write(CONTENTS)
    # The queue is there before: docs/runbooks/adopt-existing.md.
    queue = project.emulator.client("sqs", REGION).create_queue(QueueName="shop")["QueueUrl"]
    project.stack.mkdir(parents=True)
    blocks = project.stack / "adopt.tf"
    blocks.write_text(f'import {{\n  to = aws_sqs_queue.shop\n  id = "{queue}"\n}}\n')
    planned = project.infra("plan", STACK, "--skip-policy", "--save", "first.plan")
    assert planned.returncode == 0, planned.stderr
    applied = project.shell(f"terraform -chdir={project.stack} apply {project.directory}/first.plan")
    assert applied.returncode == 0, applied.stderr
    assert "1 imported, 2 added, 1 changed, 0 destroyed" in applied.stdout
    blocks.unlink()
    return project


def test_throttling_and_resets_are_no_drift_and_a_kill_leaves_no_lock(deployed: Any) -> None:
    with faulty(deployed.emulator.port) as faults:
        theirs = {"AWS_ENDPOINT_URL": faults.url}
        with deployed.start("drift", STACK, **theirs) as process:
            faults.stop_at("GetQueueAttributes", process, after=True)
            process.communicate(timeout=120)
        assert process.returncode == -9
        faults.of["GetQueueAttributes"] = [THROTTLED, RESET]
        found = deployed.infra("drift", STACK, "--json", **theirs)
    assert found.returncode == 0, found.stderr
    assert not faults.of["GetQueueAttributes"]
    (stack,) = json.loads(found.stdout)["stacks"]
    assert (stack["drift"], stack["locked_by"], stack["error"]) == ([], [], None)


def test_what_is_changed_by_hand_is_drift_and_exits_as_terraform_does(deployed: Any) -> None:
    sqs, ssm = (deployed.emulator.client(service, REGION) for service in ("sqs", "ssm"))
    queue = sqs.get_queue_url(QueueName="shop")["QueueUrl"]
    # What `ignore_changes` names is none.
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "60"})
    clean = deployed.infra("drift", STACK)
    assert (clean.returncode, clean.stderr) == (0, "")
    assert f"{STACK}: no drift." in clean.stdout

    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"DelaySeconds": "9"})
    ssm.put_parameter(Name="/shop/kept", Value="of nobody else", Type="SecureString", Overwrite=True)
    ssm.delete_parameter(Name="/shop/gone")
    held = json.dumps(
        {"ID": "1", "Operation": "OperationTypeApply", "Who": "ada", "Created": "2026-11-26T00:00+00:00"}
    )
    settings = backend.s3_states().of(STACK)
    lock = {"Bucket": settings.bucket, "Key": f"{backend.state_key(STACK)}.tflock"}
    s3 = deployed.emulator.client("s3", settings.region)
    s3.put_object(**lock, Body=held.encode())
    # An apply that runs holds the lock: nobody waits, and whoever reads is told.
    found = deployed.infra("drift", STACK, "--json")
    s3.delete_object(**lock)
    assert found.returncode == 2, found.stderr
    (stack,) = json.loads(found.stdout)["stacks"]
    by_place = {(one["address"], one["attribute"]): (one["was"], one["now"]) for one in stack["drift"]}
    assert by_place["aws_sqs_queue.shop", "delay_seconds"] == (0, 9)
    assert by_place["aws_ssm_parameter.kept", "value"] == ("(sensitive)", "(sensitive)")
    assert by_place["aws_ssm_parameter.gone", None] == ("there", "deleted")
    assert {address for address, _ in by_place} == {
        "aws_sqs_queue.shop",
        "aws_ssm_parameter.kept",
        "aws_ssm_parameter.gone",
    }
    assert "of nobody else" not in found.stdout + found.stderr
    assert stack["locked_by"] == ["apply of ada since 2026-11-26 00:00"]
    assert stack["error"] is None


def test_a_stack_that_cannot_be_compared_stops_no_other(deployed: Any) -> None:
    # This project synthesizes one stack alone: the other is unknown to it.
    found = deployed.infra("drift", OTHER, STACK, "--json")
    assert found.returncode == 1
    failed, compared = json.loads(found.stdout)["stacks"]
    assert (failed["stack"], compared["stack"]) == (OTHER, STACK)
    assert OTHER in failed["error"]
    assert compared["error"] is None
    assert compared["deployed"]
    assert "Traceback" not in found.stdout + found.stderr


@pytest.mark.parametrize(
    ("words", "got"),
    [([], "got no stack"), ([STACK, "--all"], "got names and --all"), (["one", "two"], "got 'one'")],
)
def test_bad_words_exit_with_1_since_2_is_drift(deployed: Any, words: list[str], got: str) -> None:
    refused = deployed.infra("drift", *words, "--json")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"stack: {got}")
    assert all(repr(word) in refused.stderr for word in words if word in {"one", "two"})
