"""An S3 bucket for logs of an AWS service."""

from __future__ import annotations

from constructs import Construct

from ...context import Context
from .bucket import Bucket
from .settings import BucketSettings, LifecycleRule


class LogBucket(Bucket):
    """A bucket `{name}-logs` whose objects expire; `allow` lets the service write.

    Creates: see `Bucket`. Versioning is off, since logs are never overwritten.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, name: str, retention_days: int, protected: bool
    ) -> None:
        settings = BucketSettings(
            protected=protected,
            versioned=False,
            lifecycle=(LifecycleRule(name="expire", expire_days=retention_days),),
        )
        super().__init__(scope, id, context=context, name=f"{name}-logs", settings=settings)
