"""Where a load balancer's logs are kept."""

from __future__ import annotations

from cdktf import ITerraformDependable
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement
from ...storage.bucket.log_bucket import LogBucket
from .settings import LoadBalancerLogSettings

ACCESS, CONNECTIONS = "access", "connections"


class LoadBalancerLogs(Construct):
    """A bucket that Elastic Load Balancing may write to, and where logs expire.

    Creates: the bucket. It is encrypted with S3's own keys, the only ones supported.
    Source: Application Load Balancer user guide, "Enable access logs for your Application Load Balancer".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        name: str,
        settings: LoadBalancerLogSettings,
        protected: bool,
    ) -> None:
        super().__init__(scope, id)
        self._bucket = LogBucket(
            self,
            "bucket",
            context=context,
            name=name,
            retention_days=settings.retention_days,
            protected=protected,
        )
        folder = f"AWSLogs/{context.account.id}/*"
        # No condition on the source: the guide's policy has none, and what the service doesn't send would
        # drop the logs without a word. The path holds the account's id.
        self._bucket.allow(
            Statement(
                sid="LoadBalancerLogs",
                actions=["s3:PutObject"],
                resources=[f"{self._bucket.arn}/{kind}/{folder}" for kind in (ACCESS, CONNECTIONS)],
                services=["logdelivery.elasticloadbalancing.amazonaws.com"],
            )
        )

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return self._bucket.name

    @property
    def ready(self) -> ITerraformDependable:
        """What a load balancer waits for: AWS writes a test file as soon as logs are switched on."""
        policy: ITerraformDependable = self._bucket.policy
        return policy
