"""`infra offers`: the table is what the installed cfn-lint has, and what RDS answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from typer.testing import CliRunner

from modules.errors import ProblemsError
from modules.offers.table import FILE, offers, parsed
from operations import offers as command

SMALL = 40_000  # bytes: it is read in some milliseconds


def test_the_table_is_what_the_installed_cfn_lint_has() -> None:
    kept = json.loads(FILE.read_text())
    found = command.from_cfn_lint()
    assert {name: kept[name] for name in found} == found, "infra offers refresh writes it anew"


def test_the_table_is_small_and_has_all_that_is_checked() -> None:
    assert FILE.stat().st_size < SMALL
    table = offers()
    assert "abc" in table.zones["eu-west-1"]
    assert "db.serverless" in table.classes("aurora-postgresql", "eu-west-1")
    assert "cache.t4g.micro" in table.classes("elasticache", "eu-west-1")
    assert {*table.support} == {"postgres", "aurora-postgresql"}
    assert "python3.13" in table.runtimes


def test_refreshing_writes_the_table_of_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "table.json"
    kept = json.loads(FILE.read_text())
    file.write_text(json.dumps({**kept, "date": "2020-01-01", "zones": {}}))
    monkeypatch.setattr(command, "FILE", file)
    done = CliRunner().invoke(command.app, ["refresh"])
    assert done.exit_code == 0, done.output
    assert "changed: zones." in done.output
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert json.loads(file.read_text()) == {**kept, "date": today}
    assert parsed(json.loads(file.read_text())).zones == offers().zones
    assert max(map(len, file.read_text().splitlines())) > 110  # lists of regions stand on one line


def test_the_ends_of_support_are_those_of_rds(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str, end: datetime) -> dict[str, Any]:
        cycles = [
            {
                "LifecycleSupportName": f"open-source-rds-{kind}-support",
                "LifecycleSupportStartDate": datetime(2020, 1, 1, tzinfo=UTC),
                "LifecycleSupportEndDate": end,
            }
            for kind in ("extended", "standard")
        ]
        return {"Engine": "postgres", "MajorEngineVersion": name, "SupportedEngineLifecycles": cycles}

    client = boto3.client("rds", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    answer = {
        "DBMajorEngineVersions": [
            version("14", datetime(2027, 2, 28, tzinfo=UTC)),
            version("9.6", datetime(2022, 4, 30, tzinfo=UTC)),
        ]
    }
    with Stubber(client) as stubbed:
        for engine in ("postgres", "aurora-postgresql"):
            stubbed.add_response("describe_db_major_engine_versions", answer, {"Engine": engine})
        monkeypatch.setattr("boto3.client", lambda _: client)
        ends = {"9.6": "2022-04-30", "14": "2027-02-28"}
        assert command.from_rds() == {"postgres": ends, "aurora-postgresql": ends}


def test_without_credentials_it_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    # One of another test may have found some.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(
        ProblemsError, match="rds: the ends of support can't be read: Unable to locate credentials"
    ):
        command.from_rds()


def test_a_region_that_is_none_is_refused() -> None:
    with pytest.raises(ProblemsError, match="region: got 'eu-wset-1'"):
        command.show("eu-wset-1")
    shown = CliRunner().invoke(command.app, ["show", "eu-west-1", "--json"])
    assert json.loads(shown.output)["zones"] == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
