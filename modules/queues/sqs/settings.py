"""Settings of queues of Amazon SQS. Pure.

Ranges: Amazon SQS API reference, CreateQueue.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from ...errors import Problem, refusal
from ...settings import settings
from ...values import Line, Name, NotNegative, Periods, Positive, Text

# A part of names and, in capitals, of environment variables.
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_Service = Annotated[
    str,
    Text(
        pattern=r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)?",
        longest=64,
        allowed="what its principal begins with, such as sns, events or s3",
        fix="shorten it",
    ),
]


@settings
class Sender:
    """An AWS service that sends to the queue: `sns`, `events`, `s3`, for the resource with `arn` alone."""

    service: _Service
    # Of the topic, rule or bucket that messages come from.
    arn: Line


@settings
class QueueSettings:
    """A queue with its dead-letter queue. `protected` prevents the destruction of both and of their key."""

    # Such as `orders`: its clients get ORDERS_QUEUE_URL.
    name: Name
    # Messages of a group in the order of their sending, each once. A queue stays what it was created as.
    fifo: bool = False
    # Of FIFO queues: messages with the same body within five minutes are one, and need no id of their own.
    deduplicated_by_content: bool = False
    # KMS: with a key of its own. SQS: with one of Amazon SQS, which costs nothing and has no policy.
    encryption: Literal["KMS", "SQS"] = "KMS"
    # How long a consumer has for a message until others get it. Longer than it takes, or work is done twice.
    visibility_seconds: Annotated[int, Field(ge=0, le=43_200)] = 300
    # How long a message waits for a consumer, in days; then it is deleted, without a dead letter.
    retention_days: Annotated[int, Field(ge=1, le=14)] = 7
    # A message that was received so often and not deleted is a dead letter.
    max_receives: Annotated[int, Field(ge=1, le=1000)] = 5
    # Of a standard queue from its sending, not from its death (Amazon SQS developer guide, "Using dead-letter
    # queues in Amazon SQS": message retention periods).
    dead_letter_retention_days: Annotated[int, Field(ge=1, le=14)] = 14
    # Before consumers see a new message.
    delay_seconds: Annotated[int, Field(ge=0, le=900)] = 0
    # Long polling: how long an empty receive waits for a message. 20 makes the fewest requests to pay for.
    wait_seconds: Annotated[int, Field(ge=0, le=20)] = 20
    # AWS services that send, besides roles with `client_access`.
    senders: tuple[Sender, ...] = ()
    # How many messages one task is to have that wait or are in work: the target of scaling.
    messages_per_task: Positive = 10
    # An alarm when the oldest message waits longer, in seconds, for so many minutes.
    oldest_seconds: Positive = 300
    oldest_minutes: Periods = 5
    # An alarm when the dead-letter queue has more.
    dead_messages: NotNegative = 0
    protected: bool = True

    def problems(self) -> Iterator[Problem]:
        """A name that is none of a variable; what only FIFO queues have; dead letters that don't stay."""
        if not _NAME.fullmatch(self.name):
            allowed = "lower-case words joined by '-', beginning with a letter"
            yield Problem(where="name", what=refusal(got=repr(self.name), allowed=allowed, fix="rename it"))
        if self.deduplicated_by_content and not self.fifo:
            why = refusal(
                got="True of a standard queue", allowed="fifo=True beside it", fix="set one of them"
            )
            yield Problem(where="deduplicated_by_content", what=why)
        if not self.fifo and self.dead_letter_retention_days <= self.retention_days:
            why = refusal(
                got=f"{self.dead_letter_retention_days} days with retention_days={self.retention_days}",
                allowed="more than the queue's: a message is as old in one as in the other",
                fix="lower retention_days, or raise it to 14 at most",
            )
            yield Problem(where="dead_letter_retention_days", what=why)
        # Amazon S3 user guide, "Amazon S3 Event Notifications": FIFO queues aren't supported.
        if self.fifo and any(one.service == "s3" for one in self.senders):
            why = refusal(got="s3 of a FIFO queue", allowed="a standard queue", fix="set fifo=False")
            yield Problem(where="senders", what=why)
        given = [(one.service, one.arn) for one in self.senders]
        if len(set(given)) < len(given):
            why = refusal(got="one sender twice", allowed="each once", fix="remove one")
            yield Problem(where="senders", what=why)

    @property
    def variable(self) -> str:
        """What begins the names of its clients' variables."""
        return f"{self.name.replace('-', '_').upper()}_QUEUE"
