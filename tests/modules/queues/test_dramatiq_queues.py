"""The function that counts messages, on a real Redis with Dramatiq's own messages and workers."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import dramatiq
import pytest
import redis
from dramatiq.brokers.redis import MAINTENANCE_SCALE, RedisBroker

from aws_emulator import Emulator
from modules.databases.redis.settings import RedisSettings
from modules.functions import dramatiq_queues
from modules.functions.redis_protocol import Redis
from modules.queues.settings import broker_problems
from tests.modules.servers import encrypted, free_port, program, running, wait_until, write_certificate

USER, PASSWORD = "default", "a-token"
# What a broker's user needs beyond the module's default.
BROKER = RedisSettings(
    name="broker",
    node_type="cache.t4g.micro",
    permissions=f"{RedisSettings(name='x', node_type='cache.t4g.micro').permissions} +keys",
)
HOUR = 3_600_000


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("certificate")
    write_certificate(directory)
    return directory


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    chosen = free_port()
    users = tmp_path / "users.acl"
    users.write_text(f"user {USER} {BROKER.permissions} >{PASSWORD}\nuser root on >root ~* &* +@all\n")
    command = [program("redis-server"), "--port", str(chosen), "--bind", "127.0.0.1", "--save", ""]
    with running([*command, "--aclfile", str(users)], chosen, cwd=tmp_path):
        yield chosen


@pytest.fixture
def counted(port: int, certificate: Path) -> Iterator[Redis]:
    """The function's connection."""
    trusted = ssl.create_default_context(cafile=str(certificate / "certificate.pem"))
    with encrypted(port, certificate) as tls:
        found = Redis("localhost", tls, USER, PASSWORD, trusted)
        yield found
        found.close()


class Application:
    """A Django application, as far as Dramatiq sees it."""

    def __init__(self, port: int, **options: Any) -> None:
        # As Booking's settings connect.
        self.broker = RedisBroker(  # type: ignore[no-untyped-call]  # Dramatiq 2.2
            url=f"redis://{USER}:{PASSWORD}@127.0.0.1:{port}/0",
            maintenance_chance=MAINTENANCE_SCALE,
            **options,
        )
        self.going_on = threading.Event()
        self.done: list[int] = []
        self.work = dramatiq.actor(broker=self.broker, actor_name="work")(self._work)
        self.fail = dramatiq.actor(broker=self.broker, actor_name="fail", max_retries=0)(self._fail)

    def _work(self, number: int) -> None:
        self.going_on.wait(30)
        self.done.append(number)

    def _fail(self) -> None:
        raise ValueError("for good")

    def worker(self) -> dramatiq.Worker:
        """A worker of one thread, which fetches two messages ahead."""
        return dramatiq.Worker(self.broker, worker_threads=1, worker_timeout=50)


@pytest.fixture
def application(port: int) -> Iterator[Application]:
    found = Application(port)
    yield found
    found.going_on.set()
    found.broker.close()


def depth(counted: Redis, now: float | None = None) -> dict[str, float]:
    return dramatiq_queues.depth(counted, "dramatiq", "default", now or time.time())


def test_an_empty_queue_has_nothing_and_no_age(counted: Redis) -> None:
    assert set(depth(counted).values()) == {0}
    assert set(depth(counted)) == set(dramatiq_queues.UNITS)


def test_what_workers_have_fetched_counts_though_the_list_is_short(
    application: Application, counted: Redis, port: int
) -> None:
    for number in range(5):
        application.work.send(number)
    assert depth(counted) | {"AgeOfOldestMessage": 0} == {
        **dict.fromkeys(dramatiq_queues.UNITS, 0),
        "Waiting": 5,
        "Backlog": 5,
    }
    worker = application.worker()
    worker.start()
    try:
        wait_until(lambda: depth(counted)["InWork"] >= 2, "the worker fetches")
        found = depth(counted)
        with closing(redis.Redis(port=port, username="root", password="root")) as root:
            length = int(root.llen("dramatiq:default"))
        assert length < found["Backlog"] == 5
        assert found["Waiting"] + found["InWork"] == 5
        assert found["Waiting"] == length
        application.going_on.set()
        wait_until(lambda: depth(counted)["Backlog"] == 0, "all is done")
        assert len(application.done) == 5
    finally:
        application.going_on.set()
        worker.stop()


def test_a_delayed_message_is_backlog_once_it_is_due_though_no_worker_moves_it(
    application: Application, counted: Redis
) -> None:
    application.work.send_with_options(args=(1,), delay=HOUR)
    application.work.send_with_options(args=(2,), delay=2 * HOUR)
    found = depth(counted)
    assert (found["Delayed"], found["Due"], found["Backlog"]) == (2, 0, 0)
    later = depth(counted, time.time() + 1.5 * 3600)
    assert (later["Delayed"], later["Due"], later["Backlog"]) == (2, 1, 1)
    # Since it was due, not since it was sent.
    assert later["AgeOfOldestMessage"] == pytest.approx(1800, abs=60)


def test_the_oldest_is_found_at_either_end(application: Application, counted: Redis) -> None:
    now = time.time()
    for age in (10, 5, 300):
        message = application.work.message(1).copy(message_timestamp=int((now - age) * 1000))
        application.broker.enqueue(message)
    assert depth(counted, now)["AgeOfOldestMessage"] == pytest.approx(300, abs=1)


def test_a_message_that_failed_for_good_is_dead(application: Application, counted: Redis) -> None:
    application.fail.send()
    worker = application.worker()
    worker.start()
    try:
        wait_until(lambda: depth(counted)["Dead"] == 1, "the message is dead")
    finally:
        worker.stop()
    assert depth(counted)["Backlog"] == 0


def test_messages_of_a_worker_that_was_killed_wait_again(
    application: Application, counted: Redis, port: int
) -> None:
    application.work.send(1)
    application.work.send_with_options(args=(2,), delay=1)
    lost = Application(port)
    for queue in ("default", "default.DQ"):
        assert next(lost.broker.consume(queue, prefetch=2, timeout=1000))
    assert (depth(counted)["InWork"], depth(counted)["Backlog"]) == (1, 1)
    minutes = depth(counted, time.time() + 120)
    assert (minutes["Waiting"], minutes["InWork"], minutes["Due"], minutes["Backlog"]) == (1, 0, 1, 2)
    assert minutes["AgeOfOldestMessage"] >= 119
    lost.broker.close()


def test_without_keys_dramatiq_cannot_look_for_lost_messages(port: int) -> None:
    """What `broker_problems` refuses, on the server itself."""
    with closing(redis.Redis(port=port, username="root", password="root")) as root:
        command: Any = root.execute_command
        command("ACL", "SETUSER", USER, "-keys")
        # A worker that was lost.
        root.zadd("dramatiq:__heartbeats__", {"lost": 1})
        application = Application(port)
        consumer = application.broker.consume("default", prefetch=1, timeout=100)
        with pytest.raises(redis.ResponseError, match="can't run this command"):
            next(consumer)
        command("ACL", "SETUSER", USER, "+keys")
        next(consumer)
        assert root.zscore("dramatiq:__heartbeats__", "lost") is None
    assert not [*broker_problems(BROKER)]


def test_a_wrong_password_and_a_wrong_certificate_are_refused(port: int, certificate: Path) -> None:
    trusted = ssl.create_default_context(cafile=str(certificate / "certificate.pem"))
    with encrypted(port, certificate) as tls:
        with pytest.raises(PermissionError, match="WRONGPASS"):
            Redis("localhost", tls, USER, "another", trusted)
        with pytest.raises(ssl.SSLCertVerificationError):
            Redis("localhost", tls, USER, PASSWORD)


@pytest.mark.emulator
def test_the_metrics_reach_cloudwatch_by_the_log(
    application: Application,
    port: int,
    certificate: Path,
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for number in range(3):
        application.work.send(number)
    secret = emulator.client("secretsmanager", "eu-west-1").create_secret(
        Name="environment", SecretString=json.dumps({"TOKEN_V1": PASSWORD})
    )
    with encrypted(port, certificate) as tls:
        for name, value in {
            **emulator.environment("eu-west-1"),
            "HOST": "localhost",
            "PORT": str(tls),
            "LOGIN": USER,
            "SECRET": secret["ARN"],
            "ENTRY": "TOKEN_V1",
            "QUEUES": '["default", "emails"]',
            "BROKER_NAMESPACE": "dramatiq",
            "NAMESPACE": "shop-test",
            "SSL_CERT_FILE": str(certificate / "certificate.pem"),
        }.items():
            monkeypatch.setenv(name, value)
        dramatiq_queues.handler({}, None)
    written = capsys.readouterr().out.splitlines()
    assert len(written) == 3
    logs = emulator.client("logs", "eu-west-1")
    logs.create_log_group(logGroupName="/aws/lambda/queue-depth")
    logs.create_log_stream(logGroupName="/aws/lambda/queue-depth", logStreamName="one")
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": line} for line in written]
    logs.put_log_events(logGroupName="/aws/lambda/queue-depth", logStreamName="one", logEvents=events)
    assert published(emulator, "Backlog", Queue="default") == [3]
    assert published(emulator, "Backlog", Queue="emails") == [0]
    # What workers scale by.
    assert published(emulator, "Backlog") == [3]


def published(emulator: Emulator, metric: str, **dimensions: str) -> list[float]:
    """The values of a metric with just these dimensions."""
    found = emulator.client("cloudwatch", "eu-west-1").get_metric_statistics(
        Namespace="shop-test",
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=time.time() - 3600,
        EndTime=time.time() + 3600,
        Period=60,
        Statistics=["Maximum"],
    )
    return [point["Maximum"] for point in found["Datapoints"]]
