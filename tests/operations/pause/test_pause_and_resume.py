"""`infra pause` and `infra resume` as a person runs them."""

from __future__ import annotations

import json
import signal
import socket
from contextlib import closing
from typing import Any

import pytest

import backend

pytestmark = pytest.mark.emulator
STACK, REGION = "ohi-dev", "eu-west-1"
PARAMETER = "aws_ssm_parameter.flag"


def test_a_stack_is_paused_and_resumed_and_each_can_be_repeated(deployed: Any) -> None:
    shown = deployed.infra("pause", "--dry-run")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "update aws_sqs_queue.work: delay_seconds" in shown.stdout
    assert "USD a month" in shown.stdout
    assert deployed.delay == 5

    paused = deployed.infra("pause", "--yes")
    assert (paused.returncode, paused.stderr) == (0, "")
    assert f"{STACK} is paused" in paused.stdout
    assert f"To go back: infra resume {STACK}" in paused.stdout
    assert deployed.delay == 0

    again = deployed.infra("pause", "--yes")
    assert (again.returncode, again.stderr) == (0, "")
    assert f"{STACK} is paused already; nothing to change." in again.stdout

    # A plan without the variable would be one of the resume.
    planned = deployed.infra("plan", "--skip-policy")
    assert planned.returncode == 0, planned.stderr
    assert f"{STACK} is paused, and so is its plan. To end it: infra resume {STACK}" in planned.stdout
    assert f"{STACK}: no changes." in planned.stdout

    resumed = deployed.infra("resume", "--yes")
    assert (resumed.returncode, resumed.stderr) == (0, "")
    assert f"{STACK} is running" in resumed.stdout
    assert deployed.delay == 5
    assert f"{STACK} is running already" in deployed.infra("resume", "--yes").stdout
    assert "paused" not in deployed.infra("plan", "--skip-policy").stdout


def test_a_resume_that_fails_says_where_and_goes_on_when_it_is_mended(deployed: Any) -> None:
    flag = {"name": "/flag", "type": "String", "value": "on", "count": "${var.infrastructure_paused ? 0 : 1}"}
    deployed.infra("pause", "--yes")
    deployed.write(**{f"resource.{PARAMETER}": flag})
    parameters = deployed.project.emulator.client("ssm", REGION)
    parameters.put_parameter(Name="/flag", Value="off", Type="String")
    failed = deployed.infra("resume", "--yes")
    assert failed.returncode == 2
    assert PARAMETER in failed.stderr
    assert f"{STACK}: is not wholly resumed" in failed.stderr
    assert f"go on from here: infra resume {STACK}" in failed.stderr

    parameters.delete_parameter(Name="/flag")
    resumed = deployed.infra("resume", "--yes")
    assert (resumed.returncode, resumed.stderr) == (0, "")
    assert deployed.delay == 5


def test_a_lock_that_somebody_holds_is_a_sentence_and_nothing_is_paused(deployed: Any) -> None:
    client = deployed.project.emulator.client("s3", REGION)
    info = {
        "ID": "1c4954c2-2eda-bd07-0a88-67f0d4bfa279",
        "Operation": "OperationTypeApply",
        "Who": "ada@laptop",
    }
    lock = json.dumps(info | {"Created": "2026-11-27T08:20:14Z", "Path": "", "Info": "", "Version": "1.11.4"})
    place = {"Bucket": backend.s3_states().of(STACK).bucket, "Key": f"{STACK}/terraform.tfstate.tflock"}
    client.put_object(**place, Body=lock.encode())
    refused = deployed.infra("pause", "--yes")
    assert refused.returncode == 2
    assert refused.stderr.startswith(
        f"state of {STACK}: got a lock that is held: apply of ada@laptop since 2026-11-27 08:20 UTC"
    )
    assert refused.stderr.rstrip().endswith(f"infra state unlock {STACK}")
    assert refused.stderr.count("\n") == 1
    client.delete_object(**place)
    assert deployed.delay == 5


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopped_half_way_it_goes_on_when_it_is_run_again(deployed: Any, sent: signal.Signals) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        silent.settimeout(60)
        here = f"http://127.0.0.1:{silent.getsockname()[1]}"
        words = ["pause", STACK, "--yes"]
        with deployed.project.start(*words, AWS_ENDPOINT_URL_SQS=here) as process:
            asked, _ = silent.accept()
            with closing(asked):
                process.send_signal(sent)
                output, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert f"to go on from here: infra pause {STACK}" in output
    # Terraform has saved its state, and released the lock.
    paused = deployed.infra("pause", "--yes")
    assert (paused.returncode, paused.stderr) == (0, "")
    assert deployed.delay == 0


def test_what_is_not_deployed_or_has_nothing_to_pause_is_refused(shop: Any) -> None:
    shop.project.write({"resource.aws_sns_topic.events": {"name": "events"}})
    without = shop.infra("pause", "--yes")
    assert without.returncode == 2
    assert f"{STACK}: got no variable infrastructure_paused" in without.stderr
    shop.write()
    new = shop.infra("pause", "--yes")
    assert new.returncode == 2
    assert f"{STACK}: got nothing that is deployed" in new.stderr
