"""The function that counts messages: real messages, consumers and workers of Dramatiq in a real Redis."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import dramatiq
import pytest
import redis
from dramatiq.brokers.redis import MAINTENANCE_SCALE, RedisBroker

from aws_emulator import Emulator
from modules.databases.redis.settings import RedisSettings
from modules.functions import queue_depth, redis_protocol
from modules.functions.redis_protocol import RedisClient
from modules.functions.source import source_of
from modules.queues.dramatiq.broker import BROKER_PERMISSIONS, may_list_keys
from tests.modules.queues.broker import TOKEN, Cache, cache
from tests.modules.servers import wait_until

MINUTE = 60_000
REGION = "eu-west-1"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cache]:
    """A cache whose authority the function trusts, as it does Amazon's."""
    with cache(tmp_path, BROKER_PERMISSIONS) as found:
        monkeypatch.setenv("SSL_CERT_FILE", str(found.certificate))
        yield found


@pytest.fixture
def broker(store: Cache) -> RedisBroker:
    found = store.broker()
    found.add_middleware(dramatiq.middleware.TimeLimit())
    return found


def actor(broker: RedisBroker, **options: Any) -> Any:
    """An actor that waits until it is let go, or fails."""
    let_go = threading.Event()

    def work(*, fail: bool = False) -> None:
        let_go.wait(30)
        if fail:
            raise RuntimeError("it fails")

    found: Any = dramatiq.actor(broker=broker, **options)(work)
    found.let_go = let_go
    return found


def now() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)


def depth(store: Cache, *, later: int = 0, most: int = 1000) -> dict[str, float]:
    """What the function finds, as if it were so much later."""
    client = RedisClient("localhost", store.port, "default", TOKEN)
    try:
        return queue_depth.depth(client, "dramatiq", "default", now() + later, most)
    finally:
        client.close()


def listed(broker: RedisBroker) -> int:
    return int(broker.client.llen("dramatiq:default"))


def test_an_empty_queue(store: Cache) -> None:
    assert set(depth(store).values()) == {0}


def test_messages_that_no_worker_has_taken(store: Cache, broker: RedisBroker) -> None:
    work = actor(broker)
    for _ in range(3):
        work.send()
    found = depth(store, later=MINUTE)
    assert {name: found[name] for name in ("Waiting", "InWork", "Backlog")} == {
        "Waiting": 3,
        "InWork": 0,
        "Backlog": 3,
    }
    assert found["AgeOfOldestMessage"] == pytest.approx(60, abs=5)


def test_what_a_worker_has_fetched_ahead_is_in_work_although_the_list_lacks_it(
    store: Cache, broker: RedisBroker
) -> None:
    work = actor(broker)
    for _ in range(9):
        work.send()
    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=100)
    worker.start()
    try:
        wait_until(lambda: listed(broker) < 9, "the worker fetches")
        found, left = depth(store), listed(broker)
        assert found["Backlog"] == 9
        assert found["Waiting"] == left
        assert found["InWork"] == 9 - left > 1
        work.let_go.set()
        wait_until(lambda: depth(store)["Backlog"] == 0, "the worker is done")
    finally:
        worker.stop()


def test_a_delayed_message_is_due_at_its_time_without_a_worker(store: Cache, broker: RedisBroker) -> None:
    actor(broker).send_with_options(delay=10 * MINUTE)
    early, late = depth(store, later=9 * MINUTE), depth(store, later=12 * MINUTE)
    assert [early[name] for name in ("Delayed", "Due", "Backlog", "AgeOfOldestMessage")] == [1, 0, 0, 0]
    assert [late[name] for name in ("Delayed", "Due", "Backlog")] == [0, 1, 1]
    assert late["AgeOfOldestMessage"] == pytest.approx(120, abs=5)


def test_a_message_that_fails_for_good_is_dead(store: Cache, broker: RedisBroker) -> None:
    work = actor(broker, max_retries=0)
    work.let_go.set()
    work.send_with_options(kwargs={"fail": True})
    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=100)
    worker.start()
    try:
        wait_until(lambda: depth(store)["Dead"] == 1, "the message dies")
    finally:
        worker.stop()
    assert depth(store)["DeadInLastHour"] == 1
    later = depth(store, later=2 * 60 * MINUTE)
    assert [later["Dead"], later["DeadInLastHour"], later["Backlog"]] == [1, 0, 0]


def test_the_oldest_is_found_at_the_end_where_what_was_put_back_stands(
    store: Cache, broker: RedisBroker
) -> None:
    work = actor(broker)
    sent_before = work.message().copy(message_timestamp=now() - 10 * MINUTE)
    broker.enqueue(sent_before)
    consumer = broker.consume("default", timeout=100)
    fetched = next(consumer)
    assert fetched
    for _ in range(5):
        work.send()
    consumer.requeue([fetched])
    assert json.loads(_last(broker))["message_id"] == sent_before.message_id
    assert depth(store, most=2)["AgeOfOldestMessage"] == pytest.approx(600, abs=5)


def test_what_is_tried_again_waits_since_its_last_trial(store: Cache, broker: RedisBroker) -> None:
    message = actor(broker).message().copy(message_timestamp=now() - 60 * MINUTE)
    broker.enqueue(message.copy(options={"requeue_timestamp": now() - MINUTE}))
    assert depth(store)["AgeOfOldestMessage"] == pytest.approx(60, abs=5)


def test_what_a_lost_worker_had_fetched_waits(store: Cache, broker: RedisBroker) -> None:
    actor(broker).send()
    next(store.broker().consume("default", timeout=100))
    assert depth(store)["InWork"] == 1
    found = depth(store, later=2 * MINUTE)
    assert [found["Waiting"], found["InWork"]] == [1, 0]
    assert found["AgeOfOldestMessage"] == pytest.approx(120, abs=5)


def test_more_messages_than_are_looked_at_are_counted_all_the_same(store: Cache, broker: RedisBroker) -> None:
    work = actor(broker)
    for _ in range(700):
        work.send()
    found = depth(store, most=600)
    assert found["Waiting"] == 700
    assert found["AgeOfOldestMessage"] < 60


def test_a_message_of_another_encoder_is_told(store: Cache, broker: RedisBroker) -> None:
    broker.do_enqueue("default", "one", b"\x80pickled")
    with pytest.raises(RuntimeError, match="a message is not JSON, as Dramatiq's own encoder writes it"):
        depth(store)


def test_a_wrong_token_and_an_unknown_authority_are_refused(
    store: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PermissionError, match="WRONGPASS"):
        RedisClient("localhost", store.port, "default", "another")
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(OSError, match="certificate verify failed"):
        RedisClient("localhost", store.port, "default", TOKEN)


@pytest.mark.parametrize(
    ("permissions", "enough"),
    [(RedisSettings(name="x", node_type="cache.t4g.micro").permissions, False), (BROKER_PERMISSIONS, True)],
)
def test_dramatiq_lists_keys_when_a_sender_is_gone(tmp_path: Path, permissions: str, enough: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert may_list_keys(permissions) is enough
    with cache(tmp_path, permissions) as store:
        actor(store.broker()).send()
        # Its maintenance, which is otherwise by chance; the first sender counts as gone at once.
        other = actor(store.broker(maintenance_chance=MAINTENANCE_SCALE, heartbeat_timeout=-1))
        if enough:
            other.send()
        else:
            with pytest.raises(redis.ResponseError, match=r"(?i)can't run this command|no permissions"):
                other.send()


@pytest.fixture
def aws(emulator: Emulator, store: Cache, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulator, with what the function's template sets."""
    for name, value in emulator.environment(REGION).items():
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
    manager = emulator.client("secretsmanager", REGION)
    arn = manager.create_secret(Name="a", SecretString=json.dumps({"TOKEN_V1": TOKEN}))["ARN"]
    for name, value in {
        "HOST": "localhost",
        "PORT": str(store.port),
        "REDIS_USER": "default",
        "TOKEN": f"{arn}:TOKEN_V1::",
        "BROKER": "broker",
        "NAMESPACE": "shop-test",
        "PREFIX": "dramatiq",
        "QUEUES": '["default", "mail"]',
        "SCANNED": "1000",
    }.items():
        monkeypatch.setenv(name, value)
    return emulator


def published(emulator: Emulator, metric: str, **dimensions: str) -> list[float]:
    at = datetime.now(UTC)
    found = emulator.client("cloudwatch", REGION).get_metric_statistics(
        Namespace="shop-test",
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=at - timedelta(hours=1),
        EndTime=at + timedelta(hours=1),
        Period=86400,
        Statistics=["Maximum"],
    )
    return [point["Maximum"] for point in found["Datapoints"]]


def test_the_text_that_ships_publishes_every_queue(
    aws: Emulator, broker: RedisBroker, capsys: pytest.CaptureFixture[str]
) -> None:
    actor(broker).send()
    shipped: dict[str, Any] = {"__name__": "index"}
    exec(compile(source_of(queue_depth, redis_protocol), "index.py", "exec"), shipped)  # noqa: S102 - it ships
    shipped["handler"]({}, None)
    # Lambda writes what a function prints into its log, of which CloudWatch makes metrics.
    logs, group = aws.client("logs", REGION), {"logGroupName": "log", "logStreamName": "log"}
    logs.create_log_group(logGroupName="log")
    logs.create_log_stream(**group)
    events = [{"timestamp": now(), "message": line} for line in capsys.readouterr().out.splitlines()]
    logs.put_log_events(**group, logEvents=events)
    assert published(aws, "Backlog", Broker="broker", Queue="default") == [1]
    assert published(aws, "Backlog", Broker="broker", Queue="mail") == [0]
    assert published(aws, "AgeOfOldestMessage", Broker="broker", Queue="mail") == [0]
    # What workers scale by.
    assert published(aws, "Backlog", Broker="broker") == [1]


@pytest.mark.usefixtures("aws")
def test_the_first_run_does_not_fail_and_others_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "1")
    queue_depth.handler({"first": True}, None)
    with pytest.raises(OSError, match="refused"):
        queue_depth.handler({}, None)
    assert "_aws" not in capsys.readouterr().out


def test_the_token_may_be_a_parameter(aws: Emulator) -> None:
    ssm = aws.client("ssm", REGION)
    ssm.put_parameter(Name="/shop/test/TOKEN", Value=TOKEN, Type="SecureString")
    arn = ssm.get_parameter(Name="/shop/test/TOKEN")["Parameter"]["ARN"]
    assert queue_depth.token(boto3, arn) == TOKEN
    with pytest.raises(RuntimeError, match="there is no parameter /shop/test/OTHER"):
        queue_depth.token(boto3, arn.replace("TOKEN", "OTHER"))


def _last(broker: RedisBroker) -> bytes:
    (identifier,) = broker.client.lrange("dramatiq:default", -1, -1)
    found: Any = broker.client.hget("dramatiq:default.msgs", identifier)
    assert isinstance(found, bytes)
    return found
