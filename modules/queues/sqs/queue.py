"""A queue of Amazon SQS with its dead-letter queue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from cdktf_cdktf_provider_aws.sqs_queue_policy import SqsQueuePolicy
from cdktf_cdktf_provider_aws.sqs_queue_redrive_allow_policy import SqsQueueRedriveAllowPolicy
from constructs import Construct

from ...compute.service.scaling_metrics import Backlog
from ...context import Context
from ...errors import ProblemsError, refusal
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement, only_over_tls, policy_document
from ...kms.key import Key
from ...monitoring.monitored import Monitored
from ...naming import Limit
from ...regions import endpoint
from .alarms import QueueMetrics
from .settings import QueueSettings

_DAY = 86_400
# Both ask for the queue first: clients' libraries look up its URL and its attributes.
_LOOKED_UP = ("sqs:GetQueueUrl", "sqs:GetQueueAttributes")
_SEND = ("sqs:SendMessage",)
_RECEIVE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility")


class Queue(Construct):
    """An encrypted queue that requires TLS, and the queue of what its consumers failed on.

    Creates: with `encryption="KMS"` the key, which the services that send may use; the dead-letter queue; the
    queue; of each its policy, which denies plain HTTP and lets the senders send; the redrive allow policy, by
    which no other queue sends dead letters there.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, settings: QueueSettings) -> None:
        super().__init__(scope, id)
        self.settings, self._context = settings, context
        self._key = self._create_key() if settings.encryption == "KMS" else None
        name = settings.name
        self._dead_letters = self._create("dead-letters", name, "dead-letters")
        self._queue = self._create("Default", name)
        self._dead_letters.message_retention_seconds = settings.dead_letter_retention_days * _DAY
        queue = self._queue
        queue.message_retention_seconds = settings.retention_days * _DAY
        queue.visibility_timeout_seconds = settings.visibility_seconds
        queue.delay_seconds = settings.delay_seconds
        queue.receive_wait_time_seconds = settings.wait_seconds
        queue.redrive_policy = _json(
            deadLetterTargetArn=self.dead_letters_arn, maxReceiveCount=settings.max_receives
        )
        SqsQueueRedriveAllowPolicy(
            self,
            "redrive-allow-policy",
            queue_url=self._dead_letters.id,
            redrive_allow_policy=_json(redrivePermission="byQueue", sourceQueueArns=[self.arn]),
        )
        SqsQueuePolicy(
            self,
            "policy",
            queue_url=self._queue.id,
            policy=policy_document(only_over_tls(self.arn, actions=["sqs:*"]), *self._sending()),
        )
        SqsQueuePolicy(
            self,
            "dead-letters-policy",
            queue_url=self._dead_letters.id,
            policy=policy_document(only_over_tls(self.dead_letters_arn, actions=["sqs:*"])),
        )

    # Cached: each read creates another token, and equal statements must compare equal.
    @cached_property
    def arn(self) -> str:
        """The queue's ARN."""
        return str(self._queue.arn)

    @cached_property
    def url(self) -> str:
        """The queue's URL."""
        return str(self._queue.id)

    @cached_property
    def dead_letters_arn(self) -> str:
        """The ARN of the dead-letter queue."""
        return str(self._dead_letters.arn)

    @property
    def backlog(self) -> Backlog:
        """What scales its consumers, also from no task: `messages_per_task` for each."""
        metrics = self._metrics
        return Backlog(
            depth=metrics.waiting, in_work=metrics.in_work, per_task=self.settings.messages_per_task
        )

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms, and those of its dead-letter queue."""
        return self._metrics.monitored

    def client_access(self, *, send: bool = False, receive: bool = False) -> ClientAccess:
        """What a service needs to send messages, or to receive and delete them, or both.

        It gets `<NAME>_QUEUE_URL`. Raises ProblemsError for neither.
        """
        if not (send or receive):
            why = refusal(got="neither", allowed="send=True, receive=True or both", fix="set one")
            raise ProblemsError.one(f"client_access of {self.settings.name}", why)
        actions = (*(_SEND if send else ()), *(_RECEIVE if receive else ()), *_LOOKED_UP)
        statements = [Statement(actions=actions, resources=[self.arn])]
        if self._key:
            # Amazon SQS developer guide, "Key management": producers decrypt too.
            use = ["kms:Decrypt", "kms:GenerateDataKey"] if send else ["kms:Decrypt"]
            through = {"StringEquals": {"kms:ViaService": endpoint("sqs", self._context.region)}}
            statements.append(Statement(actions=use, resources=[self._key.arn], conditions=through))
        return ClientAccess(
            environment={f"{self.settings.variable}_URL": self.url}, statements=tuple(statements)
        )

    @property
    def _metrics(self) -> QueueMetrics:
        return QueueMetrics(
            queue=str(self._queue.name), dead_letters=str(self._dead_letters.name), settings=self.settings
        )

    def _create_key(self) -> Key:
        settings = self.settings
        return Key(
            self,
            "key",
            context=self._context,
            purpose=f"{settings.name}-queue",
            statements=[
                # Amazon SQS developer guide, "Configure KMS permissions for AWS services": without a
                # condition, which not every service meets; the policy of the queue names the source.
                Statement(
                    sid="Senders",
                    actions=["kms:Decrypt", "kms:GenerateDataKey"],
                    resources=["*"],
                    services=list(dict.fromkeys(f"{one.service}.amazonaws.com" for one in settings.senders)),
                    wildcard_reason="in a key's policy, * is the key itself",
                )
            ]
            if settings.senders
            else [],
            protected=settings.protected,
        )

    def _create(self, id: str, *parts: str) -> SqsQueue:
        settings, key = self.settings, self._key
        # `.fifo` is as long as the part that is checked instead.
        name = self._context.naming.of(Limit.QUEUE, *parts, *(["fifo"] if settings.fifo else []))
        return SqsQueue(
            self,
            id,
            name=f"{name.removesuffix('-fifo')}.fifo" if settings.fifo else name,
            fifo_queue=True if settings.fifo else None,
            content_based_deduplication=True if settings.deduplicated_by_content else None,
            kms_master_key_id=key.arn if key else None,
            sqs_managed_sse_enabled=None if key else True,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if settings.protected else None,
        )

    def _sending(self) -> Iterator[Statement]:
        arns: dict[str, list[str]] = {}
        for one in self.settings.senders:
            arns.setdefault(one.service, []).append(one.arn)
        for service, sources in arns.items():
            yield Statement(
                sid=f"From{''.join(word.capitalize() for word in service.replace('-', '.').split('.'))}",
                actions=["sqs:SendMessage"],
                resources=[self.arn],
                services=[f"{service}.amazonaws.com"],
                conditions={"ArnLike": {"aws:SourceArn": sources}},
            )


def _json(**content: object) -> str:
    return json.dumps(content, separators=(",", ":"))
