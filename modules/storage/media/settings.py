"""Settings of media buckets. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Literal

from pydantic import Field, PositiveInt

from ...errors import Problem, refusal
from ...settings import settings
from ...values import Origin, Positive, Prefix, Reason, Region
from ..bucket.access import prefix_problems
from ..bucket.settings import BucketSettings, CorsRule, LifecycleRule

Method = Literal["GET", "HEAD", "PUT", "POST", "DELETE"]


@settings
class Replica:
    """A copy of each new file in a second region, in a bucket with a key of its own."""

    region: Region
    # Deletions too: what a person had deleted doesn't come back with the replica. Versions stay in both.
    deletions: bool = True


@settings
class MediaSettings:
    """A bucket of media files. `protected` prevents the destruction of the bucket and its files."""

    protected: bool = True
    # Without versions, what is deleted or overwritten is gone.
    versioned: bool = True
    # How long versions that were deleted or overwritten are kept.
    keep_versions_days: Positive = 30
    # KMS: a key of its own, whose use is logged. S3: the key of Amazon S3.
    encryption: Literal["KMS", "S3"] = "KMS"
    # Pages that read and upload files by script, such as `https://shop.example.com`.
    origins: tuple[Origin, ...] = ()
    # What their scripts may do; POST is for uploads by form.
    methods: tuple[Method, ...] = ("GET", "HEAD", "PUT", "POST")
    # Required for the origin `*`, which may read only.
    any_origin_reason: Reason = ""
    # Prefix → days: `{"uploads/": 90}`; no file expires that is not named here.
    expire_days: Mapping[Prefix, Positive] = field(default_factory=dict)
    # Parts of incomplete multipart uploads are invisible, and charged.
    abort_uploads_days: Positive = 7
    # The bucket refuses presigned URLs that are older, however long they were signed for.
    presigned_url_seconds: PositiveInt = Field(default=3600, le=604_800)
    replica: Replica | None = None
    # By the plan of AWS Backup for the tag BackupPolicy=daily.
    backed_up: bool = False

    def problems(self) -> Iterator[Problem]:
        """Prefixes that name no folder; a replica or backups without versions."""
        for prefix in self.expire_days:
            for found in prefix_problems(prefix):
                yield Problem(where="expire_days", what=found.what)
        for where, needs in (("replica", self.replica), ("backed_up", self.backed_up)):
            if needs and not self.versioned:
                # Amazon S3 user guide, "Requirements and considerations for replication"; AWS Backup
                # developer guide, "Amazon S3 backups".
                why = refusal(got="versioned=False", allowed="versioned=True beside it", fix="set versioned")
                yield Problem(where=where, what=why)

    @property
    def bucket(self) -> BucketSettings:
        """The settings of the bucket, which those of the replica are too: S3 replicates no expiry."""
        expiring = tuple(
            LifecycleRule(
                name=f"expire-{prefix.rstrip('/') or 'all'}".replace("/", "-"),
                prefix=prefix,
                expire_days=days,
            )
            for prefix, days in self.expire_days.items()
        )
        versions = LifecycleRule(name="noncurrent-versions", expire_noncurrent_days=self.keep_versions_days)
        return BucketSettings(
            protected=self.protected,
            versioned=self.versioned,
            lifecycle=(versions, *expiring),
            abort_uploads_days=self.abort_uploads_days,
            cors=self._cors,
        )

    @property
    def _cors(self) -> tuple[CorsRule, ...]:
        if not self.origins:
            return ()
        return (
            CorsRule(
                origins=self.origins,
                methods=self.methods,
                # An upload states its type, its checksum and its metadata.
                headers=("content-type", "content-md5", "x-amz-*"),
                any_origin_reason=self.any_origin_reason,
            ),
        )
