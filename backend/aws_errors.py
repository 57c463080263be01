"""Errors of boto3 as ProblemsError."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from modules.errors import ProblemsError

CREDENTIALS = "AWS credentials"
NO_CREDENTIALS = "there are none; set AWS_PROFILE, or run `aws sso login`"
_DENIED = {"AccessDenied", "AccessDeniedException", "403"}
# Of credentials that have expired, or that AWS does not know. Source: AWS's "Common error types", and S3's.
_SIGNED_OUT = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}


class ForbiddenError(ProblemsError):
    """AWS denies a call to these credentials."""


class CredentialsError(ProblemsError):
    """There are no credentials, AWS does not take them, or they are of another account."""


@contextmanager
def aws_errors(where: str) -> Iterator[None]:
    """Raise ProblemsError with the message of AWS for errors of boto3; of a class above where one fits."""
    try:
        yield
    except Exception as error:
        if (problems := _problems(where, error)) is None:
            raise
        raise problems from None


def _problems(where: str, error: Exception) -> ProblemsError | None:
    """The same error as a sentence; None for one that is not boto3's."""
    # Imported here: without an error, a command that never calls AWS need not spend the time.
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        CredentialRetrievalError,
        NoCredentialsError,
        PartialCredentialsError,
        ProfileNotFound,
        SSOError,
        TokenRetrievalError,
    )

    match error:
        case NoCredentialsError():
            return CredentialsError.one(CREDENTIALS, NO_CREDENTIALS)
        case (
            CredentialRetrievalError()
            | PartialCredentialsError()
            | ProfileNotFound()
            | SSOError()
            | TokenRetrievalError()
        ):
            return CredentialsError.one(CREDENTIALS, str(error))
        case ClientError():
            code = error.response.get("Error", {}).get("Code")
            if code in _SIGNED_OUT:
                what = f"AWS does not take them ({code}); sign in again: `aws sso login`, or set AWS_PROFILE"
                return CredentialsError.one(CREDENTIALS, what)
            return (ForbiddenError if code in _DENIED else ProblemsError).one(where, str(error))
        case BotoCoreError():
            return ProblemsError.one(where, str(error))
        case _:
            return None
