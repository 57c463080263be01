"""The emulator's process: ready when it says so, refused in a sentence, never left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator, EmulatorError, running_emulator

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with running_emulator(log=tmp_path_factory.mktemp("emulator") / "log", account="111122223333") as running:
        yield running


def is_listening(port: int) -> bool:
    with closing(socket.socket()) as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def test_it_answers_as_the_account_asked_for(emulator: Emulator) -> None:
    assert emulator.client("sts", REGION).get_caller_identity()["Account"] == "111122223333"


def test_it_forgets(emulator: Emulator) -> None:
    s3 = emulator.client("s3", REGION)
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": REGION})
    emulator.reset()
    assert s3.list_buckets()["Buckets"] == []


def test_a_connection_serves_many_requests(emulator: Emulator) -> None:
    with closing(HTTPConnection("127.0.0.1", emulator.port)) as connection:
        connection.connect()
        first = connection.sock
        for method, body in (("GET", b""), ("PUT", b"x" * 100_000), ("HEAD", b""), ("GET", b"")):
            connection.request(method, "/moto-api/data.json" if method == "GET" else "/bucket", body)
            connection.getresponse().read()
            assert connection.sock is first, f"{method} closed the connection"


def test_a_call_that_moto_lacks_is_named_at_once(emulator: Emulator) -> None:
    with pytest.raises(ClientError, match="describe_spot_datafeed_subscription") as refused:
        emulator.client("ec2", REGION).describe_spot_datafeed_subscription()
    assert refused.value.response["ResponseMetadata"]["RetryAttempts"] == 0


def test_what_fails_in_it_is_told_once_and_logged(emulator: Emulator) -> None:
    functions = emulator.client("lambda", REGION)
    trust = '{"Version": "2012-10-17", "Statement": []}'
    role = emulator.client("iam", REGION).create_role(RoleName="shop", AssumeRolePolicyDocument=trust)
    functions.create_function(
        FunctionName="shop",
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="index.handler",
        Code={"ZipFile": b"no zip file"},
    )
    with pytest.raises(ClientError, match=r"EmulatorError.*BadZipFile\('File is not a zip file'\)") as failed:
        functions.invoke(FunctionName="shop")
    assert failed.value.response["ResponseMetadata"]["RetryAttempts"] == 0
    assert "zipfile.BadZipFile: File is not a zip file" in emulator.log.read_text()


def test_it_ends_with_its_context(tmp_path: Path) -> None:
    with running_emulator(log=tmp_path / "log") as running:
        assert is_listening(running.port)
    assert not is_listening(running.port)


def test_it_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    owner = f"""
import sys
from pathlib import Path
from aws_emulator import running_emulator
with running_emulator(log=Path({str(tmp_path / "log")!r})) as running:
    print(running.port, flush=True)
    sys.stdin.read()
"""
    command = [sys.executable, "-c", owner]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        with socket.create_connection(("127.0.0.1", port)) as held, suppress(ConnectionResetError):
            os.kill(process.pid, signal.SIGKILL)
            assert held.recv(1) == b"", "a connection lasts as long as the emulator"
    # The kernel closes the sockets of a dead process in no certain order.
    attempts = 100
    while is_listening(port) and attempts:
        attempts -= 1
        time.sleep(0.01)
    assert attempts


def test_a_taken_port_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(EmulatorError, match=f"port {port} of 127.0.0.1 is taken; .*another port"),
            running_emulator(port=port, log=tmp_path / "log"),
        ):
            pytest.fail("it started")


def test_nothing_of_a_person_reaches_it(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.example.com")
    monkeypatch.setenv("NO_PROXY", "example.com")
    environment = emulator.environment(REGION)
    assert environment["AWS_PROFILE"] is None
    assert environment["AWS_ENDPOINT_URL_S3"] is None
    assert environment["AWS_ENDPOINT_URL"] == emulator.url
    assert environment["NO_PROXY"] == "example.com,127.0.0.1,localhost"


def test_a_profile_that_is_not_there_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "absent")
    with running_emulator(log=tmp_path / "log") as running:
        assert running.client("s3", REGION).list_buckets()["Buckets"] == []
