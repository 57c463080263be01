"""Tells CloudWatch how many messages Dramatiq's queues have, and how old the oldest is.

Runs on Lambda. Variables: HOST, PORT and LOGIN of the broker; SECRET, the ARN of the secret with the
password, and ENTRY in it; QUEUES, a JSON list of names; BROKER_NAMESPACE, Dramatiq's; NAMESPACE, that of the
metrics. Metrics are lines of the log (CloudWatch user guide, "Embedded metric format specification"): a
function in a VPC needs no way out for them.

Dramatiq 2.2, brokers/redis/dispatch.lua: `<namespace>:<queue>` is a list of ids, from which workers fetch
ahead of their work, so that its length tells little; `.msgs` has the messages until they are acknowledged;
`__acks__.<worker>.<queue>` the ids that a worker has; `__heartbeats__` when each worker was last seen; `.DQ`
the same of delayed messages; `.XQ` those that failed for good.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from .redis_protocol import Redis

QUEUE = "Queue"
UNITS = {
    "Waiting": "Count",
    "InWork": "Count",
    "Delayed": "Count",
    "Due": "Count",
    "Dead": "Count",
    "Backlog": "Count",
    "AgeOfOldestMessage": "Seconds",
}
# Dramatiq: DEFAULT_HEARTBEAT_TIMEOUT. Messages of a worker that was not seen for so long are fetched again.
_HEARTBEAT_SECONDS = 60
# What is read of one queue at most. Messages of lost workers return to the end of the list.
_FIRST, _LAST, _DELAYED = 100, 1_000, 10_000


def handler(event: Any, context: Any) -> None:  # noqa: ARG001 - Lambda's signature
    """What Lambda calls."""
    import boto3

    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET"])
    password = json.loads(secret["SecretString"])[os.environ["ENTRY"]]
    redis = Redis(os.environ["HOST"], int(os.environ["PORT"]), os.environ["LOGIN"], password)
    try:
        for line in lines(redis, time.time()):
            sys.stdout.write(f"{line}\n")
    finally:
        redis.close()


def lines(redis: Redis, now: float) -> list[str]:
    """The metrics of each queue, and of all together, in the embedded metric format."""
    namespace = os.environ["BROKER_NAMESPACE"]
    queues = {name: depth(redis, namespace, name, now) for name in json.loads(os.environ["QUEUES"])}
    together = {name: max(each[name] for each in queues.values()) for name in ("AgeOfOldestMessage",)}
    together |= {name: sum(each[name] for each in queues.values()) for name in UNITS if name not in together}
    return [_line(now, {QUEUE: name, **each}) for name, each in queues.items()] + [_line(now, together)]


def depth(redis: Redis, namespace: str, queue: str, now: float) -> dict[str, float]:
    """The messages of one queue by their state, and the seconds for which the oldest has waited."""
    key, delayed = f"{namespace}:{queue}", f"{namespace}:{queue}.DQ"
    seen_since = (now - _HEARTBEAT_SECONDS) * 1000
    heartbeats = f"{namespace}:__heartbeats__"
    alive = redis("ZRANGEBYSCORE", heartbeats, f"({seen_since:.0f}", "+inf")
    lost = redis("ZRANGEBYSCORE", heartbeats, "-inf", f"{seen_since:.0f}")
    in_work = sum(redis("SCARD", _fetched(namespace, worker, queue)) for worker in alive)
    waiting = max(0, redis("HLEN", f"{key}.msgs") - in_work)
    ids = redis("LRANGE", delayed, 0, _DELAYED - 1)
    for worker in lost:
        ids += redis("SMEMBERS", _fetched(namespace, worker, f"{queue}.DQ"))
    due = [message for message in _messages(redis, delayed, ids) if message["options"]["eta"] <= now * 1000]
    ends = {*redis("LRANGE", key, 0, _FIRST - 1), *redis("LRANGE", key, -_LAST, -1)}
    for worker in lost:
        ends |= {*redis("SMEMBERS", _fetched(namespace, worker, queue))}
    since = [_waiting_since(message) for message in _messages(redis, key, [*ends])]
    since += [message["options"]["eta"] for message in due]
    return {
        "Waiting": waiting,
        "InWork": in_work,
        "Delayed": redis("HLEN", f"{delayed}.msgs"),
        "Due": len(due),
        "Dead": redis("ZCARD", f"{key}.XQ"),
        # What workers are there for.
        "Backlog": waiting + in_work + len(due),
        "AgeOfOldestMessage": max(0.0, now - min(since) / 1000) if since else 0.0,
    }


def _fetched(namespace: str, worker: bytes, queue: str) -> str:
    return f"{namespace}:__acks__.{worker.decode()}.{queue}"


def _messages(redis: Redis, key: str, ids: list[bytes]) -> list[dict[str, Any]]:
    """Messages by id, but for those that were acknowledged meanwhile."""
    found: list[dict[str, Any]] = []
    for start in range(0, len(ids), _LAST):
        texts = redis("HMGET", f"{key}.msgs", *(one.decode() for one in ids[start : start + _LAST]))
        found += [json.loads(text) for text in texts if text is not None]
    return found


def _waiting_since(message: dict[str, Any]) -> float:
    """When it was sent, or when it failed and was sent again, in milliseconds."""
    again = message["options"].get("requeue_timestamp")
    return float(again or message["message_timestamp"])


def _line(now: float, values: dict[str, Any]) -> str:
    dimensions = [QUEUE] if QUEUE in values else []
    directive = {
        "Namespace": os.environ["NAMESPACE"],
        "Dimensions": [dimensions],
        "Metrics": [{"Name": name, "Unit": unit} for name, unit in UNITS.items()],
    }
    return json.dumps({"_aws": {"Timestamp": int(now * 1000), "CloudWatchMetrics": [directive]}, **values})
