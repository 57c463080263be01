"""Entering values into a secret: what is kept, what is refused, and that no value is shown."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from modules.errors import ProblemsError
from modules.secrets import secret as written_by
from operations import secret as command

pytestmark = pytest.mark.emulator
CONTENT = {
    "MONGODB_URL": "to-be-entered",
    "DATABASE_PASSWORD": "generated",
    "versions": {"DATABASE_PASSWORD": 2},
}


@pytest.fixture(autouse=True)
def client(mocked_aws: None) -> Any:
    del mocked_aws
    client = boto3.client("secretsmanager")
    for stack in ("ohi-dev", "ohi-prod"):
        client.create_secret(Name=f"{stack}-environment-2026", SecretString=json.dumps(CONTENT))
    return client


def run(*words: str, value: str = "") -> Result:
    return CliRunner().invoke(command.app, words, input=value)


def content(client: Any, stack: str = "ohi-dev") -> Any:
    return json.loads(client.get_secret_value(SecretId=f"{stack}-environment-2026")["SecretString"])


def test_a_value_is_entered_and_the_rest_stays(client: Any) -> None:
    result = run("set", "ohi-dev", "MONGODB_URL", value="mongodb+srv://u:p@host/db\n")
    assert result.exit_code == 0
    assert content(client) == {**CONTENT, "MONGODB_URL": "mongodb+srv://u:p@host/db"}
    assert content(client, "ohi-prod") == CONTENT
    assert "mongodb+srv" not in result.output


def test_the_list_says_how_entries_came_to_be_and_shows_no_value(client: Any) -> None:
    assert "to be entered" in run("list", "ohi-dev").output
    run("set", "ohi-dev", "MONGODB_URL", value="mongodb://secret")
    output = run("list", "ohi-dev").output
    assert "generated, version 2" in output
    assert "entered" in output
    assert "to be entered" not in output
    assert "mongodb://secret" not in output
    assert content(client)["DATABASE_PASSWORD"] not in output.replace("generated, version", "")


@pytest.mark.parametrize(
    ("words", "value", "message"),
    [
        (("ohi-dev", "MONGO"), "x", "got 'MONGO'; allowed: MONGODB_URL; define it among `entered`"),
        (("ohi-dev", "DATABASE_PASSWORD"), "x", "is generated: raise its version in the settings of ohi-dev"),
        (("ohi-dev", "versions"), "x", "got 'versions'"),
        (("ohi-dev", "MONGODB_URL"), "\n", "got nothing; allowed: a value"),
        (("ohi-test", "MONGODB_URL"), "x", "got 0 secrets named ohi-test-environment-… in eu-west-1"),
    ],
)
def test_what_cannot_be_entered_is_refused(
    client: Any, words: tuple[str, ...], value: str, message: str
) -> None:
    result = run("set", *words, value=value)
    assert isinstance(result.exception, ProblemsError)
    assert message in str(result.exception)
    assert content(client) == CONTENT


def test_the_command_knows_what_the_module_writes() -> None:
    assert command._PLACEHOLDER == written_by.PLACEHOLDER
    assert command._VERSIONS == written_by._VERSIONS
