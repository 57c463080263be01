"""The topic by which a pipeline asks for approvals."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement, policy_document
from ...kms.key import Key
from ...monitoring.topics import address_hash, deny_insecure_transport
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
        topic = SnsTopic(self, "Default", name=topic_name, display_name=topic_name, kms_master_key_id=key.id)
        self.arn = str(topic.arn)
        # A policy replaces the default one, by which the account's own identities may publish.
        SnsTopicPolicy(
            self,
            "policy",
            arn=topic.arn,
            policy=policy_document(_publishing(context, self.arn), deny_insecure_transport(self.arn)),
        )
        for email in settings.emails:
            SnsTopicSubscription(
                self,
                # By the address, so that removing one changes no other.
                address_hash(email),
                topic_arn=topic.arn,
                protocol="email",
                endpoint=email,
            )

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
