"""Settings of Dramatiq's workers, and of the metrics of its queues. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from ...compute.service.container_settings import SCRATCH, ContainerSettings, HealthCheck
from ...errors import Problem, refusal
from ...log_retention import RetentionDays
from ...settings import settings
from ...values import Anything, Name, NotNegative, Periods, Positive, Text

# Dramatiq 2.2.0, actor.py: _queue_name_re.
_QUEUE = re.compile(r"[a-zA-Z_][a-zA-Z0-9._-]*")
# Dramatiq's own: delayed and dead messages of a queue (common.py).
_OWN_SUFFIXES = (".DQ", ".XQ")
# ECS developer guide, "Task definition parameters for Fargate": stopTimeout is 120 at most. Dramatiq needs a
# few seconds of it to end its processes after the last message.
_LONGEST_STOP, _ENDING = 120, 10
# ECS developer guide, "Amazon ECS task scale-in protection endpoint", ExpiresInMinutes.
_LONGEST_PROTECTION = 2880
HEARTBEATS = f"{SCRATCH}/dramatiq-heartbeats"

# Redis takes longer keys; alarms' names end in a queue's (CloudWatch API: PutMetricAlarm, AlarmName).
_Queue = Annotated[
    str,
    Text(
        pattern=r"[A-Za-z_][A-Za-z0-9._-]*",
        longest=128,
        allowed="a letter or '_', then letters, digits, '.', '_' and '-', 128 at most",
        fix="take the name in the actor's queue_name=",
    ),
]


@settings
class DramatiqWorkerSettings:
    """A container that runs Dramatiq's workers.

    `command` is the program and its arguments, such as ("dramatiq", "shop.tasks") or ("python", "manage.py",
    "rundramatiq"). It is started without a shell, so that SIGTERM reaches it. The worker has the middleware
    of README.md, "The worker's own part".
    """

    command: tuple[Anything, ...]
    # Empty: every queue that the program declares.
    queues: tuple[_Queue, ...] = ()
    processes: Positive = 1
    threads: Positive = 8
    # How long running messages may take to finish after SIGTERM. Dramatiq's default, 600, is more than ECS
    # waits. What is not finished then is interrupted, and comes back.
    shutdown_timeout_seconds: Positive = 90
    # A heartbeat older than this is a worker that hangs.
    heartbeat_minutes: Positive = 2
    # For messages that take longer than a shutdown: while one is processed, neither scaling in nor a
    # deployment stops its task, at most so long. None: no protection.
    protection_minutes: Positive | None = None

    @property
    def container(self) -> ContainerSettings:
        """The worker's container."""
        protection = (
            {"TASK_PROTECTION_MINUTES": str(self.protection_minutes)} if self.protection_minutes else {}
        )
        fresh = f"find {HEARTBEATS} -type f -mmin -{self.heartbeat_minutes} 2> /dev/null | wc -l"
        return ContainerSettings(
            entry_point=self.command,
            command=self._arguments,
            environment={"DRAMATIQ_HEARTBEATS": HEARTBEATS, **protection},
            health_check=HealthCheck(
                command=("CMD-SHELL", f'test "$({fresh})" -ge {self.processes} || exit 1'),
                start_period_seconds=120,
            ),
            stop_timeout_seconds=self.shutdown_timeout_seconds + _ENDING,
        )

    @property
    def _arguments(self) -> tuple[str, ...]:
        queues = ("--queues", *self.queues) if self.queues else ()
        return (
            *("--processes", str(self.processes), "--threads", str(self.threads)),
            *("--worker-shutdown-timeout", str(self.shutdown_timeout_seconds * 1000)),
            *queues,
        )

    def problems(self) -> Iterator[Problem]:
        """No program, names that Dramatiq refuses, and times that Fargate and ECS refuse."""
        if not self.command or self.command[0].rpartition("/")[2] in {"sh", "bash"}:
            why = refusal(
                got=self.command or "none",
                allowed="a program and its arguments, without a shell",
                fix="name the program itself: a shell keeps SIGTERM from it",
            )
            yield Problem(where="command", what=why)
        yield from _queue_problems(self.queues)
        longest = _LONGEST_STOP - _ENDING
        if self.shutdown_timeout_seconds > longest:
            why = refusal(
                got=self.shutdown_timeout_seconds,
                allowed=f"1 to {longest}: Fargate kills a container {_LONGEST_STOP} s after SIGTERM",
                fix="lower it; longer messages are protected by protection_minutes=",
            )
            yield Problem(where="shutdown_timeout_seconds", what=why)
        if self.protection_minutes and self.processes > 1:
            why = refusal(
                got=f"protection of a task with {self.processes} processes",
                allowed="1 process: each would end the protection of the others",
                fix="take more threads or tasks",
            )
            yield Problem(where="protection_minutes", what=why)
        if self.protection_minutes and self.protection_minutes > _LONGEST_PROTECTION:
            why = refusal(
                got=self.protection_minutes, allowed=f"1 to {_LONGEST_PROTECTION}", fix="split the work"
            )
            yield Problem(where="protection_minutes", what=why)


@settings
class QueueDepthSettings:
    """Metrics and alarms of Dramatiq's queues in one cache."""

    queues: tuple[_Queue, ...]
    name: Name = "queues"
    # Dramatiq's: RedisBroker(namespace=…).
    namespace: _Queue = "dramatiq"
    # How many messages of the backlog one task is to have: the target of scaling.
    messages_per_task: Positive = 10
    # An alarm when the oldest message waits longer, in seconds, for so many minutes.
    oldest_seconds: Positive = 300
    oldest_minutes: Periods = 5
    # An alarm when more died within an hour. Dramatiq keeps dead messages for seven days.
    dead_messages: NotNegative = 0
    # Ages are looked at of so many messages at each end of a queue, and so many delayed ones.
    scanned: Annotated[int, Field(ge=1, le=10_000)] = 1000
    log_retention_days: RetentionDays = 30

    @property
    def keys(self) -> dict[str, str]:
        """Each queue's key in names of alarms."""
        return {queue: _key(queue) for queue in self.queues}

    def problems(self) -> Iterator[Problem]:
        """No queue, names that Dramatiq refuses, and queues whose alarms would have one name."""
        if not self.queues:
            why = refusal(got="none", allowed="the names of queues", fix="name them, such as default")
            yield Problem(where="queues", what=why)
        yield from _queue_problems(self.queues)
        keys = [_key(queue) for queue in self.queues]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            same = ", ".join(queue for queue in self.queues if _key(queue) == key)
            why = refusal(got=same, allowed="names that differ in letters and digits", fix="rename one")
            yield Problem(where="queues", what=why)


def _key(queue: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", queue.lower())) or "queue"


def _queue_problems(queues: Sequence[str]) -> Iterator[Problem]:
    for queue in queues:
        if not _QUEUE.fullmatch(queue) or queue.endswith(_OWN_SUFFIXES):
            why = refusal(
                got=repr(queue),
                allowed="a letter or '_', then letters, digits, '.', '_' and '-', without .DQ or .XQ at the "
                "end",
                fix="take the name in the actor's queue_name=",
            )
            yield Problem(where="queues", what=why)
