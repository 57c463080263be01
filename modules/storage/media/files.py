"""The files of a media bucket, as services of its region use them."""

from __future__ import annotations

from abc import abstractmethod

from constructs import Construct

from ...context import Context
from ...errors import ProblemsError
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement
from ...regions import endpoint
from .settings import MediaSettings, prefix_problems


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
        if problems := list(prefix_problems(prefix)):
            raise ProblemsError(problems)
        files = f"{self.bucket_arn}/{prefix}*"
        changes = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"] if write else []
        statements = [Statement(actions=["s3:GetObject", *changes], resources=[files])]
        if key_arn := self._key_arn:
            use = ["kms:Decrypt", "kms:GenerateDataKey"] if write else ["kms:Decrypt"]
            through = {"StringEquals": {"kms:ViaService": endpoint("s3", self._context.region)}}
            statements.append(Statement(actions=use, resources=[key_arn], conditions=through))
        return ClientAccess(
            environment={
                "MEDIA_BUCKET": self.bucket_name,
                "MEDIA_REGION": self._context.region,
                "MEDIA_PREFIX": prefix,
                "MEDIA_PRESIGNED_URL_SECONDS": str(self.settings.presigned_url_seconds),
            },
            statements=tuple(statements),
        )
