"""What Amazon SQS takes of a queue: names and attributes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from aws_emulator.strict.service_models import Violation

_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo")
_SOURCE_QUEUES = 10
_QUEUE_RANGES = {
    "DelaySeconds": (0, 900),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
    "MaximumMessageSize": (1_024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
}


def queue_attributes(parameters: Mapping[str, Any]) -> Iterator[Violation]:
    """Attributes out of their ranges, two kinds of encryption, and an invalid redrive allow policy."""
    given = parameters.get("Attributes") or {}
    for name, (least, most) in _QUEUE_RANGES.items():
        value = str(given.get(name, least))
        if not value.isdecimal() or not least <= int(value) <= most:
            allowed = f"{least} to {most}"
            yield Violation(member=f"Attributes.{name}", got=value, allowed=allowed, kind="additional")
    if given.get("KmsMasterKeyId") and str(given.get("SqsManagedSseEnabled")).lower() == "true":
        allowed = "one of KmsMasterKeyId and SqsManagedSseEnabled"
        yield Violation(member="Attributes", got="both", allowed=allowed, kind="additional")
    if policy := given.get("RedriveAllowPolicy"):
        yield from _redrive_allow_policy(str(policy))


def _redrive_allow_policy(policy: str) -> Iterator[Violation]:
    member = "Attributes.RedriveAllowPolicy"
    try:
        content = json.loads(policy)
        permission, sources = content["redrivePermission"], content.get("sourceQueueArns")
    except (ValueError, KeyError, TypeError, AttributeError):
        allowed = "JSON with redrivePermission"
        yield Violation(member=member, got=repr(policy), allowed=allowed, kind="additional")
        return
    if permission not in ("allowAll", "denyAll", "byQueue"):
        allowed = "allowAll, denyAll, byQueue"
        yield Violation(member=member, got=repr(permission), allowed=allowed, kind="additional")
    elif permission == "byQueue" and not 1 <= len(sources or ()) <= _SOURCE_QUEUES:
        allowed = f"1 to {_SOURCE_QUEUES} with byQueue"
        yield Violation(
            member=member, got=f"{len(sources or ())} sourceQueueArns", allowed=allowed, kind="additional"
        )
    elif permission != "byQueue" and sources is not None:
        allowed = "sourceQueueArns with byQueue alone"
        yield Violation(member=member, got=permission, allowed=allowed, kind="additional")


def queue_name(parameters: Mapping[str, Any]) -> Iterator[Violation]:
    """Names that are none, or are those of the other kind of queue; what FIFO queues alone have."""
    given = parameters.get("Attributes") or {}
    fifo, name = str(given.get("FifoQueue")).lower() == "true", str(parameters.get("QueueName", ""))
    if not _NAME.fullmatch(name):
        allowed = "up to 80 letters, digits, '_', '-'"
        yield Violation(member="QueueName", got=repr(name), allowed=allowed, kind="additional")
    elif fifo != name.endswith(".fifo"):
        allowed = ".fifo at the end of FIFO queues' names, and of no other"
        yield Violation(member="QueueName", got=repr(name), allowed=allowed, kind="additional")
    for attribute in ("ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"):
        if attribute in given and not fifo:
            yield Violation(
                member=f"Attributes.{attribute}",
                got=str(given[attribute]),
                allowed="of FIFO queues alone",
                kind="additional",
            )
