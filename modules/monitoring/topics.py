"""SNS topics that alarms notify."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from ..context import Context
from ..iam.policy import Statement, policy_document
from ..kms.key import Key
from ..naming import Limit
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
        topic = SnsTopic(
            self,
            severity,
            name=name,
            display_name=name,
            kms_master_key_id=self._key.id,
            tags={"Name": name},
            provider=self._provider,
        )
        SnsTopicPolicy(
            self,
            f"{severity}-policy",
            arn=topic.arn,
            policy=policy_document(
                self._publishing(topic.arn), _events(topic.arn), deny_insecure_transport(topic.arn)
            ),
            provider=self._provider,
        )
        for protocol, endpoint in settings.endpoints:
            SnsTopicSubscription(
                self,
                # By the address, so that removing one changes no other.
                f"{severity}-{address_hash(endpoint)}",
                topic_arn=topic.arn,
                protocol=protocol,
                endpoint=endpoint,
                provider=self._provider,
            )
        return str(topic.arn)

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


def address_hash(endpoint: str) -> str:
    """What tells the subscriptions of a topic apart in their ids."""
    return sha256(endpoint.lower().encode()).hexdigest()[:8]


def deny_insecure_transport(topic_arn: str) -> Statement:
    """The refusal to publish without TLS, for a topic's policy."""
    return Statement(
        sid="OnlyOverTls",
        effect="Deny",
        actions=["sns:Publish"],
        resources=[topic_arn],
        everyone=True,
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
