"""The user of a cache on a real Redis: what it may do, and that no client is refused during a rotation.

The access string and the passwords are those of the synthesized template, and the client's token is the entry
that its task definition names.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from modules.databases.redis.settings import RedisSettings
from modules.secrets.settings import Generated, SecretSettings
from tests.installed import program
from tests.modules.databases.built import Built
from tests.modules.servers import Reconnecting, free_port, running

Json = dict[str, Any]
KEY = "REDIS_AUTH_TOKEN"
# What the secret holds once it was rotated twice.
ENTRIES = {f"{KEY}_V{version}": f"token-{version}" * 4 for version in (1, 2, 3)}


class RefusedError(Exception):
    """What Redis answered instead."""


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._stream = self._socket.makefile("rb")

    def __call__(self, *words: str) -> Any:
        parts = [f"*{len(words)}\r\n", *(f"${len(word.encode())}\r\n{word}\r\n" for word in words)]
        self._socket.sendall("".join(parts).encode())
        return self._answer()

    def close(self) -> None:
        """Leave."""
        self._stream.close()
        self._socket.close()

    def _answer(self) -> Any:
        line = self._stream.readline().decode().rstrip()
        kind, rest = line[0], line[1:]
        if kind == "-":
            raise RefusedError(rest)
        if kind == "$":
            return self._stream.read(int(rest) + 2)[:-2].decode() if int(rest) >= 0 else None
        if kind == "*":
            return [self._answer() for _ in range(int(rest))]
        return rest


class Rotated:
    """A version of the environment: the user of its cache, and the token of its tasks."""

    def __init__(self, synthesize: Callable[..., Json], version: int) -> None:
        built = Built(synthesize, lambda stack, given: _build(stack, given, version))
        template = built.at("aws_cloudformation_stack", "cache/users/Default")["template_body"]
        self.user = json.loads(template)["Resources"]["User"]["Properties"]
        self.passwords = [ENTRIES[_entry(one)] for one in self.user["Passwords"]]
        self.token = ENTRIES[built.output("reference").split(":")[-3]]

    def apply(self, administrator: Client) -> None:
        """What ElastiCache does when CloudFormation updates the user."""
        passwords = [f">{one}" for one in self.passwords]
        administrator(
            "ACL", "SETUSER", self.user["UserName"], "reset", *self.user["AccessString"].split(), *passwords
        )


def _build(stack: Any, given: dict[str, Any], version: int) -> Json:
    from modules.databases.redis.redis import Redis
    from modules.secrets.secret import EnvironmentSecret

    settings = SecretSettings(generated={KEY: Generated(version=version)})
    secret = EnvironmentSecret(stack, "secret", context=given["context"], settings=settings)
    cache = Redis(
        stack,
        "cache",
        settings=RedisSettings(name="app", node_type="cache.t4g.small", token_key=KEY),
        secret=secret,
        **given,
    )
    return {"reference": cache.client_access.secrets["REDIS_AUTH_TOKEN"]}


def _entry(reference: str) -> str:
    (found,) = re.findall(rf":SecretString:({KEY}_V\d+)}}}}$", reference)
    return str(found)


@pytest.fixture(scope="module")
def versions(synthesize_module: Callable[..., Json]) -> dict[int, Rotated]:
    return {version: Rotated(synthesize_module, version) for version in (1, 2, 3)}


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    chosen = free_port()
    # A second user is the administrator, as ElastiCache has one that nobody sees.
    users = tmp_path / "users.acl"
    users.write_text("user default off\nuser administrator on >administrator ~* &* +@all\n")
    command = [program("redis-server"), "--port", str(chosen), "--bind", "127.0.0.1", "--save", ""]
    with running([*command, "--aclfile", str(users)], chosen, cwd=tmp_path):
        yield chosen


@pytest.fixture
def administrator(port: int) -> Iterator[Client]:
    client = Client(port)
    client("AUTH", "administrator", "administrator")
    yield client
    client.close()


def connect(port: int, token: str) -> Client:
    client = Client(port)
    try:
        client("AUTH", token)
    except RefusedError:
        client.close()
        raise
    return client


def test_a_client_may_do_its_work_and_nothing_to_the_cache(
    port: int, administrator: Client, versions: dict[int, Rotated]
) -> None:
    versions[1].apply(administrator)
    with closing(connect(port, versions[1].token)) as client:
        assert client("SET", "a", "1") == "OK"
        assert client("EVAL", "return redis.call('get', KEYS[1])", "1", "a") == "1"
        assert client("XADD", "stream", "*", "field", "value")
        assert client("PUBLISH", "channel", "hello") == "0"
        assert "redis_version" in client("INFO", "server")
        forbidden = (
            ("FLUSHALL",),
            ("FLUSHDB",),
            ("KEYS", "*"),
            ("CONFIG", "GET", "*"),
            ("ACL", "LIST"),
            ("SHUTDOWN", "NOSAVE"),
            ("MONITOR",),
            ("REPLICAOF", "NO", "ONE"),
            ("CLIENT", "KILL", "TYPE", "normal"),
            ("SWAPDB", "0", "1"),
        )
        for words in forbidden:
            with pytest.raises(RefusedError, match="NOPERM"):
                client(*words)


def test_no_client_is_refused_while_the_token_is_rotated(
    port: int, administrator: Client, versions: dict[int, Rotated]
) -> None:
    versions[1].apply(administrator)
    with Tasks(port, versions[1].token) as tasks:
        for version in (2, 3):
            tasks.work(20)
            versions[version].apply(administrator)
            # Old tasks connect anew, until the deployment has replaced them.
            tasks.work(20)
            tasks.token = versions[version].token
            tasks.work(20)
    assert tasks.refusals == []
    # The token before the one before is worth nothing.
    with pytest.raises(RefusedError, match="WRONGPASS"):
        connect(port, versions[1].token)


def test_a_token_that_is_taken_away_at_once_is_noticed(
    port: int, administrator: Client, versions: dict[int, Rotated]
) -> None:
    versions[1].apply(administrator)
    with Tasks(port, versions[1].token) as tasks:
        tasks.work(20)
        versions[3].apply(administrator)
        tasks.work(20)
    assert tasks.refusals


class Tasks(Reconnecting):
    """A client that connects anew for each command, all the time, with the token of its task definition."""

    refused = RefusedError

    def __init__(self, port: int, token: str) -> None:
        super().__init__()
        self.token, self._port = token, port

    def attempt(self) -> None:
        client = connect(self._port, self.token)
        client("INCR", "counter")
        client.close()
