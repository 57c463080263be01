"""A bucket of media files."""

from __future__ import annotations

from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...iam.policy import Statement
from ...kms.key import Key
from ...monitoring.monitored import Monitored
from ..bucket.bucket import Bucket
from ..bucket.replication import RULE, Replication
from .alarms import media
from .files import MediaFiles
from .settings import MediaSettings


class Media(MediaFiles):
    """A private bucket of media files that browsers read and upload with presigned URLs.

    Creates: the key; the bucket with its CORS and lifecycle rules, whose policy refuses old presigned URLs;
    with `replica`, the same in the second region and the replication to it.

    Raises ProblemsError when the replica's region is the stack's own.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, settings: MediaSettings, name: str = "media"
    ) -> None:
        super().__init__(scope, id, context=context, settings=settings)
        self._name = name
        if settings.replica and settings.replica.region == context.region:
            why = refusal(got=context.region, allowed="another region than the stack's", fix="choose one")
            raise ProblemsError.one(f"replica of {name}", why)
        self.key, self.bucket = self._create("", context.region)
        self.replica: Bucket | None = None
        if settings.replica:
            key, self.replica = self._create("replica-", settings.replica.region)
            Replication(
                self,
                "replication",
                context=context,
                name=name,
                source=self.bucket,
                replica=self.replica,
                keys=(self.key, key) if self.key and key else None,
                deletions=settings.replica.deletions,
            )

    @property
    def bucket_name(self) -> str:
        """The bucket's name."""
        return self.bucket.name

    @property
    def bucket_arn(self) -> str:
        """The bucket's ARN."""
        return self.bucket.arn

    @property
    def _key_arn(self) -> str | None:
        return self.key.arn if self.key else None

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        replication = (self.replica.name, RULE) if self.replica else None
        return media(key=self._name, bucket=self.bucket.name, replication=replication)

    def _create(self, prefix: str, region: str) -> tuple[Key | None, Bucket]:
        context, settings = self._context, self.settings
        key = None
        if settings.encryption == "KMS":
            key = Key(
                self,
                f"{prefix}key",
                context=context,
                purpose=self._name,
                statements=[self._reading_by_distributions()],
                protected=settings.protected,
                provider=context.provider_in(region),
            )
        own = {"BackupPolicy": "daily"} if settings.backed_up and not prefix else {}
        bucket = Bucket(
            self,
            f"{prefix}media-bucket",
            context=context,
            name=self._name,
            settings=settings.bucket,
            key_arn=key.arn if key else None,
            tags=context.tags.override(Service=self._name, **own),
            region=region,
        )
        bucket.allow(self._refuse_old_urls(bucket))
        return key, bucket

    def _reading_by_distributions(self) -> Statement:
        # CloudFront developer guide, "Restrict access to an Amazon S3 origin" (SSE-KMS). Which distribution
        # may read is in the bucket's policy; its ARN is known only after the bucket, which needs the key.
        return Statement(
            sid="CloudFront",
            actions=["kms:Decrypt"],
            resources=["*"],
            services=["cloudfront.amazonaws.com"],
            conditions={
                "ArnLike": {
                    "aws:SourceArn": self._context.account.arn("cloudfront", "distribution/*", region="")
                }
            },
            wildcard_reason="in a key's policy, * is the key itself",
        )

    def _refuse_old_urls(self, bucket: Bucket) -> Statement:
        # Amazon S3 API Reference, "Amazon S3 Signature Version 4 Authentication Specific Policy Keys": in
        # milliseconds, and only presigned URLs are REST-QUERY-STRING.
        return Statement(
            sid="RefuseOldPresignedUrls",
            effect="Deny",
            actions=["s3:*"],
            resources=[f"{bucket.arn}/*"],
            everyone=True,
            conditions={
                "StringEquals": {"s3:authType": "REST-QUERY-STRING"},
                "NumericGreaterThan": {"s3:signatureAge": str(self.settings.presigned_url_seconds * 1000)},
            },
        )
