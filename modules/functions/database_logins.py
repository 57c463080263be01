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

import json
import os
import time
import uuid
from typing import Any

from .postgresql_protocol import Connection, verifier

LOGINS = ("a", "b")
_ATTEMPTS, _PAUSE_SECONDS = 4, 5


def handler(event: dict[str, Any], context: Any) -> None:  # noqa: ARG001 - Lambda's signature
    """What Lambda calls."""
    import boto3

    manager = boto3.client("secretsmanager")
    if "login" in event:
        give(manager, event["login"], _content(manager, os.environ["SECRET"])[event["entry"]])
    elif "first" in event:
        first(manager)
    else:
        if event["SecretId"] != os.environ["SECRET"]:
            raise ValueError(f"secret: got {event['SecretId']}; allowed: {os.environ['SECRET']}")
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
    connection = _connect(user, _content(manager, os.environ["MASTER_SECRET"])[entry])
    try:
        _refuse_if_used(connection, login)
        _prepare(connection, os.environ["ROLE"], os.environ["DATABASE"])
        _set_password(connection, login, password)
    finally:
        connection.close()


def first(manager: Any) -> None:
    """Make the first version of the secret if there is none, and see that its login works."""
    if not _present(manager):
        # As the first version it becomes the present one at once (Secrets Manager API, PutSecretValue).
        create(manager, str(uuid.uuid4()))
    for version in _present(manager):
        put(manager, version)
        test(manager, version)


def create(manager: Any, token: str) -> None:
    """Prepare a new version: the login that is not in use, with a new password."""
    if _login_of(manager, token):
        return
    present = _login_of(manager, _present(manager)[0])["username"] if _present(manager) else ""
    login = next(one for one in _logins() if one != present)
    password = manager.get_random_password(PasswordLength=40, ExcludePunctuation=True)["RandomPassword"]
    manager.put_secret_value(
        SecretId=os.environ["SECRET"],
        ClientRequestToken=token,
        SecretString=json.dumps({"username": login, "password": password}),
        VersionStages=["AWSPENDING"],
    )


def put(manager: Any, token: str) -> None:
    """Give the new version's login its password."""
    new = _login_of(manager, token)
    give(manager, new["username"], new["password"])


def test(manager: Any, token: str) -> None:
    """Log in with the new version, and act as the application's role."""
    # Secrets Manager tests a new rotation without a new version.
    new = _login_of(manager, token) or _login_of(manager, _present(manager)[0])
    connection = _connect(new["username"], new["password"])
    try:
        (((acts_as,)),) = connection.query("SELECT current_user")
    finally:
        connection.close()
    if acts_as != os.environ["ROLE"]:
        raise RuntimeError(f"{new['username']} acts as {acts_as}, not as {os.environ['ROLE']}")


def finish(manager: Any, token: str) -> None:
    """Make the new version the present one."""
    present = _present(manager)
    if token not in present:
        before = {"RemoveFromVersionId": present[0]} if present else {}
        manager.update_secret_version_stage(
            SecretId=os.environ["SECRET"], VersionStage="AWSCURRENT", MoveToVersionId=token, **before
        )


def redeploy(ecs: Any) -> None:
    """Replace the tasks of the services, which were injected the login before."""
    for one in json.loads(os.environ.get("SERVICES", "[]")):
        ecs.update_service(cluster=one["cluster"], service=one["service"], forceNewDeployment=True)


def _login_of(manager: Any, version: str) -> dict[str, str]:
    """The login that a version holds; none before `create`."""
    try:
        return _content(manager, os.environ["SECRET"], VersionId=version)
    except manager.exceptions.ResourceNotFoundException:
        return {}


def _logins() -> list[str]:
    return [f"{os.environ['ROLE']}_{one}" for one in LOGINS]


def _present(manager: Any) -> list[str]:
    """The id of the present version, if there is one."""
    versions = manager.list_secret_version_ids(SecretId=os.environ["SECRET"])["Versions"]
    return [one["VersionId"] for one in versions if "AWSCURRENT" in one["VersionStages"]]


def _content(manager: Any, secret: str, **version: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(manager.get_secret_value(SecretId=secret, **version)["SecretString"])
    return found


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
