"""SNS topics that alarms notify."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf import TerraformProvider
from constructs import Construct

from ..context import Context
from ..iam.policy import Statement
from ..kms.key import Key
from ..naming import Limit
from .encrypted_topic import EncryptedTopic
from .monitored import Severity
from .settings import TopicSettings

_EVENTS = "events.amazonaws.com"


class Topics(Construct):
    """An encrypted topic for each severity; alarms of this account and EventBridge may publish.

    Creates: a KMS key; the topics, their policies, their subscriptions. An alarm can notify topics of
    its own region only, so there are others in us-east-1 (`provider`) where CloudFront is monitored.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        topics: Mapping[Severity, TopicSettings],
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._context, self._provider = context, provider
        # "Enable compatibility between event sources from AWS services and encrypted topics" (Amazon SNS
        # developer guide). The key encrypts messages only, no data at rest: it is never protected.
        self._key = Key(
            self,
            "key",
            context=context,
            purpose="alarms",
            services=("cloudwatch",),
            # EventBridge fails to publish where a condition is asked for.
            statements=[
                Statement(
                    sid="Events",
                    actions=["kms:Decrypt", "kms:GenerateDataKey"],
                    resources=["*"],
                    services=[_EVENTS],
                    wildcard_reason="in a key's policy, * is the key itself",
                )
            ],
            protected=False,
            provider=provider,
        )
        self.arns: dict[Severity, str] = {
            severity: self._create(severity, settings) for severity, settings in topics.items()
        }

    def _create(self, severity: Severity, settings: TopicSettings) -> str:
        name = self._context.naming.of(Limit.TOPIC, severity)
        topic = EncryptedTopic(
            name=name,
            key=self._key,
            publishers=lambda arn: (self._publishing(arn), _events(arn)),
            endpoints=settings.endpoints,
            tags={"Name": name},
            provider=self._provider,
        )
        arn, _ = topic.create(self, topic=severity, policy=f"{severity}-policy", subscription=f"{severity}-")
        return arn

    def _publishing(self, topic_arn: str) -> Statement:
        return Statement(
            sid="Alarms",
            actions=["sns:Publish"],
            resources=[topic_arn],
            services=["cloudwatch.amazonaws.com"],
            conditions={"StringEquals": {"aws:SourceAccount": self._context.account.id}},
        )


def _events(topic_arn: str) -> Statement:
    # EventBridge user guide, "Using resource-based policies": conditions are not supported for SNS topics.
    return Statement(sid="Events", actions=["sns:Publish"], resources=[topic_arn], services=[_EVENTS])
