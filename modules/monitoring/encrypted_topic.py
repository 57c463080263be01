"""An encrypted SNS topic with its policy and its subscriptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from ..iam.policy import Statement, only_over_tls, policy_document
from ..kms.key import Key


@dataclass(frozen=True, kw_only=True)
class EncryptedTopic:
    """A topic to be created: who may publish by its ARN, and the protocol and address of each subscription.

    Its policy replaces the default one, by which the account's own identities may publish.
    """

    name: str
    key: Key
    publishers: Callable[[str], Sequence[Statement]]
    endpoints: Iterable[tuple[str, str]]
    tags: Mapping[str, str] | None = None
    provider: TerraformProvider | None = None

    def create(
        self, scope: Construct, *, topic: str, policy: str, subscription: str = ""
    ) -> tuple[str, SnsTopicPolicy]:
        """Create it under these ids, of subscriptions what they begin with; its ARN and its policy."""
        created = SnsTopic(
            scope,
            topic,
            name=self.name,
            display_name=self.name,
            kms_master_key_id=self.key.id,
            tags=self.tags,
            provider=self.provider,
        )
        arn = str(created.arn)
        statements = (*self.publishers(arn), only_over_tls(arn, actions=["sns:Publish"]))
        allowed = SnsTopicPolicy(
            scope, policy, arn=arn, policy=policy_document(*statements), provider=self.provider
        )
        for protocol, endpoint in self.endpoints:
            SnsTopicSubscription(
                scope,
                # By the address, so that removing one changes no other.
                f"{subscription}{sha256(endpoint.lower().encode()).hexdigest()[:8]}",
                topic_arn=arn,
                protocol=protocol,
                endpoint=endpoint,
                provider=self.provider,
            )
        return arn, allowed
