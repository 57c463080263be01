"""CloudTrail's trail of an account, and the bucket that keeps it."""

from __future__ import annotations

from collections.abc import Iterator

from cdktf_cdktf_provider_aws.cloudtrail import (
    Cloudtrail,
    CloudtrailAdvancedEventSelector,
    CloudtrailAdvancedEventSelectorFieldSelector,
)
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement
from ...kms.key import Key
from ...naming import Limit
from ...storage.bucket.bucket import Bucket
from ...storage.bucket.settings import BucketSettings, LifecycleRule
from .settings import TrailSettings

_SERVICE = "cloudtrail.amazonaws.com"
_FOLDER = "AWSLogs"
_OWN = "in a key's policy, * is the key itself"


class Trail(Construct):
    """The trail of all regions of an account, in its first region.

    Creates: the trail with log file validation; its KMS key; its bucket, whose files nobody can delete before
    their time (S3 Object Lock, compliance mode). It records management events, among them each read of a
    secret and each use of a key; reads and writes of objects in the buckets of the settings; and who reads or
    deletes the logs themselves, but not CloudTrail's own writing, which would never end.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, settings: TrailSettings) -> None:
        super().__init__(scope, id)
        self._context = context
        name = context.naming.of(Limit.TRAIL, "trail")
        # A bucket and a key are made before the trail that they name in their policies.
        self._arn = context.account.arn("cloudtrail", f"trail/{name}")
        self._only_this = {"StringEquals": {"aws:SourceArn": self._arn}}
        key = Key(
            self,
            "key",
            context=context,
            purpose="trail",
            statements=list(self._key_statements()),
            protected=settings.protected,
        )
        self.bucket = Bucket(
            self,
            "bucket",
            context=context,
            name="trail",
            key_arn=key.arn,
            settings=BucketSettings(
                protected=settings.protected,
                locked_days=settings.locked_days,
                lifecycle=(
                    LifecycleRule(name="expire", expire_days=settings.keep_days, expire_noncurrent_days=1),
                ),
            ),
        )
        self.bucket.allow(*self._bucket_statements())
        Cloudtrail(
            self,
            "Default",
            name=name,
            s3_bucket_name=self.bucket.name,
            kms_key_id=key.arn,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            advanced_event_selector=list(self._selectors(settings)),
            depends_on=[self.bucket.policy],
        )

    def _key_statements(self) -> Iterator[Statement]:
        # AWS CloudTrail user guide, "Configure AWS KMS key policies for CloudTrail"; Decrypt is for the
        # bucket's own key (S3 Bucket Keys).
        trails = self._context.account.arn("cloudtrail", "trail/*", region="*")
        yield Statement(
            sid="Encrypt",
            actions=["kms:GenerateDataKey*"],
            resources=["*"],
            services=[_SERVICE],
            conditions={
                **self._only_this,
                "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": trails},
            },
            wildcard_reason=_OWN,
        )
        yield Statement(
            sid="Describe",
            actions=["kms:Decrypt", "kms:DescribeKey"],
            resources=["*"],
            services=[_SERVICE],
            conditions=self._only_this,
            wildcard_reason=_OWN,
        )

    def _bucket_statements(self) -> Iterator[Statement]:
        # AWS CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail".
        yield Statement(
            sid="CheckAcl",
            actions=["s3:GetBucketAcl"],
            resources=[self.bucket.arn],
            services=[_SERVICE],
            conditions=self._only_this,
        )
        yield Statement(
            sid="Write",
            actions=["s3:PutObject"],
            resources=[f"{self.bucket.arn}/{_FOLDER}/{self._context.account.id}/*"],
            services=[_SERVICE],
            conditions={
                "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": self._arn}
            },
        )

    def _selectors(self, settings: TrailSettings) -> Iterator[CloudtrailAdvancedEventSelector]:
        yield CloudtrailAdvancedEventSelector(
            name="Management", field_selector=[_field("eventCategory", equals=["Management"])]
        )
        if settings.buckets:
            partition = self._context.account.partition
            objects = [f"arn:{partition}:s3:::{name}/" for name in settings.buckets]
            yield CloudtrailAdvancedEventSelector(name="Objects", field_selector=_objects(objects))
        logs = _objects([f"{self.bucket.arn}/"])
        read = _field("eventName", not_equals=["PutObject"])
        yield CloudtrailAdvancedEventSelector(name="Logs", field_selector=[*logs, read])


def _objects(arns: list[str]) -> list[CloudtrailAdvancedEventSelectorFieldSelector]:
    return [
        _field("eventCategory", equals=["Data"]),
        _field("resources.type", equals=["AWS::S3::Object"]),
        _field("resources.ARN", starts_with=arns),
    ]


def _field(
    name: str,
    *,
    equals: list[str] | None = None,
    not_equals: list[str] | None = None,
    starts_with: list[str] | None = None,
) -> CloudtrailAdvancedEventSelectorFieldSelector:
    return CloudtrailAdvancedEventSelectorFieldSelector(
        field=name, equal_to=equals, not_equals=not_equals, starts_with=starts_with
    )
