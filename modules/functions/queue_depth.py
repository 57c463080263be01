"""Tells CloudWatch how much waits in Dramatiq's queues, and how long.

Its metrics are lines of its log (CloudWatch user guide, "Specification: Embedded metric format"): a function
in a VPC needs no way out for them.

Runs on Lambda, in the VPC, each minute. Variables: HOST, PORT, REDIS_USER; TOKEN, the reference of the token
in the form of ECS's `valueFrom`; BROKER, NAMESPACE, that of the metrics; PREFIX, Dramatiq's namespace;
QUEUES, a JSON array; SCANNED, how many messages are looked at of each kind.

Dramatiq 2.2.0, brokers/redis/dispatch.lua: `PREFIX:QUEUE` is a list of ids and `….msgs` a hash with their
messages; what a worker has fetched is in `PREFIX:__acks__.WORKER.QUEUE` and no longer in the list, so the
list's length is too low; `….DQ.msgs` holds what is delayed, `….XQ` what is dead, by the time of its death.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from typing import Any

from .redis_protocol import RedisClient

WAITING, IN_WORK, DELAYED, DUE = "Waiting", "InWork", "Delayed", "Due"
DEAD, DEAD_LATELY, BACKLOG, AGE = "Dead", "DeadInLastHour", "Backlog", "AgeOfOldestMessage"
_HOUR = 3_600_000
# brokers/redis.py, DEFAULT_HEARTBEAT_TIMEOUT: what a worker has fetched that was silent for longer goes back
# to its queue, as soon as another worker finds it.
_LOST_AFTER = 60_000
_PAGE = 500


def handler(event: Any, context: Any) -> None:  # noqa: ARG001 - Lambda's signature
    """What Lambda calls. The first run, while rules of security groups are being made, does not fail."""
    import boto3

    try:
        publish(boto3, time.time_ns() // 1_000_000)
    except (OSError, RuntimeError) as error:
        if not event.get("first"):
            raise
        print(error)  # noqa: T201 - into its log


def publish(session: Any, now: int) -> None:
    """Publish the metrics of every queue. `now` is in milliseconds."""
    variables = os.environ
    client = RedisClient(
        variables["HOST"], int(variables["PORT"]), variables["REDIS_USER"], token(session, variables["TOKEN"])
    )
    try:
        depths = {
            queue: depth(client, variables["PREFIX"], queue, now, int(variables["SCANNED"]))
            for queue in json.loads(variables["QUEUES"])
        }
    finally:
        client.close()
    for queue, values in depths.items():
        _write(now, {"Queue": queue, **values})
    # What workers of all queues scale by.
    _write(now, {BACKLOG: sum(values[BACKLOG] for values in depths.values())})


def _write(now: int, values: Mapping[str, Any]) -> None:
    """Write metrics of the broker, or of one of its queues."""
    dimensions = ["Broker", *(["Queue"] if "Queue" in values else [])]
    metrics = [
        {"Name": name, "Unit": "Seconds" if name == AGE else "Count"} for name in values if name != "Queue"
    ]
    directive = {"Namespace": os.environ["NAMESPACE"], "Dimensions": [dimensions], "Metrics": metrics}
    about = {"_aws": {"Timestamp": now, "CloudWatchMetrics": [directive]}, "Broker": os.environ["BROKER"]}
    print(json.dumps({**about, **values}))  # noqa: T201 - into its log


def token(session: Any, reference: str) -> str:
    """The value of a secret's entry (`ARN:ENTRY::`), or of a parameter (its ARN)."""
    parts = reference.split(":")
    if parts[2] == "ssm":
        name = parts[5].removeprefix("parameter")
        found = session.client("ssm").get_parameters(Names=[name], WithDecryption=True)["Parameters"]
        if not found:
            raise RuntimeError(f"there is no parameter {name}")
        return str(found[0]["Value"])
    secret = session.client("secretsmanager").get_secret_value(SecretId=":".join(parts[:7]))
    return str(json.loads(secret["SecretString"])[parts[7]])


def depth(client: RedisClient, prefix: str, queue: str, now: int, most: int) -> dict[str, float]:
    """What is in a queue: numbers of messages, and the age of the oldest that waits, in seconds."""
    name = f"{prefix}:{queue}"
    heartbeats = client.ask(["ZRANGE", f"{prefix}:__heartbeats__", "0", "-1", "WITHSCORES"])
    beats = {one.decode(): float(at) for one, at in zip(heartbeats[::2], heartbeats[1::2], strict=True)}
    lost = [one for one, at in beats.items() if at < now - _LOST_AFTER]
    alive = [one for one in beats if one not in lost]
    all_messages, delayed, dead, lately, first, last, *acks = client.at_once(
        [
            ["HLEN", f"{name}.msgs"],
            ["HLEN", f"{name}.DQ.msgs"],
            ["ZCARD", f"{name}.XQ"],
            ["ZCOUNT", f"{name}.XQ", str(now - _HOUR), "+inf"],
            # What comes back from a worker goes to the end, so the oldest is not always the first.
            ["LRANGE", name, "0", str(most - 1)],
            ["LRANGE", name, str(-most), "-1"],
            *(["SCARD", f"{prefix}:__acks__.{worker}.{queue}"] for worker in alive),
            *(["SMEMBERS", f"{prefix}:__acks__.{worker}.{queue}"] for worker in lost),
        ]
    )
    in_work = min(sum(acks[: len(alive)]), all_messages)
    left = [one for members in acks[len(alive) :] for one in members[:most]]
    ids = list(dict.fromkeys(one.decode() for one in (*first, *last, *left)))
    since = [*_times(_messages(client, f"{name}.msgs", ids))]
    due = [eta for eta in _etas(client, f"{name}.DQ.msgs", most) if eta <= now]
    return {
        WAITING: all_messages - in_work,
        IN_WORK: in_work,
        DELAYED: max(delayed - len(due), 0),
        DUE: len(due),
        DEAD: dead,
        DEAD_LATELY: lately,
        BACKLOG: all_messages + len(due),
        AGE: max(now - min([*since, *due], default=now), 0) / 1000,
    }


def _messages(client: RedisClient, key: str, ids: list[str]) -> Iterator[bytes]:
    for start in range(0, len(ids), _PAGE):
        found = client.ask(["HMGET", key, *ids[start : start + _PAGE]])
        # One that was processed in between is gone.
        yield from (one for one in found if one is not None)


def _times(messages: Iterator[bytes]) -> Iterator[float]:
    """Since when messages wait: since they were sent, or put back by Dramatiq's retries."""
    for message in map(_read, messages):
        yield max(message["message_timestamp"], message["options"].get("requeue_timestamp") or 0)


def _etas(client: RedisClient, key: str, most: int) -> Iterator[float]:
    """When delayed messages are due, of the first `most` that a scan finds."""
    cursor, found = "0", dict[bytes, float]()
    while True:
        following, pairs = client.ask(["HSCAN", key, cursor, "COUNT", str(_PAGE)])
        for name, message in zip(pairs[::2], pairs[1::2], strict=True):
            # Dramatiq moves one without a valid time at once.
            eta = _read(message)["options"].get("eta")
            found[name] = eta if isinstance(eta, int | float) else 0
        cursor = following.decode()
        if cursor == "0" or len(found) >= most:
            return iter(found.values())


def _read(message: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(message)
    except ValueError as error:
        raise RuntimeError("a message is not JSON, as Dramatiq's own encoder writes it") from error
    return found
