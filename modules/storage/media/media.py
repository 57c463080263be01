"""A bucket of media files."""

from __future__ import annotations

from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement
from ...kms.key import Key
from ...monitoring.monitored import Monitored
from ...regions import endpoint
from ..bucket.bucket import Bucket
from ..bucket.replication import RULE, Replication
from .alarms import media
from .settings import MediaSettings, prefix_problems


class Media(Construct):
    """A private bucket of media files that browsers read and upload with presigned URLs.

    Creates: the key; the bucket with its CORS and lifecycle rules, whose policy refuses old presigned URLs;
    with `replica`, the same in the second region and the replication to it.

    Raises ProblemsError when the replica's region is the stack's own.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, settings: MediaSettings, name: str = "media"
    ) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._context, self._name = context, name
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

    def client_access(self, prefix: str, *, write: bool = False) -> ClientAccess:
        """What a service needs to read the files below `prefix`, and with `write` to change them.

        The permissions are those of the presigned URLs that it makes. `prefix` is a path such as `uploads/`;
        an empty one is the whole bucket. Raises ProblemsError for other prefixes.
        """
        if problems := list(prefix_problems(prefix)):
            raise ProblemsError(problems)
        files = f"{self.bucket.arn}/{prefix}*"
        changes = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"] if write else []
        statements = [Statement(actions=["s3:GetObject", *changes], resources=[files])]
        if self.key:
            use = ["kms:Decrypt", "kms:GenerateDataKey"] if write else ["kms:Decrypt"]
            through = {"StringEquals": {"kms:ViaService": endpoint("s3", self._context.region)}}
            statements.append(Statement(actions=use, resources=[self.key.arn], conditions=through))
        return ClientAccess(
            environment={
                "MEDIA_BUCKET": self.bucket.name,
                "MEDIA_REGION": self._context.region,
                "MEDIA_PREFIX": prefix,
                "MEDIA_PRESIGNED_URL_SECONDS": str(self.settings.presigned_url_seconds),
            },
            statements=tuple(statements),
        )

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
