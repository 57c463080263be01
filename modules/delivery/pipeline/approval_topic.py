"""The topic by which a pipeline asks for approvals."""

from __future__ import annotations

from constructs import Construct

from ...context import Context
from ...iam.policy import Statement
from ...kms.key import Key
from ...monitoring.encrypted_topic import EncryptedTopic
from ...naming import Limit
from .settings import Approval


class ApprovalTopic(Construct):
    """An encrypted topic that the pipeline publishes its requests to, with its own role.

    Creates: the topic, its policy, and a subscription of each address, which its owner confirms.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, name: str, key: Key, settings: Approval
    ) -> None:
        super().__init__(scope, id)
        topic_name = context.naming.of(Limit.TOPIC, name, "approvals")
        topic = EncryptedTopic(
            name=topic_name,
            key=key,
            publishers=lambda arn: (_publishing(context, arn),),
            endpoints=[("email", email) for email in settings.emails],
        )
        self.arn, _ = topic.create(self, topic="Default", policy="policy")

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What the pipeline's role needs beside the use of the key."""
        return (Statement(actions=["sns:Publish"], resources=[self.arn]),)


def _publishing(context: Context, arn: str) -> Statement:
    return Statement(
        sid="Account",
        actions=["sns:Publish"],
        resources=[arn],
        principals=[context.account.arn("iam", "root", region="")],
    )
