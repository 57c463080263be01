"""The function that rotates logins in turns, on a real PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from modules.functions import database_logins, postgresql_protocol, secret_rotation
from modules.functions.postgresql_protocol import Connection
from modules.functions.source import source_of
from tests.modules.servers import Reconnecting, postgresql

STEPS = (database_logins.create, database_logins.put, database_logins.test, secret_rotation.finish)


class Database:
    """A database, and the secret of its logins."""

    def __init__(self, port: int, log: Path, manager: Any, secret: str) -> None:
        self.port, self.log, self.manager, self.secret = port, log, manager, secret

    @property
    def login(self) -> dict[str, str]:
        """What a task is injected that starts now."""
        # By its id: moto keeps answering with the first version.
        (version,) = secret_rotation.present(self.manager)
        return secret_rotation.held(self.manager, version)

    def connect(self, user: str, password: str) -> Connection:
        return Connection("127.0.0.1", self.port, "shop", user, password)

    def query(self, sql: str) -> list[tuple[str | None, ...]]:
        """The rows of a statement, by the present login."""
        login = self.login
        with closing(self.connect(login["username"], login["password"])) as connection:
            return connection.query(sql)

    def rotate(self) -> None:
        token = str(uuid4())
        for step in STEPS:
            step(self.manager, token)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    log = tmp_path_factory.mktemp("postgresql") / "log"
    with postgresql(log) as port:
        yield port, log


@pytest.fixture
def database(server: tuple[int, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database without roles of the application, whose secret has no version."""
    port, log = server
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        manager = boto3.client("secretsmanager")
        master = json.dumps({"DATABASE_PASSWORD": "master"})
        # A role of its own for each test.
        role = f"app{uuid4().hex[:8]}"
        variables = {
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "DATABASE": "shop",
            "ROLE": role,
            "MASTER_USER": "master",
            "MASTER_ENTRY": "DATABASE_PASSWORD",
            "MASTER_SECRET": manager.create_secret(Name="master", SecretString=master)["ARN"],
            "SECRET": manager.create_secret(Name="login")["ARN"],
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield Database(port, log, manager, variables["SECRET"])


def test_the_first_login_acts_as_the_role_that_owns_what_it_creates(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = "first_role"
    monkeypatch.setenv("ROLE", role)
    database_logins.first(database.manager)
    first = database.login
    assert first["username"] == f"{role}_a"
    assert database.query("SELECT current_user, session_user") == [(role, first["username"])]
    database.query("CREATE TABLE made_by_first (id int)")
    assert database.query("SELECT tableowner FROM pg_tables WHERE tablename = 'made_by_first'") == [(role,)]
    # Another apply makes no other.
    database_logins.first(database.manager)
    assert database.login == first
    # It is not the master user, and may do nothing to others.
    with pytest.raises(RuntimeError, match="permission denied"):
        database.query("CREATE ROLE intruder")
    # What the other login finds after a rotation is its own too.
    database.rotate()
    assert database.login["username"] == f"{role}_b"
    database.query("ALTER TABLE made_by_first ADD COLUMN name text")


def test_no_connection_is_refused_while_logins_are_rotated(database: Database) -> None:
    database_logins.first(database.manager)
    seen = []
    with Tasks(database) as tasks:
        for _ in range(3):
            tasks.work(10)
            database.rotate()
            # Old tasks connect anew, until the deployment has replaced them.
            tasks.work(10)
            tasks.login = database.login
            tasks.work(10)
            seen.append(tasks.login["username"][-2:])
    assert seen == ["_b", "_a", "_b"]
    assert tasks.refusals == []


def test_a_password_that_is_changed_under_its_users_is_noticed(database: Database) -> None:
    """What the tasks of the test above would have seen of the rotation of a single user."""
    database_logins.first(database.manager)
    login = database.login["username"]
    with Tasks(database) as tasks:
        tasks.work(10)
        with closing(database.connect("master", "master")) as master:
            other = postgresql_protocol.verifier("another")
            master.query(f"ALTER ROLE {login} PASSWORD '{other}'")
        tasks.work(10)
    assert tasks.refusals


def test_a_login_that_is_still_in_use_keeps_its_password(database: Database) -> None:
    database_logins.first(database.manager)
    old = database.login
    with closing(database.connect(old["username"], old["password"])):
        database.rotate()
        between = database.login
        # Tasks of the first login were not replaced yet.
        with pytest.raises(RuntimeError, match=r"_a has 1 connections and keeps its password: wait until"):
            database.rotate()
        assert database.login == between
        database.connect(old["username"], old["password"]).close()


def test_the_first_login_is_completed_after_a_failure(database: Database) -> None:
    # Secrets Manager makes the first version the present one, whatever becomes of it.
    database_logins.create(database.manager, str(uuid4()))
    started = database.login
    database_logins.first(database.manager)
    assert database.login == started
    assert database.query("SELECT 1") == [("1",)]


def test_a_step_that_is_repeated_changes_nothing(database: Database) -> None:
    database_logins.first(database.manager)
    token = str(uuid4())
    for step in STEPS:
        step(database.manager, token)
        after = database.manager.get_secret_value(SecretId=database.secret, VersionId=token)["SecretString"]
        step(database.manager, token)
        again = database.manager.get_secret_value(SecretId=database.secret, VersionId=token)["SecretString"]
        assert after == again
    assert database.query("SELECT 1") == [("1",)]
    # A new rotation is tested before it has a version.
    database_logins.test(database.manager, str(uuid4()))


def test_a_login_gets_the_password_of_an_entry(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {"PASSWORD_V1": "one" * 10, "PASSWORD_V2": "two" * 10}
    database.manager.put_secret_value(SecretId=database.secret, SecretString=json.dumps(entries))
    monkeypatch.setenv("ROLE", "versioned")
    for login, entry in (("versioned_a", "PASSWORD_V1"), ("versioned_b", "PASSWORD_V2")):
        database_logins.handler({"login": login, "entry": entry}, None)
        database_logins.handler({"login": login, "entry": entry}, None)
    # Both are good until the next version.
    for login, entry in (("versioned_a", "PASSWORD_V1"), ("versioned_b", "PASSWORD_V2")):
        database.connect(login, entries[entry]).close()
    with pytest.raises(ValueError, match="got master; allowed: versioned_a, versioned_b"):
        database_logins.handler({"login": "master", "entry": "PASSWORD_V1"}, None)


def test_what_the_master_user_created_before_can_be_handed_over(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLE", "heir")
    with closing(database.connect("master", "master")) as master:
        master.query("CREATE TABLE made_before (id int)")
        database_logins.first(database.manager)
        with pytest.raises(RuntimeError, match="permission denied for table made_before"):
            database.query("SELECT * FROM made_before")
        # modules/databases/logins/README.md
        master.query("GRANT heir TO master")
        master.query("REASSIGN OWNED BY master TO heir")
    assert database.query("SELECT * FROM made_before") == []
    # It can go on rotating.
    database.rotate()
    database.query("ALTER TABLE made_before ADD COLUMN name text")
    with closing(database.connect("master", "master")) as master:
        master.query("REASSIGN OWNED BY heir TO master")


def test_no_password_is_in_the_log_of_the_server(database: Database) -> None:
    database_logins.first(database.manager)
    database.rotate()
    log = database.log.read_text()
    assert "LOGIN PASSWORD 'SCRAM-SHA-256$" in log
    assert database.login["password"] not in log


def test_a_wrong_password_is_refused_and_a_wrong_statement_says_why(database: Database) -> None:
    with pytest.raises(PermissionError, match="password authentication failed"):
        database.connect("master", "guessed")
    with closing(database.connect("master", "master")) as connection:
        with pytest.raises(RuntimeError, match='relation "nothing" does not exist'):
            connection.query("SELECT * FROM nothing")
        assert connection.query("SELECT NULL, 'é'") == [(None, "é")]
        # Bound to the channel: a server between both would need a certificate of the same hash.
        assert connection.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == [("t",)]


def test_services_are_redeployed_when_a_rotation_is_finished(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[dict[str, Any]] = []

    class Ecs:
        def update_service(self, **arguments: Any) -> None:
            calls.append(arguments)

    monkeypatch.setattr(boto3, "client", lambda name: Ecs() if name == "ecs" else database.manager)
    monkeypatch.setenv("SERVICES", json.dumps([{"cluster": "shop", "service": "api"}]))
    database_logins.handler({"first": True}, None)
    assert calls == []
    token = str(uuid4())
    for step in ("createSecret", "setSecret", "testSecret", "finishSecret"):
        assert calls == []
        event = {"Step": step, "ClientRequestToken": token, "SecretId": database.secret}
        database_logins.handler(event, None)
    assert calls == [{"cluster": "shop", "service": "api", "forceNewDeployment": True}]


@pytest.mark.usefixtures("database")
def test_another_secret_is_refused() -> None:
    event = {"Step": "createSecret", "ClientRequestToken": str(uuid4()), "SecretId": "another"}
    with pytest.raises(ValueError, match="secret: got another; allowed: arn:aws:secretsmanager:"):
        database_logins.handler(event, None)


def test_lambda_gets_one_file_that_runs(database: Database) -> None:
    text = source_of(database_logins, postgresql_protocol, secret_rotation)
    names: dict[str, Any] = {"__name__": "index"}
    exec(compile(text, "index.py", "exec"), names)  # noqa: S102 - what Lambda does
    run: Callable[[Any, Any], None] = names["handler"]
    run({"first": True}, None)
    assert database.query("SELECT 1") == [("1",)]


class Tasks(Reconnecting):
    """A client that connects anew for each statement, all the time, with the login it was started with."""

    refused = PermissionError

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.login, self._database = database.login, database

    def attempt(self) -> None:
        login = self.login
        with closing(self._database.connect(login["username"], login["password"])) as connection:
            connection.query("SELECT 1")
