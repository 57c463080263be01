"""`infra plan` where it refuses: data that would be lost, mistakes, a stop in the middle."""

from __future__ import annotations

import json
import signal
import socket
from contextlib import closing
from typing import Any

import pytest

import backend
from backend.keys import lock_key, state_key

pytestmark = pytest.mark.emulator
STACK = "ohi-dev"
BUCKET, TABLE, TOPIC = "aws_s3_bucket.assets", "aws_dynamodb_table.orders", "aws_sns_topic.events"


def test_what_would_lose_data_is_shown_and_not_saved(deployed: Any) -> None:
    deployed.write(bucket="assets-two", table=False)
    earlier = (deployed.project.directory / "first.plan").read_bytes()
    lost = deployed.plan("--save", "first.plan")
    assert (lost.returncode, lost.stderr) == (1, "")
    assert "THIS LOSES DATA: 2" in lost.stdout
    assert f"{BUCKET} would be replaced: lost is the objects in it" in lost.stdout
    assert f"{TABLE} would be destroyed: lost is the items in it" in lost.stdout
    assert f"replace {BUCKET}: bucket" in lost.stdout
    assert f"infra plan {STACK} --accept {BUCKET} --accept {TABLE}" in lost.stdout
    assert "No plan was saved, for it is refused; first.plan is of an earlier run." in lost.stdout
    assert (deployed.project.directory / "first.plan").read_bytes() == earlier
    assert deployed.plans == ["first.plan"]
    assert deployed.buckets == {"assets-one"}


def test_a_plan_without_secrets_asks_aws_nothing_and_takes_no_lock(deployed: Any) -> None:
    contents = {"variable.read_secrets": {"type": "bool", "default": True}}
    deployed.write(topic="two", **contents)
    log = deployed.project.emulator.log
    before = len(log.read_text().splitlines())
    planned = deployed.plan("--without-secrets", "--json")
    assert (planned.returncode, planned.stderr.count("Traceback")) == (0, 0), planned.stderr
    found = json.loads(planned.stdout)
    assert found["without_secrets"]
    assert [(one["address"], one["action"]) for one in found["changes"]] == [(TOPIC, "replace")]
    assert "AWS was not asked and no secret was read" in planned.stderr
    called = {tuple(line.split()[1:3]) for line in log.read_text().splitlines()[before:]}
    assert ("sts", "GetCallerIdentity") in called
    # The state and its digest are read; nothing is written, and the stack's own resources are left alone.
    assert {service for service, _ in called} <= {"sts", "s3", "dynamodb"}
    assert not [call for _, call in called if call.startswith(("Put", "Delete"))], called

    deployed.write(bucket="assets-two", **contents)
    lost = deployed.plan("--without-secrets", "--markdown")
    assert lost.returncode == 1
    assert lost.stdout.startswith(f"### `{STACK}`: 1 to replace, **refused**\n")
    assert "THIS LOSES DATA: 1" in lost.stderr


def test_a_plan_that_nobody_could_apply_is_not_saved(deployed: Any) -> None:
    refused = deployed.plan("--without-secrets", "--save", "lost.plan", "--json", "--markdown")
    assert refused.returncode == 2
    assert "--save: got --save with --without-secrets; allowed: one of them" in refused.stderr
    assert "--markdown: got --json and --markdown; allowed: one of them" in refused.stderr
    assert deployed.plans == ["first.plan"]


def test_an_address_that_loses_nothing_is_not_accepted(deployed: Any) -> None:
    deployed.write(bucket="assets-two")
    wrong = deployed.plan("--save", "lost.plan", "--accept", "aws_s3_bucket")
    assert wrong.returncode == 2
    assert f"--accept: got 'aws_s3_bucket'; allowed: {BUCKET}; name the address" in wrong.stderr
    assert deployed.plans == ["first.plan"]


def test_only_an_output_that_changes_is_a_change(deployed: Any) -> None:
    deployed.write(**{"output.place": {"value": "second"}})
    changed = deployed.plan()
    assert changed.returncode == 0, changed.stderr
    assert "no changes" not in changed.stdout
    assert "outputs: place" in changed.stdout


def test_what_synthesis_warned_of_is_said(deployed: Any) -> None:
    deployed.write(warning="any AWS account is allowed")
    warned = deployed.plan()
    assert warned.returncode == 0, warned.stderr
    assert "! any AWS account is allowed\n" in warned.stdout


def test_what_is_protected_is_refused_by_its_address(deployed: Any) -> None:
    protected = {"bucket": "assets-two", "lifecycle": {"prevent_destroy": True}}
    deployed.write(**{f"resource.{BUCKET}": protected})
    refused = deployed.plan("--save", "lost.plan")
    assert refused.returncode == 2
    assert f"{BUCKET} has lifecycle.prevent_destroy set" in " ".join(refused.stderr.split())
    assert "Traceback" not in refused.stderr
    assert deployed.plans == ["first.plan"]


def test_what_is_invalid_is_said_whole_before_anything_is_planned(deployed: Any) -> None:
    deployed.write(**{f"resource.{TOPIC}": {"nmae": "one"}, f"resource.{BUCKET}": {"force_destroy": "x"}})
    refused = deployed.plan()
    assert refused.returncode == 2
    assert '"nmae"' in refused.stderr
    assert "force_destroy" in refused.stderr
    assert "Planning" not in refused.stdout


def test_a_synthesis_that_fails_speaks_for_itself(deployed: Any) -> None:
    (deployed.project.directory / "contents.json").write_text("no JSON")
    refused = deployed.plan()
    assert refused.returncode == 2
    assert refused.stderr.startswith("python main.py: ")


def test_a_place_that_cannot_hold_the_plan_is_refused_first(deployed: Any) -> None:
    refused = deployed.plan("--save", "nowhere/first.plan")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--save: got nowhere/first.plan; allowed: a file in a directory that exists" in refused.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_in_the_middle_nothing_stays_locked(deployed: Any, number: signal.Signals) -> None:
    def locked() -> bool:
        found = deployed.project.emulator.client("s3", "eu-west-1").list_objects_v2(Bucket=states.bucket)
        return lock_key(state_key(STACK)) in [one["Key"] for one in found.get("Contents", [])]

    states = backend.s3_states().of(STACK)
    deployed.write(topic="two")
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        silent.settimeout(60)
        # The provider asks for the topic here, and waits for an answer until it is stopped.
        here = f"http://127.0.0.1:{silent.getsockname()[1]}"
        words = ["plan", STACK, "--skip-policy", "--save", "stopped.plan"]
        with deployed.project.start(*words, AWS_ENDPOINT_URL_SNS=here) as process:
            asked, _ = silent.accept()
            with closing(asked):
                assert locked()
                process.send_signal(number)
                output, errors = process.communicate()
    assert (process.returncode, errors) == (130, "")
    assert "Stopped; nothing was changed, and no plan was saved." in output
    assert not locked()
    table = deployed.project.emulator.client("dynamodb", "eu-west-1").scan(TableName=states.dynamodb_table)
    assert [one["LockID"]["S"] for one in table["Items"] if "Info" in one] == []
    assert deployed.plans == ["first.plan"]
