"""The media files of a stack in another region, by their replica here."""

from __future__ import annotations

from functools import cached_property

from cdktf_cdktf_provider_aws.data_aws_kms_alias import DataAwsKmsAlias
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...monitoring.monitored import Monitored
from ...naming import Limit, Naming
from ..bucket.bucket import bucket_name
from .alarms import media
from .files import MediaFiles
from .settings import MediaSettings


class MediaReplica(MediaFiles):
    """The replica, in this stack's region, of the media bucket `name` of the stack `primary` in another one.

    `settings` are those of the primary's bucket. S3 copies nothing back: what is written here while the
    primary's region is lost is in this bucket alone, until somebody copies it.

    Creates no resource, but the data source of the alias of its key, which is asked in this region alone.
    Raises ProblemsError when the primary keeps no replica in this region.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        primary: Naming,
        settings: MediaSettings,
        name: str = "media",
    ) -> None:
        super().__init__(scope, id, context=context, settings=settings)
        self._primary, self._name = primary, name
        there = settings.replica.region if settings.replica else None
        if there != context.region:
            why = refusal(
                got=f"{there or 'none'} in {primary.base}",
                allowed=f"a replica in {context.region}, where its recovery is",
                fix="set replica of its media to that region",
            )
            raise ProblemsError.one(f"replica of {name}", why)
        alias = f"alias/{primary.of(Limit.KMS_ALIAS, name)}"
        self._alias = DataAwsKmsAlias(self, "key", name=alias) if settings.encryption == "KMS" else None

    @property
    def bucket_name(self) -> str:
        """The bucket's name."""
        return bucket_name(self._context, self._primary, self._name, self._context.region)

    @property
    def bucket_arn(self) -> str:
        """The bucket's ARN."""
        return f"arn:{self._context.account.partition}:s3:::{self.bucket_name}"

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets."""
        return media(key=self._name, bucket=self.bucket_name, replication=None)

    @cached_property
    def _key_arn(self) -> str | None:
        return str(self._alias.target_key_arn) if self._alias else None
