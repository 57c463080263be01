"""The topic to which budgets, anomaly alarms and the report of unused resources publish."""

from __future__ import annotations

from constructs import Construct

from ..context import Context
from ..iam.policy import Statement
from ..kms.key import Key
from ..monitoring.encrypted_topic import EncryptedTopic
from ..monitoring.settings import TopicSettings
from ..naming import Limit
from ..regions import endpoint

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
        topic = EncryptedTopic(
            name=name,
            key=self._key,
            publishers=lambda arn: (self._services(arn),),
            endpoints=settings.endpoints,
            tags={"Name": name},
        )
        # By what the policy was made for, so that nothing publishes before it is there.
        self.arn, self.policy = topic.create(
            self, topic="Default", policy="policy", subscription="subscription-"
        )

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Permissions to publish to it."""
        return (
            Statement(actions=["sns:Publish"], resources=[self.arn]),
            Statement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=[self._key.arn],
                conditions={"StringEquals": {"kms:ViaService": endpoint("sns", self._context.region)}},
            ),
        )

    def _services(self, arn: str) -> Statement:
        return Statement(
            sid="Costs",
            actions=["sns:Publish"],
            resources=[arn],
            services=[f"{service}.amazonaws.com" for service in _SERVICES],
            conditions={"StringEquals": {"aws:SourceAccount": self._context.account.id}},
        )
