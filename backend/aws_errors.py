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
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    try:
        yield
    except NoCredentialsError:
        what = "there are none; set AWS_PROFILE, or run `aws sso login`"
        raise ProblemsError.one("AWS credentials", what) from None
    except ClientError as error:
        denied = error.response.get("Error", {}).get("Code") in _DENIED
        raise (ForbiddenError if denied else ProblemsError).one(where, str(error)) from None
    except BotoCoreError as error:
        raise ProblemsError.one(where, str(error)) from None
