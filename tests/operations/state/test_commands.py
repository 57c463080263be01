"""The subcommands of `infra state`, on an emulated AWS in this process."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from backend.keys import lock_item, lock_key, state_key
from backend.s3_settings import S3Settings
from modules.errors import ProblemsError
from operations.state import app

pytestmark = pytest.mark.emulator
KEY = state_key("ohi-dev")


@pytest.fixture(autouse=True)
def output(mocked_aws: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    del mocked_aws
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path / "cdktf.out"))


def run(*words: str, answer: str = "") -> Result:
    return CliRunner().invoke(app, words, input=answer, env={"COLUMNS": "160"})


def lock(minutes: int) -> str:
    created = datetime.now(UTC) - timedelta(minutes=minutes)
    who = {"ID": "abc", "Operation": "OperationTypeApply", "Who": "ada@desk", "Version": "1.11.4"}
    return json.dumps({**who, "Info": "", "Path": KEY, "Created": created.isoformat()})


def hold(settings: S3Settings, s3: Any, table: Any, minutes: int = 130) -> None:
    s3.put_object(Bucket=settings.bucket, Key=lock_key(KEY), Body=lock(minutes))
    table.put_item(Item={"LockID": lock_item(settings.bucket, KEY), "Info": lock(minutes)})


def test_list_shows_every_stack_and_who_holds_it(settings: S3Settings, s3: Any, table: Any) -> None:
    state = {"version": 4, "serial": 7, "lineage": "l", "resources": []}
    s3.put_object(Bucket=settings.bucket, Key=KEY, Body=json.dumps(state))
    s3.put_object(Bucket=settings.bucket, Key=state_key("forgotten"), Body=json.dumps(state))
    hold(settings, s3, table)
    lines = {line.split()[0]: line for line in run("list").output.splitlines()}
    assert lines["ohi-dev"].split()[1:3] == ["7", "0"]
    assert "ada@desk, for" in lines["ohi-dev"]
    assert "none" in lines["ohi-prod"]
    assert "forgotten" in lines, "a state of no known stack"


def test_show_names_the_versions(settings: S3Settings, s3: Any) -> None:
    versions = [s3.put_object(Bucket=settings.bucket, Key=KEY, Body=text)["VersionId"] for text in "ab"]
    shown = run("show", "ohi-dev").output.splitlines()
    assert [line.split()[0] for line in shown[1:]] == list(reversed(versions))
    assert "current" in shown[1]


def test_unlock_says_who_holds_it_and_releases_both(settings: S3Settings, s3: Any, table: Any) -> None:
    hold(settings, s3, table, minutes=3)
    result = run("unlock", "ohi-dev", "--yes")
    assert "S3: held for 3 minutes by ada@desk, of apply (abc)" in result.output
    assert "DynamoDB: held for 3 minutes by ada@desk, of apply" in result.output
    assert "ohi-dev is unlocked." in result.output
    assert "ohi-dev is not locked." in run("unlock", "ohi-dev").output


def test_unlock_without_a_terminal_or_a_yes_releases_nothing(
    settings: S3Settings, s3: Any, table: Any
) -> None:
    hold(settings, s3, table)
    result = run("unlock", "ohi-dev", answer="y\n")
    assert isinstance(result.exception, ProblemsError)
    assert "the question 'Release it? Only if that is no longer running.': got no terminal" in str(
        result.exception
    )
    assert len(table.scan()["Items"]) == 1


@pytest.mark.usefixtures("s3")
def test_an_unknown_stack_lists_the_known() -> None:
    result = run("unlock", "ohi-dve", "--yes")
    assert "stack: got 'ohi-dve'; allowed: ohi-dev, ohi-staging" in str(result.exception)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"INFRA_BACKEND": "local"}, "INFRA_BACKEND: is local: the states are below .state/"),
        (
            {"INFRA_BACKEND": "cloud", "TF_CLOUD_ORGANIZATION": "ohealth"},
            "workspaces of https://app.terraform.io/app/ohealth, which keep and lock them",
        ),
    ],
)
def test_other_backends_say_where_their_states_are(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], message: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert message in str(run("list").exception)


@pytest.mark.usefixtures("table")
def test_a_dry_run_says_the_steps_and_does_none(tmp_path: Path, settings: S3Settings) -> None:
    result = run("bootstrap", "--dry-run")
    assert result.exit_code == 0, result.exception
    assert f"{settings.bucket} (account 123456789012, eu-west-1): to be created" in result.output
    assert "4/6 Move the state into the bucket\n    terraform init -migrate-state" in result.output
    assert list(tmp_path.iterdir()) == []
    assert boto3.client("s3", region_name=settings.region).list_buckets()["Buckets"] == []


@pytest.mark.usefixtures("s3", "table")
def test_a_bucket_that_no_state_knows_is_left_alone() -> None:
    result = run("bootstrap", "--yes")
    assert "exists, but no state knows it" in str(result.exception)


def test_what_is_no_state_backend_is_not_bootstrapped() -> None:
    refused = str(run("bootstrap", "ohi-dev", "--yes").exception)
    assert refused.startswith("stack: got 'ohi-dev'; allowed: state-backend")
