"""Access logs and connection logs of a load balancer in S3."""

from __future__ import annotations

from cdktf import ITerraformDependable
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement
from ...storage.bucket.log_bucket import LogBucket
from .settings import LoadBalancerLogSettings

ACCESS, CONNECTIONS = "access", "connections"


class LoadBalancerLogs(Construct):
    """A bucket that Elastic Load Balancing may write to; its logs expire.

    Creates: the bucket. It is encrypted with SSE-S3, the only encryption that access logs support.
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
        # No condition on the source: the guide's policy has none, and with a condition that the service
        # doesn't meet the logs would be lost without an error. The path holds the account's id.
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
        """The bucket policy, for `depends_on`: AWS writes a test file when logging is enabled."""
        policy: ITerraformDependable = self._bucket.policy
        return policy
