"""The files of a media bucket, as services of its region use them."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace

from constructs import Construct

from ...context import Context
from ...iam.client_access import ClientAccess
from ..bucket.access import BucketAccess
from .settings import MediaSettings


class MediaFiles(Construct):
    """A bucket of media files: a stack's own, or the replica of another stack's in a second region."""

    def __init__(self, scope: Construct, id: str, *, context: Context, settings: MediaSettings) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._context = context

    @property
    @abstractmethod
    def bucket_name(self) -> str:
        """The bucket's name."""

    @property
    @abstractmethod
    def bucket_arn(self) -> str:
        """The bucket's ARN."""

    @property
    @abstractmethod
    def _key_arn(self) -> str | None:
        """The ARN of the key that encrypts the files; None for the key of Amazon S3."""

    def client_access(self, prefix: str, *, write: bool = False) -> ClientAccess:
        """What a service needs to read the files below `prefix`, and with `write` to change them.

        The permissions are those of the presigned URLs that it makes. `prefix` is a path such as `uploads/`;
        an empty one is the whole bucket. Raises ProblemsError for other prefixes.
        """
        bucket = BucketAccess(
            variable="MEDIA",
            name=self.bucket_name,
            arn=self.bucket_arn,
            region=self._context.region,
            key_arn=self._key_arn,
        )
        access = bucket.client_access(prefix, write=write)
        seconds = {"MEDIA_PRESIGNED_URL_SECONDS": str(self.settings.presigned_url_seconds)}
        return replace(access, environment={**access.environment, **seconds})
