"""Gives the application its logins of a PostgreSQL database, and rotates them in turns.

Runs on Lambda, in the VPC. The application's objects belong to a role without a login (ROLE); two
logins act as this role. A rotation gives the one that is not in use a new password: whoever still has the
other is not refused. Variables: HOST, PORT, DATABASE, ROLE; MASTER_SECRET, MASTER_USER and MASTER_ENTRY, the
credentials of the master user; SECRET, where logins are; SERVICES, what runs with them.

Events: `{"login", "entry"}` gives a login the password of an entry of SECRET; `{"first": true}` makes the
first version of SECRET if there is none; those of Secrets Manager rotate SECRET (user guide, "Lambda rotation
functions").
"""

from __future__ import annotations

import os
import time
import uuid
from typing import Any

from .postgresql_protocol import Connection, verifier
from .secret_rotation import check_secret, content, finish, held, prepare, present, redeploy

LOGINS = ("a", "b")
_ATTEMPTS, _PAUSE_SECONDS = 4, 5


def handler(event: dict[str, Any], context: Any) -> None:  # noqa: ARG001 - Lambda's signature
    """What Lambda calls."""
    import boto3

    manager = boto3.client("secretsmanager")
    if "login" in event:
        give(manager, event["login"], content(manager, os.environ["SECRET"])[event["entry"]])
    elif "first" in event:
        first(manager)
    else:
        check_secret(event)
        step = {"createSecret": create, "setSecret": put, "testSecret": test, "finishSecret": finish}
        step[event["Step"]](manager, event["ClientRequestToken"])
        if event["Step"] == "finishSecret":
            redeploy(boto3.client("ecs"))


def give(manager: Any, login: str, password: str) -> None:
    """Give a login its password, unless it has it. Refuses one that is in use, which would be locked out."""
    if login not in (names := _logins()):
        raise ValueError(f"login: got {login}; allowed: {', '.join(names)}")
    try:
        _connect(login, password).close()
    except PermissionError:
        pass
    else:
        return
    user, entry = os.environ["MASTER_USER"], os.environ["MASTER_ENTRY"]
    connection = _connect(user, content(manager, os.environ["MASTER_SECRET"])[entry])
    try:
        _refuse_if_used(connection, login)
        _prepare(connection, os.environ["ROLE"], os.environ["DATABASE"])
        _set_password(connection, login, password)
    finally:
        connection.close()


def first(manager: Any) -> None:
    """Make the first version of the secret if there is none, and see that its login works."""
    if not present(manager):
        # As the first version it becomes the present one at once (Secrets Manager API, PutSecretValue).
        create(manager, str(uuid.uuid4()))
    for version in present(manager):
        put(manager, version)
        test(manager, version)


def create(manager: Any, token: str) -> None:
    """Prepare a new version: the login that is not in use, with a new password."""
    if held(manager, token):
        return
    now = present(manager)
    used = held(manager, now[0])["username"] if now else ""
    login = next(one for one in _logins() if one != used)
    password = manager.get_random_password(PasswordLength=40, ExcludePunctuation=True)["RandomPassword"]
    prepare(manager, token, {"username": login, "password": password})


def put(manager: Any, token: str) -> None:
    """Give the new version's login its password."""
    new = held(manager, token)
    give(manager, new["username"], new["password"])


def test(manager: Any, token: str) -> None:
    """Log in with the new version, and act as the application's role."""
    # Secrets Manager tests a new rotation without a new version.
    new = held(manager, token) or held(manager, present(manager)[0])
    connection = _connect(new["username"], new["password"])
    try:
        (((acts_as,)),) = connection.query("SELECT current_user")
    finally:
        connection.close()
    if acts_as != os.environ["ROLE"]:
        raise RuntimeError(f"{new['username']} acts as {acts_as}, not as {os.environ['ROLE']}")


def _logins() -> list[str]:
    return [f"{os.environ['ROLE']}_{one}" for one in LOGINS]


def _refuse_if_used(connection: Connection, login: str) -> None:
    # A name of _logins.
    sessions = connection.query(f"SELECT 1 FROM pg_stat_activity WHERE usename = '{login}'")  # noqa: S608
    if sessions:
        raise RuntimeError(
            f"{login} has {len(sessions)} connections and keeps its password: wait until the deployment that "
            "followed the last rotation has replaced all tasks, then rotate again"
        )


def _prepare(connection: Connection, role: str, database: str) -> None:
    if not connection.query(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"):  # noqa: S608
        connection.query(f'CREATE ROLE "{role}" NOLOGIN')
    connection.query(f'GRANT CONNECT, CREATE, TEMPORARY ON DATABASE "{database}" TO "{role}"')
    connection.query(f'GRANT USAGE, CREATE ON SCHEMA public TO "{role}"')


def _set_password(connection: Connection, login: str, password: str) -> None:
    role = os.environ["ROLE"]
    if not connection.query(f"SELECT 1 FROM pg_roles WHERE rolname = '{login}'"):  # noqa: S608
        connection.query(f'CREATE ROLE "{login}" LOGIN IN ROLE "{role}"')
    connection.query(f"ALTER ROLE \"{login}\" SET role = '{role}'")
    # The server logs DDL: it gets a verifier, from which nobody can tell the password.
    connection.query(f"ALTER ROLE \"{login}\" LOGIN PASSWORD '{verifier(password)}'")


def _connect(user: str, password: str) -> Connection:
    host, port, database = os.environ["HOST"], int(os.environ["PORT"]), os.environ["DATABASE"]
    for attempt in range(_ATTEMPTS):
        try:
            return Connection(host, port, database, user, password)
        except (ConnectionError, TimeoutError):
            # It fails over, wakes, or its security-group rules are being made.
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(_PAUSE_SECONDS)
    raise AssertionError
