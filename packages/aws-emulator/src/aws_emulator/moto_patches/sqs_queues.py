"""Dead-letter queues of Amazon SQS and who may use them; encryption."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.sqs.exceptions import InvalidParameterValue
from moto.sqs.models import Queue, SQSBackend, sqs_backends

from aws_emulator.moto_patches import Patch

_ALLOW = "RedriveAllowPolicy"


class SetQueueAttributes(Patch, of=Queue):
    """SetQueueAttributes and CreateQueue (Amazon SQS API Reference): RedriveAllowPolicy says which queues may
    name this one in their RedrivePolicy; the dead-letter queue of a FIFO queue is a FIFO queue, that of a
    standard queue a standard queue; one of KmsMasterKeyId and SqsManagedSseEnabled is in force. moto has no
    RedriveAllowPolicy, lets a standard queue name a FIFO queue, keeps both kinds of encryption, and drops
    the Policy when another attribute is set.
    """

    def _set_attributes(self: Any, attributes: dict[str, Any], now: float | None = None) -> None:
        given = dict(attributes)
        policy = given.pop(_ALLOW, None)
        # What a queue is created with comes after moto's defaults, which stand for nothing that was asked.
        asked = {name for name, value in given.items() if value not in (None, "", "false", False)}
        if now is None:
            given.setdefault("Policy", self.policy)
            if "KmsMasterKeyId" in asked:
                given["SqsManagedSseEnabled"] = False
            elif "SqsManagedSseEnabled" in asked:
                given["KmsMasterKeyId"] = None
        elif "KmsMasterKeyId" in asked:
            given["SqsManagedSseEnabled"] = False
        SetQueueAttributes.moto._set_attributes(self, given, now)  # noqa: SLF001
        if policy is not None:
            vars(self)["_redrive_allow_policy"] = json.loads(policy) if policy else None

    def _setup_dlq(self: Any, policy: Any) -> None:
        # A queue that is being created has neither.
        before = [vars(self).get(name) for name in ("redrive_policy", "dead_letter_queue")]
        SetQueueAttributes.moto._setup_dlq(self, policy)  # noqa: SLF001
        dead = self.dead_letter_queue
        if dead is None or (reason := _refused(self, dead)) is None:
            return
        self.redrive_policy, self.dead_letter_queue = before
        raise InvalidParameterValue(f"RedrivePolicy: {reason}")

    @property
    def attributes(self: Any) -> dict[str, Any]:
        """With who may name it as their dead-letter queue; JSON without white space, as AWS answers."""
        found: dict[str, Any] = dict(SetQueueAttributes.moto.attributes.fget(self))
        policies = {"RedrivePolicy": self.redrive_policy, _ALLOW: vars(self).get("_redrive_allow_policy")}
        compact = {name: json.dumps(one, separators=(",", ":")) for name, one in policies.items() if one}
        return found | compact


def _refused(source: Any, dead: Any) -> str | None:
    if source.fifo_queue != dead.fifo_queue:
        kinds = {True: "a FIFO queue", False: "a standard queue"}
        return f"got {kinds[dead.fifo_queue]}; allowed: {kinds[source.fifo_queue]} like the one that names it"
    allowed: Mapping[str, Any] = vars(dead).get("_redrive_allow_policy") or {}
    permission = allowed.get("redrivePermission", "allowAll")
    if permission == "denyAll" or (
        permission == "byQueue" and source.queue_arn not in allowed.get("sourceQueueArns", ())
    ):
        return f"got a dead-letter queue whose RedriveAllowPolicy does not allow {source.queue_arn}"
    return None


class GetQueueAttributes(Patch, of=SQSBackend):
    """GetQueueAttributes (Amazon SQS API Reference) answers RedriveAllowPolicy, too; moto refuses it."""

    def get_queue_attributes(self: Any, queue_name: str, attribute_names: list[str]) -> dict[str, Any]:
        """The attributes that are asked for, of those that the queue has."""
        others = [name for name in attribute_names if name != _ALLOW]
        found = (
            dict(GetQueueAttributes.moto.get_queue_attributes(self, queue_name, others))
            if others or not attribute_names
            else {}
        )
        if _ALLOW in attribute_names:
            queue = sqs_backends[self.account_id][self.region_name].get_queue(queue_name)
            found |= {name: value for name, value in queue.attributes.items() if name == _ALLOW}
        return found
