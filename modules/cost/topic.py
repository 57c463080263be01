"""The topic to which budgets, anomaly alarms and the report of unused resources publish."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from ..context import Context
from ..iam.policy import Statement, policy_document
from ..kms.key import Key
from ..monitoring.settings import TopicSettings
from ..monitoring.topics import address_hash, deny_insecure_transport
from ..naming import Limit

# AWS Cost Management user guide: "Creating an Amazon SNS topic for budget notifications", "Creating an Amazon
# SNS topic for anomaly notifications"; both allow aws:SourceAccount.
_SERVICES = ("budgets", "costalerts")


class CostTopic(Construct):
    """An encrypted topic for news about costs.

    Creates: a KMS key, the topic, its policy, its subscriptions. Alarms' topics don't serve: AWS Budgets and
    Cost Anomaly Detection must be allowed by the policies of the topic and of its key.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, settings: TopicSettings) -> None:
        super().__init__(scope, id)
        self._context = context
        # It encrypts messages only, no data at rest: it is never protected.
        self._key = Key(self, "key", context=context, purpose="costs", services=_SERVICES, protected=False)
        name = context.naming.of(Limit.TOPIC, "costs")
        topic = SnsTopic(
            self,
            "Default",
            name=name,
            display_name=name,
            kms_master_key_id=self._key.id,
            tags={"Name": name},
        )
        self.arn = str(topic.arn)
        # By what the policy was made for, so that nothing publishes before it is there.
        self.policy = SnsTopicPolicy(
            self,
            "policy",
            arn=self.arn,
            policy=policy_document(self._services(), deny_insecure_transport(self.arn)),
        )
        for protocol, endpoint in settings.endpoints:
            SnsTopicSubscription(
                self,
                # By the address, so that removing one changes no other.
                f"subscription-{address_hash(endpoint)}",
                topic_arn=self.arn,
                protocol=protocol,
                endpoint=endpoint,
            )

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Permissions to publish to it."""
        return (
            Statement(actions=["sns:Publish"], resources=[self.arn]),
            Statement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=[self._key.arn],
                conditions={"StringEquals": {"kms:ViaService": f"sns.{self._context.region}.amazonaws.com"}},
            ),
        )

    def _services(self) -> Statement:
        return Statement(
            sid="Costs",
            actions=["sns:Publish"],
            resources=[self.arn],
            services=[f"{service}.amazonaws.com" for service in _SERVICES],
            conditions={"StringEquals": {"aws:SourceAccount": self._context.account.id}},
        )
