"""Errors of boto3 as ProblemsError."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from modules.errors import ProblemsError

_DENIED = {"AccessDenied", "AccessDeniedException", "403"}


class ForbiddenError(ProblemsError):
    """AWS denies a call to these credentials."""


@contextmanager
def aws_errors(where: str) -> Iterator[None]:
    """Raise ProblemsError with the message of AWS for errors of boto3, ForbiddenError where it denies."""
    try:
        yield
    except Exception as error:
        if (problems := _problems(where, error)) is None:
            raise
        raise problems from None


def _problems(where: str, error: Exception) -> ProblemsError | None:
    """The same error as a sentence; None for one that is not boto3's."""
    # Imported here: without an error, a command that never calls AWS need not spend the time.
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    match error:
        case NoCredentialsError():
            what = "there are none; set AWS_PROFILE, or run `aws sso login`"
            return ProblemsError.one("AWS credentials", what)
        case ClientError():
            denied = error.response.get("Error", {}).get("Code") in _DENIED
            return (ForbiddenError if denied else ProblemsError).one(where, str(error))
        case BotoCoreError():
            return ProblemsError.one(where, str(error))
        case _:
            return None
