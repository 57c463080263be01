"""Settings of Dramatiq's queues. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import NonNegativeInt, PositiveInt

from ..databases.redis.settings import RedisSettings
from ..errors import Problem, refusal
from ..settings import settings

# Dramatiq 2.2, actor.py.
_QUEUE = re.compile(r"[a-zA-Z_][a-zA-Z0-9._-]*")
# What Dramatiq's script calls, beyond commands without danger: it looks for the messages of lost workers.
_KEYS = re.compile(r"\+(keys|@all|@dangerous)\b")


@settings
class QueueSettings:
    """The queues of one broker, by the names that actors have (`queue_name=`), and when their alarms ring.

    `namespace` is that of Dramatiq's RedisBroker. A delayed message counts from when it was sent: set
    `oldest_seconds` above the usual delays.
    """

    queues: tuple[str, ...] = ("default",)
    namespace: str = "dramatiq"
    # A message that has waited for longer tells of workers that are too few, or stand still.
    oldest_seconds: PositiveInt = 600
    # Messages that failed for good, which Dramatiq keeps for a week.
    dead: NonNegativeInt = 0

    def problems(self) -> Iterator[Problem]:
        """Names that Dramatiq refuses, its own names of delayed and dead messages, duplicates."""
        for name in self.queues:
            if not _QUEUE.fullmatch(name) or name.endswith((".DQ", ".XQ")):
                allowed = "letters, digits, '.', '_' and '-', not first a digit, not last .DQ or .XQ"
                yield Problem(where="queues", what=refusal(got=repr(name), allowed=allowed, fix="rename it"))
        keys = [alarm_key(name) for name in self.queues]
        if not keys or len(set(keys)) != len(keys):
            allowed = "one or more that differ in letters and digits"
            why = refusal(got=list(self.queues), allowed=allowed, fix="rename or remove some")
            yield Problem(where="queues", what=why)
        if not _QUEUE.fullmatch(self.namespace):
            why = refusal(got=repr(self.namespace), allowed="such as dramatiq", fix="rename it")
            yield Problem(where="namespace", what=why)


def alarm_key(queue: str) -> str:
    """The queue's part of alarm names."""
    return re.sub(r"[^a-z0-9]+", "-", queue.lower()).strip("-") or "queue"


def broker_problems(broker: RedisSettings) -> Iterator[Problem]:
    """Caches that Dramatiq cannot use as its broker.

    Its script uses keys that it doesn't declare, and KEYS (Bogdanp/dramatiq #754, #682): Redis in cluster
    mode and ElastiCache Serverless refuse both.
    """
    if broker.shards:
        why = refusal(
            got=f"{broker.shards} shards, which is cluster mode",
            allowed="one shard with replicas: Dramatiq can use neither cluster mode nor a serverless cache",
            fix="drop shards, or give the sessions a cache of their own in cluster mode",
        )
        yield Problem(where=f"{broker.name}.shards", what=why)
    granted = [word for word in broker.permissions.lower().split() if _KEYS.match(word)]
    withdrawn = broker.permissions.lower().rpartition("-@dangerous")[2]
    if not granted or ("-@dangerous" in broker.permissions.lower() and "+keys" not in withdrawn.split()):
        why = refusal(
            got=f"{broker.permissions!r}, without KEYS",
            allowed="a user that may call KEYS: Dramatiq looks for the messages of lost workers with it",
            fix=f"permissions={broker.permissions + ' +keys'!r}",
        )
        yield Problem(where=f"{broker.name}.permissions", what=why)
